//! A subscriber's answers, one by one: what happened, and what helps.

use jiff::{SignedDuration, Timestamp};
use mrdj_core::error::{ErrorKind, PortError, Remedy};

use crate::outbound::{Answer, OutboundError};

const ADAPTER: &str = "subscriber";
const OPERATION: &str = "tell";
/// Some throttle without saying for how long.
const UNSAID_WAIT: SignedDuration = SignedDuration::from_secs(60);

fn error(kind: ErrorKind, summary: impl Into<String>) -> PortError {
    PortError::new(kind, ADAPTER, OPERATION, summary)
}

/// No answer came.
pub(super) fn unanswered(error: OutboundError) -> PortError {
    error.into_port_error(ADAPTER, OPERATION)
}

/// Every answer that is no success.
///
/// | Answer | What it means |
/// | --- | --- |
/// | 3xx | the address leads elsewhere, where we do not follow: a setting |
/// | 401, 403 | the secret is refused: a setting |
/// | 404, 405 | nothing listens there, or not yet: a setting, here or there |
/// | 410 | it wants no more of this: given up at once |
/// | 429 | fewer calls, in a minute unless it says when |
/// | 502, 503, 504 | it is away, until the moment it names if it names one |
/// | everything else | an error of its own: another time |
pub(super) fn refused(answer: &Answer, now: Timestamp) -> PortError {
    let status = answer.status;
    let wait = |wait: Option<SignedDuration>| Remedy::TryAgain {
        no_sooner_than: wait.and_then(|wait| now.checked_add(wait).ok()),
    };
    match status {
        300..=399 => error(ErrorKind::Misconfigured, format!("{status}: the address leads elsewhere")),
        401 | 403 => error(ErrorKind::Misconfigured, format!("{status}: the secret is refused")),
        404 | 405 => error(ErrorKind::Misconfigured, format!("{status}: no events are taken at this address")),
        410 => error(ErrorKind::Rejected, "410: it wants no more of this"),
        429 => error(ErrorKind::Throttled, "429").remedy(wait(answer.retry_after.or(Some(UNSAID_WAIT)))),
        502..=504 => error(ErrorKind::Unavailable, status.to_string()).remedy(wait(answer.retry_after)),
        _ => error(ErrorKind::Failed, status.to_string()).remedy(wait(answer.retry_after)),
    }
}
