//! What was answered, stored and delivered, counted against each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use mrdj_core::leads::Lead;
use mrdj_harness::until;

use super::House;

/// The sums of a test.
pub(crate) struct Tally {
    answered: usize,
    stored: usize,
    /// Answered, and not in the store.
    lost: Vec<String>,
    /// Per partner: of the stored, how many arrived, never arrived, arrived more than once.
    partners: [(&'static str, Arrivals); 3],
}

#[derive(Default)]
struct Arrivals {
    arrived: usize,
    missing: usize,
    twice: usize,
    unknown: usize,
}

impl Tally {
    /// Waits until everything in the store has arrived everywhere, or `patience` is over, and counts.
    pub(crate) async fn after(house: &House, answered: &[String], patience: Duration) -> Self {
        Self::of_leads(house, &house.leads().await, answered, patience).await
    }

    /// The same, where `leads` are what is in the store.
    pub(crate) async fn of_leads(house: &House, leads: &[Lead], answered: &[String], patience: Duration) -> Self {
        let partners = &house.partners;
        until("everything has arrived", patience, async || {
            let mails = [partners.mails("lead.confirmation").len(), partners.mails("lead.notice").len()];
            partners.rentguy.card_count() >= leads.len() && mails.iter().all(|mails| *mails >= leads.len())
        })
        .await;
        Self::of(house, leads, answered)
    }

    fn of(house: &House, leads: &[Lead], answered: &[String]) -> Self {
        let ids: BTreeSet<_> = leads.iter().map(|lead| lead.id.uuid().to_string()).collect();
        let arrivals = |found: BTreeMap<String, usize>| {
            let mut arrivals = Arrivals::default();
            for lead in leads {
                match found.get(lead.reference.as_str()) {
                    None => arrivals.missing += 1,
                    Some(1) => arrivals.arrived += 1,
                    Some(_) => arrivals.twice += 1,
                }
            }
            arrivals.unknown = found.len() - (leads.len() - arrivals.missing);
            arrivals
        };
        Self {
            answered: answered.len(),
            stored: leads.len(),
            lost: answered.iter().filter(|id| !ids.contains(*id)).cloned().collect(),
            partners: [
                ("cards", arrivals(house.partners.cards())),
                ("confirmations", arrivals(house.partners.mails("lead.confirmation"))),
                ("notices", arrivals(house.partners.mails("lead.notice"))),
            ],
        }
    }

    /// Whether nothing was lost and nothing came twice.
    pub(crate) fn is_clean(&self) -> bool {
        let once = |arrivals: &Arrivals| arrivals.missing + arrivals.twice + arrivals.unknown == 0;
        self.lost.is_empty() && self.partners.iter().all(|(_, arrivals)| once(arrivals))
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} answered, {} stored, {} lost", self.answered, self.stored, self.lost.len())?;
        for (what, arrivals) in &self.partners {
            let Arrivals { arrived, missing, twice, unknown } = arrivals;
            write!(f, "; {what}: {arrived} once, {missing} never, {twice} twice, {unknown} of nothing stored")?;
        }
        Ok(())
    }
}
