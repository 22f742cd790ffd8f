//! What is counted, over one seed or over all.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use mrdj_core::delivery::{Delivery, State};

use crate::fault::Faults;
use crate::oracle::{Finding, Kind, Record, receipts};

/// The sums.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) seeds: u64,
    /// Enquiries whose visitor got a receipt.
    pub(crate) accepted: u64,
    /// Enquiries in the store: the answer to some was lost.
    pub(crate) stored: u64,
    /// What arrived, by kind.
    pub(crate) delivered: BTreeMap<String, u64>,
    pub(crate) lost: u64,
    pub(crate) twice: u64,
    pub(crate) wrong: u64,
    /// What did not arrive for a good reason, by reason.
    pub(crate) held: BTreeMap<&'static str, u64>,
    /// Faults, by kind.
    pub(crate) faults: Faults,
}

impl Tally {
    /// The sums of one seed.
    pub(crate) fn of(record: &Record<'_>, findings: &[Finding]) -> Self {
        let accepted: BTreeSet<_> = receipts(record).map(|(_, receipt)| receipt.id).collect();
        let mut tally = Self {
            accepted: accepted.len() as u64,
            stored: record.leads.len() as u64,
            faults: record.world.sky.faults(),
            ..Self::of_findings(findings)
        };
        let suspicious = record.leads.iter().filter(|lead| !lead.is_believed()).count();
        tally.held.insert("enquiries not believed", suspicious as u64);
        record.deliveries.iter().for_each(|delivery| tally.count(record, delivery));
        tally
    }

    /// The sums of a seed of which nothing is known but what is wrong.
    pub(crate) fn of_findings(findings: &[Finding]) -> Self {
        let count = |kind| findings.iter().filter(|finding| finding.kind == kind).count() as u64;
        let (lost, twice, wrong) = (count(Kind::Lost), count(Kind::Twice), count(Kind::Wrong));
        Self { seeds: 1, lost, twice, wrong, ..Self::default() }
    }

    /// Adds the sums of another.
    pub(crate) fn add(&mut self, other: Self) {
        self.seeds += other.seeds;
        self.accepted += other.accepted;
        self.stored += other.stored;
        self.lost += other.lost;
        self.twice += other.twice;
        self.wrong += other.wrong;
        other.delivered.into_iter().for_each(|(kind, many)| *self.delivered.entry(kind).or_default() += many);
        other.held.into_iter().for_each(|(reason, many)| *self.held.entry(reason).or_default() += many);
        other.faults.into_iter().for_each(|(kind, many)| *self.faults.entry(kind).or_default() += many);
    }

    fn count(&mut self, record: &Record<'_>, delivery: &Delivery) {
        let reason = match &delivery.state {
            State::Done { skipped: None, .. } if record.arrivals(delivery) > 0 => {
                *self.delivered.entry(delivery.kind.clone()).or_default() += 1;
                return;
            }
            State::Done { skipped: None, .. } => "taken as arrived by a person",
            State::Done { .. } => "skipped by the mail budget or a suppression",
            State::Dead { .. } => "refused, or failed as often as the policy allows",
            State::InDoubt { ask_at: None } => "in doubt for a person",
            _ => return,
        };
        *self.held.entry(reason).or_default() += 1;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} seeds, {} enquiries accepted, {} in the store, {} deliveries arrived, {} lost, {} twice, {} wrong",
            self.seeds,
            self.accepted,
            self.stored,
            self.delivered.values().sum::<u64>(),
            self.lost,
            self.twice,
            self.wrong
        )?;
        writeln!(f, "  arrived: {}", list(&self.delivered))?;
        writeln!(f, "  held: {}", list(&self.held))?;
        write!(f, "  faults: {}", list(&self.faults))
    }
}

fn list<K: fmt::Display>(counts: &BTreeMap<K, u64>) -> String {
    counts.iter().map(|(what, many)| format!("{many} {what}")).collect::<Vec<_>>().join(", ")
}
