//! Each try has its line.

use mrdj_core::delivery::{AttemptOutcome, Delivery, Order, State};

use super::record::fact;
use super::{Finding, Record};

/// Everything that is wrong with the histories.
pub(crate) fn findings(record: &Record<'_>) -> Vec<Finding> {
    record.deliveries.iter().filter_map(|delivery| gap(record, delivery)).collect()
}

fn gap(record: &Record<'_>, delivery: &Delivery) -> Option<Finding> {
    let history = record.history(delivery);
    let numbers: Vec<_> = history.iter().map(|attempt| attempt.number).collect();
    let whole = numbers == (1..=delivery.attempts).collect::<Vec<_>>();
    let last = history.last().map(|attempt| attempt.outcome);
    let accepted = record.orders(&fact(delivery), Order::Accept, |_| true) > 0;
    let told = match (&delivery.state, last) {
        (State::Done { .. }, _) if accepted => true,
        (State::Done { skipped: Some(_), .. }, last) => last == Some(AttemptOutcome::Skipped),
        (State::Done { .. }, last) => {
            matches!(last, Some(AttemptOutcome::Delivered | AttemptOutcome::FoundDelivered))
        }
        _ => true,
    };
    let wrong = !whole || !told || delivery.fence < u64::from(delivery.attempts);
    wrong.then(|| {
        Finding::wrong(format!(
            "{} {} in {:?} was tried {} times under fence {}, and its history says {numbers:?}, at last {last:?}",
            delivery.kind, delivery.id, delivery.state, delivery.attempts, delivery.fence
        ))
    })
}
