//! The one error of every port: what happened, and what helps.

use std::error::Error;
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A cause for the log; it never reaches a client.
pub type Cause = Box<dyn Error + Send + Sync>;

/// What happened, as far as a caller needs to branch on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// What was asked for is not there.
    NotFound,
    /// The present is not what the caller believed; read again, decide again.
    Conflict,
    /// The far side understood and refuses this one thing; it will refuse it again.
    Rejected,
    /// The far side answered with an error of its own; another time may go better.
    Failed,
    /// The far side asks for fewer calls.
    Throttled,
    /// Nobody answers, or somebody in between says so: an outage.
    Unavailable,
    /// No partner is set up here, or the key, address or tenant is refused: every call will fail until a person mends a setting.
    Misconfigured,
    /// What was read is not what was once written.
    Corrupt,
    /// There is no room left to write.
    Full,
}

impl ErrorKind {
    /// The word under which it is stored and counted.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Misconfigured => "misconfigured",
            Self::Corrupt => "corrupt",
            Self::Full => "full",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: the same call will fail again.
    GiveUp,
    /// The far side did nothing yet: call again, and not before `no_sooner_than` when it named a moment.
    TryAgain {
        /// The earliest moment the far side wants to hear of it again.
        no_sooner_than: Option<Timestamp>,
    },
    /// The call left the house and nobody knows how it ended: look there first, and only then send again.
    AskFirst,
}

impl Remedy {
    /// Call again, whenever the caller's own policy says.
    pub const LATER: Self = Self::TryAgain { no_sooner_than: None };

    /// What helps after an HTTP call to a partner failed; `status` is `None` when no answer came.
    ///
    /// `sent` tells whether the request may have left the house. `retry_after` counts from `now`.
    pub fn of_http(status: Option<u16>, sent: bool, retry_after: Option<SignedDuration>, now: Timestamp) -> Self {
        match status {
            // The far side says in so many words that it did nothing yet.
            Some(408 | 425 | 429 | 503) => {
                Self::TryAgain { no_sooner_than: retry_after.and_then(|wait| now.checked_add(wait).ok()) }
            }
            Some(300..=499) => Self::GiveUp,
            None if !sent => Self::LATER,
            // It may have acted before it failed or before the line went dead.
            _ => Self::AskFirst,
        }
    }
}

/// The one error every port returns.
///
/// `summary` may be shown to an operator, so it holds codes and field names, and never what a visitor wrote.
#[derive(Debug, thiserror::Error)]
#[error("{adapter} could not {operation}: {summary}")]
pub struct PortError {
    /// What a caller branches on.
    pub kind: ErrorKind,
    /// What a worker does about it.
    pub remedy: Remedy,
    /// Who says so, e.g. `sqlite`.
    pub adapter: &'static str,
    /// What was tried, e.g. `lease`.
    pub operation: &'static str,
    /// Why, in words an operator may read; no personal data.
    pub summary: String,
    /// For the log; it never reaches a client.
    #[source]
    pub cause: Option<Cause>,
}

impl PortError {
    /// An error of `kind` with the remedy that goes with it unless [`PortError::remedy`] says otherwise.
    pub fn new(kind: ErrorKind, adapter: &'static str, operation: &'static str, summary: impl Into<String>) -> Self {
        let remedy = match kind {
            ErrorKind::NotFound | ErrorKind::Conflict | ErrorKind::Rejected | ErrorKind::Corrupt => Remedy::GiveUp,
            ErrorKind::Failed
            | ErrorKind::Throttled
            | ErrorKind::Unavailable
            | ErrorKind::Misconfigured
            | ErrorKind::Full => Remedy::LATER,
        };
        Self { kind, remedy, adapter, operation, summary: summary.into(), cause: None }
    }

    /// The same, with another remedy.
    #[must_use]
    pub fn remedy(mut self, remedy: Remedy) -> Self {
        self.remedy = remedy;
        self
    }

    /// The same, with what caused it.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Cause>) -> Self {
        self.cause = Some(cause.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_throttled_answer_names_the_moment() {
        let now = Timestamp::UNIX_EPOCH;
        let remedy = Remedy::of_http(Some(429), true, Some(SignedDuration::from_secs(30)), now);
        let at = Timestamp::from_second(30).expect("in range");
        assert_eq!(remedy, Remedy::TryAgain { no_sooner_than: Some(at) });
    }

    #[test]
    fn an_unanswered_request_that_left_is_asked_about_first() {
        let remedy = |status, sent| Remedy::of_http(status, sent, None, Timestamp::UNIX_EPOCH);
        assert_eq!(remedy(None, true), Remedy::AskFirst);
        assert_eq!(remedy(Some(500), true), Remedy::AskFirst);
        assert_eq!(remedy(None, false), Remedy::LATER);
        assert_eq!(remedy(Some(422), true), Remedy::GiveUp);
    }
}
