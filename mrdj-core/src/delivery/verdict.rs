//! What a worker makes of an error: pure.

use jiff::{SignedDuration, Timestamp};

use super::{Delivery, Ending, QueueRule, Recall};
use crate::error::{ErrorKind, PortError, Remedy};

/// A question that is refused doubles its wait so often at most.
const MOST_DOUBLINGS: u32 = 10;
/// It is asked at least so often.
const RAREST_QUESTION: SignedDuration = SignedDuration::from_mins(15);

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
        (Remedy::AskFirst, Recall::LookUp) => in_doubt(rule.ask_after, error.remedy, !spares, now),
        // What was in doubt is asked about before each further try.
        _ if delivery.asking() && recall == Recall::LookUp => in_doubt(rule.ask_after, error.remedy, !spares, now),
        (remedy, _) => again(delivery, error, remedy, rule, spares, now, dice),
    };
    Verdict { ending, outage, misconfigured }
}

/// Judges `error`, which ended a question about a delivery in doubt at `now`: it says nothing about the delivery, so the
/// doubt stays and no attempt is spent.
///
/// A question that is refused will be refused again: it is asked ever more rarely, every quarter of an hour at last.
pub fn unasked(delivery: &Delivery, error: &PortError, rule: &QueueRule, now: Timestamp) -> Verdict {
    let doublings = if error.remedy == Remedy::GiveUp { delivery.attempts.min(MOST_DOUBLINGS) } else { 0 };
    let rarely = rule.ask_after.saturating_mul(1 << doublings).min(RAREST_QUESTION).max(rule.ask_after);
    Verdict {
        ending: in_doubt(rarely, error.remedy, false, now),
        outage: error.kind == ErrorKind::Unavailable,
        misconfigured: error.kind == ErrorKind::Misconfigured,
    }
}

fn in_doubt(ask_after: SignedDuration, remedy: Remedy, counted: bool, now: Timestamp) -> Ending {
    let planned = now.checked_add(ask_after).unwrap_or(Timestamp::MAX);
    Ending::InDoubt { ask_at: Some(wished(remedy).map_or(planned, |wish| wish.max(planned))), counted }
}

/// The moment that the destination named, if it named one.
fn wished(remedy: Remedy) -> Option<Timestamp> {
    match remedy {
        Remedy::TryAgain { no_sooner_than } => no_sooner_than,
        Remedy::GiveUp | Remedy::AskFirst => None,
    }
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
    let wished = wished(remedy);
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
