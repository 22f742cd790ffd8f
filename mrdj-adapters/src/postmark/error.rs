//! Postmark's answers, one by one: what happened, and what helps.
//!
//! It has two spaces of numbers that overlap: an `ErrorCode` of 503 says that a signature exists, an HTTP status of 503
//! that Postmark is away. Each has a type here, so that neither is taken for the other.

use jiff::Timestamp;
use mrdj_core::error::{ErrorKind, PortError, Remedy};

use super::wire::Reply;
use crate::outbound::{Answer, OutboundError};

const ADAPTER: &str = "postmark";

/// A number in `ErrorCode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ErrorCode(i64);

/// A number in the status line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct HttpStatus(u16);

/// No answer came.
pub(super) fn unanswered(error: OutboundError, operation: &'static str) -> PortError {
    error.into_port_error(ADAPTER, operation)
}

/// A success that cannot be read: somebody else may have answered, so it is asked whether the mail is there.
pub(super) fn unconfirmed(answer: &Answer, operation: &'static str) -> PortError {
    let summary = format!("{}, which does not confirm anything", answer.status);
    PortError::new(ErrorKind::Failed, ADAPTER, operation, summary).remedy(Remedy::AskFirst)
}

/// A success that says beside it that the only recipient gets nothing.
pub(super) fn left_out(operation: &'static str) -> PortError {
    PortError::new(ErrorKind::Rejected, ADAPTER, operation, ErrorCode(406).meaning())
}

/// Every answer that is no success, and a success with an `ErrorCode`.
///
/// | Status | What it means |
/// | --- | --- |
/// | 3xx, 404, 405 | the address is a setting |
/// | 401, 403 | the token is a setting |
/// | 200, 422 | the `ErrorCode` tells |
/// | 429 | fewer mails, it never says when |
/// | 500 | an error of its own; the mail may be lost or may have left |
/// | 503 | it is away, and did nothing |
/// | 502, 504 | somebody in between says that it is away |
/// | everything else below 500 | this mail is refused, and will be again |
pub(super) fn refused(answer: &Answer, operation: &'static str, now: Timestamp) -> PortError {
    let status = HttpStatus(answer.status);
    let code = Reply::read(&answer.body).error_code.map(ErrorCode);
    let (kind, remedy) = match (status, code) {
        (HttpStatus(200 | 422), Some(code)) => code.verdict(),
        _ => match status.kind() {
            ErrorKind::Misconfigured => (ErrorKind::Misconfigured, Remedy::LATER),
            kind => (kind, Remedy::of_http(Some(status.0), true, answer.retry_after, now)),
        },
    };
    let summary = match code {
        Some(code) => format!("{}, code {}: {}", status.0, code.0, code.meaning()),
        None => format!("{}: {}", status.0, status.meaning()),
    };
    PortError::new(kind, ADAPTER, operation, summary).remedy(remedy)
}

impl HttpStatus {
    const fn kind(self) -> ErrorKind {
        match self.0 {
            300..=399 | 401 | 403 | 404 | 405 => ErrorKind::Misconfigured,
            429 => ErrorKind::Throttled,
            502..=504 => ErrorKind::Unavailable,
            408 | 425 | 500.. => ErrorKind::Failed,
            _ => ErrorKind::Rejected,
        }
    }

    const fn meaning(self) -> &'static str {
        match self.0 {
            300..=399 => "the address leads elsewhere",
            401 | 403 => "the token is refused",
            404 | 405 => "no mails are taken at this address",
            413 => "the mail is too large",
            429 => "too many mails",
            502..=504 => "it is away",
            408 | 425 | 500.. => "an error of its own",
            _ => "the mail is refused",
        }
    }
}

impl ErrorCode {
    /// What happened, and what helps.
    const fn verdict(self) -> (ErrorKind, Remedy) {
        match self.0 {
            100 => (ErrorKind::Unavailable, Remedy::LATER),
            429 => (ErrorKind::Throttled, Remedy::LATER),
            // Every mail fails the same way until a person mends the account, the sender or the stream.
            10 | 400 | 401 | 405 | 412 | 413 | 1101 | 1226 | 1235 | 1236 => (ErrorKind::Misconfigured, Remedy::LATER),
            _ => (ErrorKind::Rejected, Remedy::GiveUp),
        }
    }

    /// Its meaning in our words: theirs name addresses.
    const fn meaning(self) -> &'static str {
        match self.0 {
            10 => "the token is refused",
            100 => "maintenance",
            300 => "the mail did not pass validation",
            400 => "the sender has no signature",
            401 => "the sender's signature is not confirmed",
            402 => "the body is not JSON",
            403 => "a field is not valid",
            405 => "the account has no credits",
            406 => "inactive recipient",
            409 => "the headers of JSON are missing",
            411 => "an attachment is of a forbidden type",
            412 => "the account is pending and may write to its own domain only",
            413 => "the account may not send",
            429 => "too many mails",
            1101 => "the template does not exist",
            1226 | 1235 => "the stream does not exist",
            1236 => "the stream does not send",
            _ => "refused",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, body: &str) -> (ErrorKind, Remedy, String) {
        let answer = Answer { status, retry_after: None, body: body.as_bytes().to_vec() };
        let error = refused(&answer, "send", Timestamp::UNIX_EPOCH);
        (error.kind, error.remedy, error.summary)
    }

    #[test]
    fn a_code_is_never_taken_for_a_status() {
        let coded = |code: i64| judged(422, &format!("{{\"ErrorCode\":{code},\"Message\":\"x\"}}"));
        for code in [500, 503, 504, 405] {
            assert_ne!(coded(code).0, ErrorKind::Unavailable, "{code}");
        }
        assert_eq!((coded(503).0, coded(503).1), (ErrorKind::Rejected, Remedy::GiveUp));
        assert_eq!(judged(503, "<html>").0, ErrorKind::Unavailable);
        assert_eq!(judged(413, "").0, ErrorKind::Rejected);
        assert_eq!(coded(413).0, ErrorKind::Misconfigured);
    }

    #[test]
    fn a_summary_names_no_address() {
        let body =
            r#"{"ErrorCode":406,"Message":"Found inactive addresses: jan@example.com. Inactive recipients are"}"#;
        assert_eq!(judged(422, body).2, "422, code 406: inactive recipient");
        assert_eq!(judged(422, "jan@example.com").2, "422: the mail is refused");
    }

    #[test]
    fn a_failure_of_its_own_is_asked_about_and_an_absence_is_not() {
        assert_eq!((judged(500, "").0, judged(500, "").1), (ErrorKind::Failed, Remedy::AskFirst));
        assert_eq!((judged(503, "").0, judged(503, "").1), (ErrorKind::Unavailable, Remedy::LATER));
        assert_eq!((judged(502, "").0, judged(502, "").1), (ErrorKind::Unavailable, Remedy::AskFirst));
    }
}
