//! How often an event is told again.

use jiff::{SignedDuration, Timestamp};

use crate::delivery::RetryPolicy;

/// The waits that Standard Webhooks recommend: ten tries over three days, each wait up to a fifth longer by chance.
///
/// ```
/// use jiff::Timestamp;
/// use mrdj_core::delivery::RetryPolicy;
/// use mrdj_core::webhooks::StandardRetries;
///
/// let wait = |failures| StandardRetries.next(failures, Timestamp::UNIX_EPOCH, 0.0).map(Timestamp::as_second);
/// assert_eq!([1, 2, 9, 10].map(wait), [Some(5), Some(300), Some(86_400), None]);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct StandardRetries;

const WAITS: [SignedDuration; 9] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(14),
    SignedDuration::from_hours(20),
    SignedDuration::from_hours(24),
];

/// The part of a wait that chance may add.
const JITTER: f64 = 0.2;

impl RetryPolicy for StandardRetries {
    fn next(&self, failures: u32, now: Timestamp, dice: f64) -> Option<Timestamp> {
        let wait = WAITS.get(usize::try_from(failures).ok()?.checked_sub(1)?)?;
        now.checked_add(wait.mul_f64(1.0 + JITTER * dice.clamp(0.0, 1.0))).ok()
    }
}
