//! Confirmations keep to their budget.

use jiff::SignedDuration;
use mrdj_core::messages::CONFIRMATION;

use super::{Finding, Record};
use crate::notebook::Paid;

/// Payers see the time of their own clocks, which may be ten minutes off either way, and calls take a while.
const SLACK: SignedDuration = SignedDuration::from_mins(21);

/// Everything that is wrong with the mail budget.
pub(crate) fn findings(record: &Record<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let paid = &record.notes.paid;
    let rule = record.world.rules.postage;
    for (place, first) in paid.iter().enumerate() {
        let within = |other: &&Paid, span: SignedDuration| other.at.duration_since(first.at) < span - SLACK;
        let hour = paid[place..].iter().filter(|other| within(other, SignedDuration::from_hours(1))).count();
        if rule.hourly > 0 && hour > rule.hourly as usize {
            findings.push(Finding::wrong(format!("{hour} confirmations were paid for in an hour")));
        }
        let rest = paid[place + 1..].iter().filter(|other| within(other, rule.per_mailbox));
        if rest.filter(|other| other.mailbox == first.mailbox).count() > 0 {
            findings.push(Finding::twice(format!("the mailbox of {} was paid for twice in a day", first.delivery)));
        }
    }
    let unpaid = |id| paid.iter().all(|paid| paid.delivery != id);
    let sent = record.mails.iter().filter(|sent| sent.mail.kind == CONFIRMATION && unpaid(sent.mail.delivery));
    findings.extend(sent.map(|sent| Finding::wrong(format!("{} left without postage", sent.mail.delivery))));
    findings
}
