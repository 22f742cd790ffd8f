//! Moments as Redis keeps them.

use jiff::{SignedDuration, Timestamp};

/// So many digits has a moment, so that moments compare as texts do, and no number of Lua loses a digit.
pub(super) const DIGITS: usize = 18;

/// So much longer than needed Redis keeps what would end by our clocks.
const NET: SignedDuration = SignedDuration::from_mins(1);

/// Redis refuses an expiry that its clock cannot hold; ten years are for ever here.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 3_650);

/// The moment in microseconds, which every store keeps; what lies before 1970 is 1970.
pub(super) fn stamp(at: Timestamp) -> String {
    format!("{:0DIGITS$}", at.as_microsecond().max(0))
}

/// The moment behind a stamp.
pub(super) fn moment(stamp: &str) -> Option<Timestamp> {
    let sound = stamp.len() == DIGITS && stamp.bytes().all(|byte| byte.is_ascii_digit());
    let micros: i64 = sound.then(|| stamp.parse().ok()).flatten()?;
    let fraction = SignedDuration::from_micros(micros % 1_000_000);
    // In two steps: the last second of all is refused as one number of microseconds.
    Timestamp::from_second(micros / 1_000_000).ok()?.checked_add(fraction).ok()
}

/// Splits what is kept into its end and the rest.
pub(super) fn split(kept: &str) -> Option<(Timestamp, &str)> {
    let (end, rest) = kept.split_at_checked(DIGITS)?;
    Some((moment(end)?, rest))
}

/// The expiry, in milliseconds, of what ends `span` from now.
pub(super) fn net_ms(span: SignedDuration) -> String {
    let span = span.clamp(SignedDuration::ZERO, LONGEST);
    (span + NET).as_millis().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_moment_has_as_many_digits() {
        for at in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::constant(1_795_262_400, 0), Timestamp::MAX] {
            let stamp = stamp(at);
            assert_eq!(stamp.len(), DIGITS, "{at}");
            assert_eq!(moment(&stamp).map(Timestamp::as_microsecond), Some(at.as_microsecond().max(0)));
        }
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for kept in ["", "1", "-00000000000000001", "999999999999999999", "00000000000000000é", "000000000000000 00"] {
            assert_eq!(split(kept), None, "{kept:?}");
        }
        assert_eq!(split("000000000000000001rest"), Some((Timestamp::constant(0, 1_000), "rest")));
    }

    #[test]
    fn redis_is_told_of_no_time_that_it_refuses() {
        assert_eq!(net_ms(SignedDuration::MIN), "60000");
        assert_eq!(net_ms(SignedDuration::from_secs(1)), "61000");
        assert_eq!(net_ms(SignedDuration::MAX), "315360060000");
    }
}
