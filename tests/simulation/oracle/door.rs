//! Enquiries come in once.

use std::collections::BTreeMap;

use mrdj_core::leads::{Lead, Receipt, Standing};

use super::{Finding, Record};
use crate::people::{Heard, Told};

/// Everything that is wrong with what came in.
pub(crate) fn findings(record: &Record<'_>) -> Vec<Finding> {
    let mut findings: Vec<_> = receipts(record).filter_map(|(told, receipt)| kept(record, told, receipt)).collect();
    findings.extend(keys(record));
    findings.extend(doubles(record));
    findings.extend(record.leads.iter().filter_map(|lead| asked_for(record, lead)));
    findings
}

/// Every receipt, with what it was given for.
pub(crate) fn receipts<'a>(record: &'a Record<'_>) -> impl Iterator<Item = (&'a Told, &'a Receipt)> {
    record.told.iter().filter_map(|told| match &told.heard {
        Heard::Receipt(receipt) => Some((told, receipt)),
        _ => None,
    })
}

fn kept(record: &Record<'_>, told: &Told, receipt: &Receipt) -> Option<Finding> {
    let lead = record.leads.iter().find(|lead| lead.id == receipt.id);
    let is_it = |lead: &Lead| {
        lead.reference == receipt.reference && lead.enquiry.package.as_deref() == Some(&told.sheet.wish.package())
    };
    (!lead.is_some_and(is_it)).then(|| Finding::lost(format!("{} has a receipt and no lead", receipt.reference)))
}

/// One key has one answer.
fn keys(record: &Record<'_>) -> Vec<Finding> {
    let mut first: BTreeMap<&str, (&Told, &Receipt)> = BTreeMap::new();
    let mut findings = Vec::new();
    for (told, receipt) in receipts(record) {
        let Some(key) = told.key.as_deref() else { continue };
        let (before, answer) = first.entry(key).or_insert((told, receipt));
        if *answer != receipt || before.sheet != told.sheet {
            findings.push(Finding::twice(format!("the {key} has two answers")));
        }
    }
    findings
}

/// Of two leads of one person that follow each other within the window, none is a double click.
fn doubles(record: &Record<'_>) -> Vec<Finding> {
    let mut newest: BTreeMap<&str, &Lead> = BTreeMap::new();
    let mut findings = Vec::new();
    for lead in &record.leads {
        if let Some(before) = newest.insert(lead.contact.as_str(), lead)
            && lead.submitted_at.duration_since(before.submitted_at) < record.world.intake_window()
            && (lead.kind, &lead.enquiry.package) == (before.kind, &before.enquiry.package)
            && lead.standing == before.standing
            && lead.standing != Standing::Released
        {
            findings.push(Finding::twice(format!("{} and {} are one wish", before.reference, lead.reference)));
        }
    }
    findings
}

/// A lead is what somebody sent, and no form with faults.
fn asked_for(record: &Record<'_>, lead: &Lead) -> Option<Finding> {
    let sent = |told: &Told| {
        !told.sheet.faulty
            && told.sheet.kind == lead.kind
            && lead.enquiry.package.as_deref() == Some(&told.sheet.wish.package())
    };
    (!record.told.iter().any(sent)).then(|| Finding::wrong(format!("nobody asked for {}", lead.reference)))
}
