//! What is owed arrives, and nothing else does.

use std::collections::BTreeSet;

use mrdj_core::delivery::{Delivery, Order, QueueName, State};
use mrdj_core::leads::{Lead, Standing};
use mrdj_core::messages::{CONFIRMATION, MAIL, NOTICE};
use mrdj_core::partners::{CARD, CRM, Card};

use super::record::{Fact, fact};
use super::{Finding, Record, reasons};
use crate::partners::{ALERT, ALERTS};
use crate::world::INBOX;

/// Everything that is wrong with what arrived.
pub(crate) fn findings(record: &Record<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for lead in &record.leads {
        findings.extend(owed(lead).into_iter().filter_map(|owed| missing(record, lead, &owed)));
    }
    findings.extend(record.deliveries.iter().filter_map(|delivery| ended(record, delivery)));
    findings.extend(repeated(record));
    findings.extend(record.cards.values().filter_map(|card| foreign(record, card)));
    findings.extend(unasked(record));
    findings
}

/// What `lead` must have owed.
pub(crate) fn owed(lead: &Lead) -> Vec<Fact> {
    let editions = match lead.standing {
        Standing::Suspicious => return Vec::new(),
        Standing::Clear => lead.version,
        // What was added while it was held back has no edition of its own.
        Standing::Released => 1,
    };
    let owed = |queue: QueueName, kind: &str, edition| (lead.id.uuid(), queue, kind.to_owned(), edition);
    let mut all = vec![owed(CRM, CARD, 1), owed(ALERTS, ALERT, 1)];
    all.extend(lead.email().map(|_| owed(MAIL, CONFIRMATION, 1)));
    all.extend((1..=editions).map(|edition| owed(MAIL, NOTICE, edition)));
    all
}

fn missing(record: &Record<'_>, lead: &Lead, owed: &Fact) -> Option<Finding> {
    let forgotten = record.orders(owed, Order::Remove, |_| true) > 0;
    let is_there = forgotten || record.delivery(owed).is_some();
    (!is_there).then(|| Finding::lost(format!("{} owes {} {} to nobody", lead.reference, owed.2, owed.3)))
}

/// What is wrong with how one delivery ended.
fn ended(record: &Record<'_>, delivery: &Delivery) -> Option<Finding> {
    let what = || format!("{} {} in {:?}", delivery.kind, delivery.id, delivery.state);
    match &delivery.state {
        State::Done { skipped: Some(why), .. } => reasons::of_skip(record, delivery, why),
        State::Done { skipped: None, .. } => {
            let accepted = record.orders(&fact(delivery), Order::Accept, |_| true) > 0;
            let arrived = record.arrivals(delivery) > 0;
            (!arrived && !accepted).then(|| Finding::lost(format!("{} never arrived", what())))
        }
        State::Dead { reason, .. } => reasons::of_death(record, delivery, reason),
        State::InDoubt { ask_at: None } if delivery.queue == ALERTS => None,
        _ => Some(Finding::lost(format!("{} is left", what()))),
    }
}

/// Mails and alerts that are there more often than orders of a person explain.
fn repeated(record: &Record<'_>) -> Vec<Finding> {
    let facts: BTreeSet<_> = touched(record).filter(|one| one.queue != CRM).map(fact).collect();
    let mut findings = Vec::new();
    for fact in facts {
        let ids = record.ids(&fact);
        let mails = record.mails.iter().filter(|sent| ids.contains(&sent.mail.delivery)).count();
        let times = mails + record.alerts.iter().filter(|id| ids.contains(id)).count();
        let doubted = record.orders(&fact, Order::Replay, |state| matches!(state, State::InDoubt { .. }));
        let may = 1 + doubted + record.orders(&fact, Order::Remove, |_| true);
        if times > may {
            findings.push(Finding::twice(format!("{} {ids:?} arrived {times} times, {may} are explained", fact.2)));
        }
    }
    findings
}

/// Every delivery that anybody knows of.
fn touched<'a>(record: &'a Record<'_>) -> impl Iterator<Item = &'a Delivery> {
    record.deliveries.iter().chain(record.notes.orders.iter().map(|(before, _)| before))
}

/// A card that belongs to no lead, or says something else.
fn foreign(record: &Record<'_>, card: &Card) -> Option<Finding> {
    let lead = record.leads.iter().find(|lead| lead.reference.as_str() == card.reference);
    let fits =
        |lead: &Lead| lead.is_believed() && lead.email() == card.email.as_ref() && lead.enquiry.package == card.package;
    (!lead.is_some_and(fits)).then(|| Finding::wrong(format!("the card {} is of nobody", card.reference)))
}

/// Deliveries and mails that nobody owed, or that went to somebody else.
fn unasked(record: &Record<'_>) -> Vec<Finding> {
    let believed = |delivery: &&Delivery| !record.lead_of(delivery).is_some_and(Lead::is_believed);
    let mut findings: Vec<_> = touched(record)
        .filter(believed)
        .map(|delivery| Finding::wrong(format!("{} {} is owed by nobody", delivery.kind, delivery.id)))
        .collect();
    for sent in &record.mails {
        let delivery = touched(record).find(|delivery| delivery.id == sent.mail.delivery);
        let to =
            delivery.and_then(|delivery| record.lead_of(delivery)).and_then(|lead| match sent.mail.kind.as_str() {
                CONFIRMATION => lead.email().map(|email| email.as_str().to_owned()),
                _ => Some(INBOX.to_owned()),
            });
        if to.as_deref() != Some(sent.mail.to.as_str()) {
            findings.push(Finding::wrong(format!("the mail {} went to somebody else", sent.mail.delivery)));
        }
    }
    findings
}
