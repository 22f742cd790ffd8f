//! RentGuy's answers, one by one: what happened, and what helps.

use jiff::{SignedDuration, Timestamp};
use mrdj_core::error::{ErrorKind, PortError, Remedy};

use super::wire::Refusal;
use crate::outbound::{Answer, OutboundError};

const ADAPTER: &str = "rentguy";
/// It throttles without saying for how long.
const UNSAID_WAIT: SignedDuration = SignedDuration::from_secs(60);

/// What was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    PutCard,
    PutBooking,
    ReadBookings,
    LogIn,
}

impl Operation {
    const fn words(self) -> &'static str {
        match self {
            Self::PutCard => "put card",
            Self::PutBooking => "put booking",
            Self::ReadBookings => "read bookings",
            Self::LogIn => "log in",
        }
    }

    /// Whether it changes something there.
    const fn changes(self) -> bool {
        matches!(self, Self::PutCard | Self::PutBooking)
    }

    /// An error of this operation.
    pub(super) fn error(self, kind: ErrorKind, summary: impl Into<String>) -> PortError {
        PortError::new(kind, ADAPTER, self.words(), summary)
    }

    /// What helps, where whatever changes nothing can be asked again.
    fn harmless(self, error: PortError) -> PortError {
        let asks = error.remedy == Remedy::AskFirst && !self.changes();
        if asks { error.remedy(Remedy::LATER) } else { error }
    }

    /// No answer came.
    pub(super) fn unanswered(self, error: OutboundError) -> PortError {
        self.harmless(error.into_port_error(ADAPTER, self.words()))
    }

    /// A success that does not say what was asked: somebody else may have answered, so it is asked again.
    pub(super) fn unconfirmed(self, status: u16) -> PortError {
        let summary = format!("{status}, which does not confirm it");
        self.harmless(self.error(ErrorKind::Failed, summary).remedy(Remedy::AskFirst))
    }

    /// A 500 while its own database was asked for and is away.
    pub(super) fn database_away(self) -> PortError {
        self.error(ErrorKind::Unavailable, "500, and it is not ready")
    }
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
/// | any other below 500 to a look | a setting |
/// | 409 of a project | other bookings stand in its way there: a person decides |
/// | everything else below 500 | this one thing is refused, and will be again |
pub(super) fn refused(operation: Operation, answer: &Answer, now: Timestamp) -> PortError {
    operation.harmless(sorted(operation, answer, now))
}

fn sorted(operation: Operation, answer: &Answer, now: Timestamp) -> PortError {
    let status = answer.status;
    let error = |kind, summary: String| operation.error(kind, summary);
    let remedy = || Remedy::of_http(Some(status), true, answer.retry_after, now);
    match status {
        300..=399 => error(ErrorKind::Misconfigured, format!("{status}: the address leads elsewhere")),
        401 | 403 => error(ErrorKind::Misconfigured, format!("{status}: the key is refused")),
        404 | 405 => error(ErrorKind::Misconfigured, format!("{status}: nothing is taken at this address")),
        408 | 425 => error(ErrorKind::Failed, status.to_string()).remedy(remedy()),
        429 => {
            let wait = answer.retry_after.unwrap_or(UNSAID_WAIT);
            let no_sooner_than = now.checked_add(wait).ok();
            error(ErrorKind::Throttled, status.to_string()).remedy(Remedy::TryAgain { no_sooner_than })
        }
        // Whatever is wrong with a mere question is wrong with every one.
        400..=499 if !operation.changes() => error(ErrorKind::Misconfigured, format!("{status}: nothing is told here")),
        400..=499 => refused_thing(operation, answer),
        500 => error(ErrorKind::Failed, status.to_string()),
        502..=504 => error(ErrorKind::Unavailable, status.to_string()).remedy(remedy()),
        _ => error(ErrorKind::Failed, status.to_string()).remedy(remedy()),
    }
}

fn refused_thing(operation: Operation, answer: &Answer) -> PortError {
    let error = |kind, summary: String| operation.error(kind, summary);
    let (status, refusal) = (answer.status, Refusal::read(&answer.body));
    if let (409, Some(conflict)) = (status, refusal.conflict()) {
        // Another day, another set or another planner: nothing that is sent again changes it.
        return error(ErrorKind::Rejected, format!("409: {conflict}, so a person decides in the CRM"));
    }
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
