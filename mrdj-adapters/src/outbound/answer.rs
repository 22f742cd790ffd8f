//! What came back.

use std::fmt;

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};

/// What a partner answered, whatever its status: also a redirect is an answer, since none is followed.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// How long the partner wants to be left alone, counted from the moment of the call; at most a day.
    pub retry_after: Option<SignedDuration>,
    /// The body, whole.
    pub body: Vec<u8>,
}

impl Answer {
    /// Whether the status is one of success.
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }
}

impl fmt::Debug for Answer {
    /// Leaves the body out: partners repeat what they were sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("retry_after", &self.retry_after)
            .field("size_bytes", &self.body.len())
            .finish()
    }
}

const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24);

/// Reads `Retry-After`: seconds, or a date, which counts from `now`.
pub(super) fn retry_after(value: &str, now: Timestamp) -> Option<SignedDuration> {
    let value = value.trim();
    let wait = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        value.parse().map_or(LONGEST_WAIT, SignedDuration::from_secs)
    } else {
        rfc2822::parse(value).ok()?.timestamp().duration_since(now)
    };
    Some(wait.clamp(SignedDuration::ZERO, LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(value: &str) -> Option<i64> {
        let now = "2026-11-21T12:00:00Z".parse().expect("a moment");
        retry_after(value, now).map(|wait| wait.as_secs())
    }

    #[test]
    fn a_wait_is_given_in_seconds_or_as_a_date() {
        assert_eq!(seconds("30"), Some(30));
        assert_eq!(seconds(" 0 "), Some(0));
        assert_eq!(seconds("Sat, 21 Nov 2026 12:02:00 GMT"), Some(120));
    }

    #[test]
    fn a_date_that_has_passed_is_no_wait() {
        assert_eq!(seconds("Sat, 21 Nov 2026 11:59:00 GMT"), Some(0));
    }

    #[test]
    fn nobody_makes_us_wait_longer_than_a_day() {
        for value in ["86401", "99999999999999999999999999", "Wed, 31 Dec 2098 23:59:59 GMT"] {
            assert_eq!(seconds(value), Some(86_400), "{value}");
        }
    }

    #[test]
    fn what_is_no_wait_is_left_out() {
        for value in ["", "-5", "1.5", "soon", "Sat, 41 Nov 2026 12:02:00 GMT"] {
            assert_eq!(seconds(value), None, "{value}");
        }
    }

    #[test]
    fn a_body_is_never_printed() {
        let answer = Answer { status: 422, retry_after: None, body: b"jan@example.com".to_vec() };
        assert_eq!(format!("{answer:?}"), "Answer { status: 422, retry_after: None, size_bytes: 15 }");
    }
}
