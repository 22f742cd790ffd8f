//! RentGuy's answers, one by one: what happened, and what helps.

use jiff::{SignedDuration, Timestamp};
use mrdj_core::error::{ErrorKind, PortError, Remedy};

use super::wire::Refusal;
use crate::outbound::Answer;

const ADAPTER: &str = "rentguy";
const OPERATION: &str = "put card";
/// It throttles without saying for how long.
const UNSAID_WAIT: SignedDuration = SignedDuration::from_secs(60);

/// An error of this adapter.
pub(super) fn error(kind: ErrorKind, summary: impl Into<String>) -> PortError {
    PortError::new(kind, ADAPTER, OPERATION, summary)
}

/// No answer came.
pub(super) fn unanswered(error: crate::outbound::OutboundError) -> PortError {
    error.into_port_error(ADAPTER, OPERATION)
}

/// A success that does not name our card: somebody else may have answered, so the card is put again.
pub(super) fn unconfirmed(status: u16) -> PortError {
    error(ErrorKind::Failed, format!("{status}, which does not confirm the card")).remedy(Remedy::AskFirst)
}

/// A 500 while its own database was asked for and is away.
pub(super) fn database_away() -> PortError {
    error(ErrorKind::Unavailable, "500, and it is not ready")
}

/// Every answer that is no success.
///
/// | Answer | What it means |
/// | --- | --- |
/// | 3xx | the address leads elsewhere: a setting |
/// | 400 `missing-workspace`, 409 `workspace-mismatch` | the tenant is a setting |
/// | 401, 403 | the key is a setting |
/// | 404, 405 | the address is a setting |
/// | 422 on a header | a setting |
/// | 408, 425, 500, other 5xx | an error of its own: another time |
/// | 429 | fewer calls, in a minute unless it says when |
/// | 502, 503, 504 | somebody in between says that it is away |
/// | everything else below 500 | this card is refused, and will be again |
pub(super) fn refused(answer: &Answer, now: Timestamp) -> PortError {
    let status = answer.status;
    let remedy = || Remedy::of_http(Some(status), true, answer.retry_after, now);
    match status {
        300..=399 => error(ErrorKind::Misconfigured, format!("{status}: the address leads elsewhere")),
        401 | 403 => error(ErrorKind::Misconfigured, format!("{status}: the key is refused")),
        404 | 405 => error(ErrorKind::Misconfigured, format!("{status}: no cards are taken at this address")),
        408 | 425 => error(ErrorKind::Failed, status.to_string()).remedy(remedy()),
        429 => {
            let wait = answer.retry_after.unwrap_or(UNSAID_WAIT);
            let no_sooner_than = now.checked_add(wait).ok();
            error(ErrorKind::Throttled, "429").remedy(Remedy::TryAgain { no_sooner_than })
        }
        400..=499 => refused_card(answer),
        500 => error(ErrorKind::Failed, "500"),
        502..=504 => error(ErrorKind::Unavailable, status.to_string()).remedy(remedy()),
        _ => error(ErrorKind::Failed, status.to_string()).remedy(remedy()),
    }
}

fn refused_card(answer: &Answer) -> PortError {
    let (status, refusal) = (answer.status, Refusal::read(&answer.body));
    if let (400, Some("missing-workspace")) | (409, Some("workspace-mismatch")) = (status, refusal.word()) {
        return error(ErrorKind::Misconfigured, format!("{status}: the workspace is refused"));
    }
    let faults = refusal.faults();
    let is_setting = status == 422 && faults.iter().any(|fault| fault.is_in_header());
    let kind = if is_setting { ErrorKind::Misconfigured } else { ErrorKind::Rejected };
    let mut words: Vec<String> = faults.iter().map(ToString::to_string).collect();
    words.extend(refusal.word().map(str::to_owned));
    if words.is_empty() {
        return error(kind, status.to_string());
    }
    error(kind, format!("{status}: {}", words.join(", ")))
}
