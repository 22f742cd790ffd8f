//! Retry policy as data.

use jiff::{SignedDuration, Timestamp};

/// Says when a failed delivery is tried again; bring your own where [`Backoff`] does not fit.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait RetryPolicy: Send + Sync {
    /// When to try again after `failures` counted failures, or `None` once the policy is spent.
    ///
    /// `dice` lies in `0.0..1.0` and may spread the wait.
    fn next(&self, failures: u32, now: Timestamp, dice: f64) -> Option<Timestamp>;
}

/// A wait that is fixed, or grows with each failure up to a cap, and may be spread by chance.
///
/// ```
/// use jiff::{SignedDuration, Timestamp};
/// use mrdj_core::delivery::{Backoff, RetryPolicy};
///
/// let seconds = |policy: &Backoff, failures| {
///     policy.next(failures, Timestamp::UNIX_EPOCH, 0.5).map(Timestamp::as_second)
/// };
/// let promised = Backoff::default();
/// assert_eq!([1, 4].map(|n| seconds(&promised, n)), [Some(15), Some(15)]);
/// assert_eq!(seconds(&promised, 5), None, "five attempts in all");
///
/// let growing = Backoff::exponential(10, SignedDuration::from_secs(2), SignedDuration::from_secs(60));
/// assert_eq!([1, 2, 5, 6].map(|n| seconds(&growing, n)), [Some(2), Some(4), Some(32), Some(60)]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backoff {
    /// Attempts in all, the first included; 0 and 1 both mean: never again.
    pub max_attempts: u32,
    /// The wait after the first failure.
    pub first: SignedDuration,
    /// What each wait is multiplied with to give the next; 1 keeps it fixed.
    pub factor: u32,
    /// No wait is longer.
    pub cap: SignedDuration,
    /// The part of each wait that chance decides, `0.0..=1.0`: a wait lies between `(1 - jitter)` and `1` times its length.
    pub jitter: f64,
}

impl Default for Backoff {
    /// Five attempts, 15 s apart.
    fn default() -> Self {
        Self::fixed(5, SignedDuration::from_secs(15))
    }
}

impl Backoff {
    /// The same wait each time.
    pub const fn fixed(max_attempts: u32, wait: SignedDuration) -> Self {
        Self { max_attempts, first: wait, factor: 1, cap: wait, jitter: 0.0 }
    }

    /// A wait that doubles, up to `cap`.
    pub const fn exponential(max_attempts: u32, first: SignedDuration, cap: SignedDuration) -> Self {
        Self { max_attempts, first, factor: 2, cap, jitter: 0.0 }
    }

    /// The same, with the part `jitter` of each wait left to chance.
    #[must_use]
    pub const fn with_jitter(self, jitter: f64) -> Self {
        Self { jitter, ..self }
    }

    fn wait(&self, failures: u32) -> SignedDuration {
        let growth = self.factor.max(1).saturating_pow(failures.saturating_sub(1));
        let growth = i32::try_from(growth).unwrap_or(i32::MAX);
        self.first.saturating_mul(growth).min(self.cap)
    }
}

impl RetryPolicy for Backoff {
    fn next(&self, failures: u32, now: Timestamp, dice: f64) -> Option<Timestamp> {
        if failures == 0 || failures >= self.max_attempts {
            return None;
        }
        let jitter = self.jitter.clamp(0.0, 1.0);
        let wait = self.wait(failures).mul_f64(1.0 - jitter + jitter * dice.clamp(0.0, 1.0));
        now.checked_add(wait).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_wait_lies_within_its_jitter_and_under_its_cap(
            failures in 1_u32..50, jitter in 0.0..=1.0, dice in 0.0..1.0, first in 1_i64..100, cap in 1_i64..10_000,
        ) {
            let (first, cap) = (SignedDuration::from_secs(first), SignedDuration::from_secs(cap));
            let policy = Backoff::exponential(u32::MAX, first, cap).with_jitter(jitter);
            let full = policy.wait(failures);
            let at = policy.next(failures, Timestamp::UNIX_EPOCH, dice).expect("not spent");
            let wait = at.duration_since(Timestamp::UNIX_EPOCH).as_secs_f64();
            prop_assert!(full <= cap);
            prop_assert!(wait <= full.as_secs_f64() + 1e-6);
            prop_assert!(wait >= full.as_secs_f64() * (1.0 - jitter) - 1e-6);
        }
    }

    #[test]
    fn endless_failures_do_not_overflow() {
        let policy = Backoff::exponential(u32::MAX, SignedDuration::from_secs(1), SignedDuration::from_hours(6));
        let at = policy.next(u32::MAX - 1, Timestamp::UNIX_EPOCH, 0.0).expect("not spent");
        assert_eq!(at.as_second(), 6 * 3600);
    }
}
