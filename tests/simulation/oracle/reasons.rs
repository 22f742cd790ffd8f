//! Whoever says why must have been told so.

use jiff::SignedDuration;
use mrdj_core::delivery::{Delivery, State};

use super::{Finding, Record};

/// A budget of a day, and clocks that are ten minutes off.
const DAY_AND_MORE: SignedDuration = SignedDuration::from_mins(24 * 60 + 20);

/// What is wrong with a skip for this reason.
pub(crate) fn of_skip(record: &Record<'_>, delivery: &Delivery, why: &str) -> Option<Finding> {
    let mailbox = record.lead_of(delivery).and_then(|lead| lead.email()).map(|email| email.mailbox());
    let State::Done { at, .. } = delivery.state else { return None };
    let is_true = mailbox.is_some_and(|mailbox| match why {
        "this mailbox had its confirmation" => record.notes.paid.iter().any(|paid| {
            let near = at.duration_since(paid.at).abs() < DAY_AND_MORE;
            paid.mailbox == mailbox && paid.delivery != delivery.id && near
        }),
        "this mailbox is suppressed: hard_bounce" => record.notes.suppressed.contains(&mailbox),
        _ => false,
    });
    (!is_true).then(|| Finding::lost(format!("{} {} was skipped: {why}", delivery.kind, delivery.id)))
}

/// What is wrong with a death for this reason.
pub(crate) fn of_death(record: &Record<'_>, delivery: &Delivery, why: &str) -> Option<Finding> {
    let said = record.said(delivery);
    let is_true = match why.strip_prefix("gave up after ") {
        Some(rest) => {
            let times = rest.split(' ').next().and_then(|times| times.parse().ok());
            times.is_some_and(|times: u32| times > 0 && said.failures >= times)
        }
        None => why == "422: refused" && said.refused,
    };
    (!is_true).then(|| Finding::lost(format!("{} {} is dead: {why}; it heard {said:?}", delivery.kind, delivery.id)))
}
