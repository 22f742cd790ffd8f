//! The breaker: a destination that is away is tried with one delivery at a time.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// When a breaker opens, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerRule {
    /// So many outages in a row open it; at least 1.
    pub failures: u32,
    /// So long it stays open before one delivery probes the destination.
    pub cooldown: SignedDuration,
}

impl Default for BreakerRule {
    /// Three failures, 120 s (`CIRCUIT_FAILURES`, `CIRCUIT_COOLDOWN_MS`).
    fn default() -> Self {
        Self { failures: 3, cooldown: SignedDuration::from_secs(120) }
    }
}

/// How much may leave now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// As much as there is room for.
    Everything,
    /// One delivery, to see whether the destination is back.
    Probe,
    /// Nothing.
    Nothing,
}

/// An open breaker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Since when the destination is away.
    pub since: Timestamp,
    /// When the next probe may leave.
    pub probe_at: Timestamp,
    /// What was said last; no personal data.
    pub reason: String,
}

/// What is known of a destination's health.
///
/// ```
/// use jiff::{SignedDuration, Timestamp};
/// use mrdj_core::delivery::{Allowance, Breaker, BreakerRule};
///
/// let (rule, now) = (BreakerRule::default(), Timestamp::UNIX_EPOCH);
/// let mut breaker = Breaker::default();
/// for _ in 0..3 {
///     assert_eq!(breaker.allowance(now), Allowance::Everything);
///     breaker.outage(rule, "unavailable", now);
/// }
/// assert_eq!(breaker.allowance(now + SignedDuration::from_secs(119)), Allowance::Nothing);
/// assert_eq!(breaker.allowance(now + SignedDuration::from_secs(120)), Allowance::Probe);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breaker {
    /// Outages in a row.
    pub failures: u32,
    /// Set while the destination counts as away.
    pub open: Option<Open>,
}

impl Breaker {
    /// How much may leave at `now`.
    pub fn allowance(&self, now: Timestamp) -> Allowance {
        match &self.open {
            None => Allowance::Everything,
            Some(open) if now >= open.probe_at => Allowance::Probe,
            Some(_) => Allowance::Nothing,
        }
    }

    /// The destination answered, with whatever: it is not away. Returns whether that closed an open breaker.
    pub fn answered(&mut self) -> bool {
        self.failures = 0;
        self.open.take().is_some()
    }

    /// The destination did not answer. Returns whether that opened the breaker.
    pub fn outage(&mut self, rule: BreakerRule, reason: &str, now: Timestamp) -> bool {
        self.failures = self.failures.saturating_add(1);
        if self.open.is_none() && self.failures < rule.failures {
            return false;
        }
        self.trip(rule, reason, now)
    }

    /// Opens at once, whatever was counted: every delivery would fail the same way. Returns whether it was closed.
    pub fn trip(&mut self, rule: BreakerRule, reason: &str, now: Timestamp) -> bool {
        let since = self.open.as_ref().map_or(now, |open| open.since);
        let opened = self.open.is_none();
        let probe_at = now.checked_add(rule.cooldown).unwrap_or(Timestamp::MAX);
        self.open = Some(Open { since, probe_at, reason: reason.to_owned() });
        opened
    }

    /// Takes the probe: until `until` nobody else may.
    pub fn probing(&mut self, until: Timestamp) {
        if let Some(open) = &mut self.open {
            open.probe_at = until;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn opened() -> Breaker {
        let mut breaker = Breaker::default();
        assert!(breaker.trip(BreakerRule::default(), "unavailable", NOW));
        breaker
    }

    #[test]
    fn an_answer_between_outages_starts_the_count_again() {
        let mut breaker = Breaker::default();
        for _ in 0..5 {
            assert!(!breaker.outage(BreakerRule::default(), "unavailable", NOW));
            assert!(!breaker.outage(BreakerRule::default(), "unavailable", NOW));
            assert!(!breaker.answered());
        }
        assert_eq!(breaker.allowance(NOW), Allowance::Everything);
    }

    #[test]
    fn a_failed_probe_keeps_the_beginning_and_waits_again() {
        let mut breaker = opened();
        let later = NOW + SignedDuration::from_secs(120);
        assert!(!breaker.outage(BreakerRule::default(), "timed out", later));
        let open = breaker.open.expect("still open");
        assert_eq!((open.since, open.probe_at), (NOW, later + SignedDuration::from_secs(120)));
    }

    #[test]
    fn only_one_probe_leaves() {
        let mut breaker = opened();
        let later = NOW + SignedDuration::from_secs(120);
        assert_eq!(breaker.allowance(later), Allowance::Probe);
        breaker.probing(later + SignedDuration::from_secs(60));
        assert_eq!(breaker.allowance(later), Allowance::Nothing);
        assert!(breaker.answered());
        assert_eq!(breaker.allowance(later), Allowance::Everything);
    }
}
