//! What a worker makes of an error: pure.

use jiff::Timestamp;

use super::{Delivery, Ending, QueueRule, Recall};
use crate::error::{ErrorKind, PortError, Remedy};

/// What a failed try means for its delivery and for its queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// How the lease ends.
    pub ending: Ending,
    /// The destination did not answer, so the breaker counts it.
    pub outage: bool,
    /// Every delivery would fail the same way, so the breaker opens at once.
    pub misconfigured: bool,
}

/// Judges `error`, which ended a try of `delivery` at `now`; `dice` lies in `0.0..1.0`.
///
/// - An outage, a throttle and a wrong setting put the delivery off and spend nothing.
/// - An error that the partner answered with spends one attempt; `Retry-After` wins when it is later than the policy.
/// - What may have arrived is asked about, or sent again where the destination recognises a repeated id.
pub fn verdict(
    delivery: &Delivery,
    error: &PortError,
    recall: Recall,
    rule: &QueueRule,
    now: Timestamp,
    dice: f64,
) -> Verdict {
    let outage = error.kind == ErrorKind::Unavailable;
    let misconfigured = error.kind == ErrorKind::Misconfigured;
    let spares = outage || misconfigured || error.kind == ErrorKind::Throttled;
    let ending = match (error.remedy, recall) {
        (Remedy::GiveUp, _) if !spares => Ending::Dead { reason: error.summary.clone() },
        (Remedy::AskFirst, Recall::Nothing) => Ending::InDoubt { ask_at: None, counted: !spares },
        (Remedy::AskFirst, Recall::LookUp) => in_doubt(rule, !spares, now),
        // An unanswered question leaves the doubt where it was.
        _ if delivery.asking() && recall == Recall::LookUp => in_doubt(rule, !spares, now),
        (remedy, _) => again(delivery, error, remedy, rule, spares, now, dice),
    };
    Verdict { ending, outage, misconfigured }
}

fn in_doubt(rule: &QueueRule, counted: bool, now: Timestamp) -> Ending {
    Ending::InDoubt { ask_at: Some(now.checked_add(rule.ask_after).unwrap_or(Timestamp::MAX)), counted }
}

fn again(
    delivery: &Delivery,
    error: &PortError,
    remedy: Remedy,
    rule: &QueueRule,
    spares: bool,
    now: Timestamp,
    dice: f64,
) -> Ending {
    let wished = match remedy {
        Remedy::TryAgain { no_sooner_than } => no_sooner_than,
        Remedy::GiveUp | Remedy::AskFirst => None,
    };
    // What spends nothing waits as after a first failure, however often it came.
    let failures = if spares { 1 } else { delivery.failures + 1 };
    let planned = rule.retry.next(failures, now, dice);
    match planned {
        Some(at) => Ending::Again { at: wished.map_or(at, |wish| wish.max(at)), counted: !spares },
        None if spares => {
            let at = now.checked_add(rule.breaker.cooldown).unwrap_or(Timestamp::MAX);
            Ending::Again { at: wished.map_or(at, |wish| wish.max(at)), counted: false }
        }
        None => Ending::Dead { reason: format!("gave up after {} attempts: {}", delivery.failures + 1, error.summary) },
    }
}
