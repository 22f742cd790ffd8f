//! A queue: where deliveries to one destination wait, and what applies to all of them.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Allowance, Backoff, Breaker, BreakerRule, Recall, RetryPolicy};

/// The name of a queue, after the role of its destination: `crm`, `mail`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct QueueName(Cow<'static, str>);

impl QueueName {
    /// A name known when the program was written.
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for QueueName {
    fn from(name: String) -> Self {
        Self(Cow::Owned(name))
    }
}

impl fmt::Display for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// At most `max` deliveries start in a `window`, which begins with the first of them.
///
/// The end of one window and the beginning of the next may lie side by side: a partner who counts over any such length of
/// time is given half of what he allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many; at least 1.
    pub max: u32,
    /// Within how long.
    pub window: SignedDuration,
}

/// How one queue is worked: policy as data.
#[derive(Clone)]
pub struct QueueRule {
    /// When a failed delivery is tried again, and how often.
    pub retry: Arc<dyn RetryPolicy>,
    /// When the queue stops trying a partner that is away.
    pub breaker: BreakerRule,
    /// How many deliveries are under way at once, per worker; at least 1.
    pub concurrency: usize,
    /// How many deliveries may start in a window, over all workers that share a limiter; `None` sets no rate.
    pub rate: Option<Rate>,
    /// How long a lease runs without a heartbeat; longer where [`QueueRule::fit_for`] says so.
    pub lease_term: SignedDuration,
    /// How long one delivery may take in all, look-up included, before it counts as unanswered.
    pub deadline: SignedDuration,
    /// How long to wait before asking a partner about a delivery in doubt, so that its own index has caught up.
    pub ask_after: SignedDuration,
}

impl Default for QueueRule {
    /// Five attempts 15 s apart, breaker at 3 failures for 120 s, 5 at once, leases of 60 s, 30 s per delivery.
    fn default() -> Self {
        Self {
            retry: Arc::new(Backoff::default()),
            breaker: BreakerRule::default(),
            concurrency: 5,
            rate: None,
            lease_term: SignedDuration::from_secs(60),
            deadline: SignedDuration::from_secs(30),
            ask_after: SignedDuration::from_secs(30),
        }
    }
}

impl QueueRule {
    /// The same rule, with leases that run long enough for a destination that offers `recall`.
    ///
    /// What was held under a lease that ran out is looked up at once. By then whoever had it must be done with it, also
    /// where no heartbeat got through, and the destination's index must have caught up: else it would be sent twice.
    #[must_use]
    pub fn fit_for(self, recall: Recall) -> Self {
        let term = match recall {
            Recall::LookUp => self.lease_term.max(self.deadline.saturating_add(self.ask_after)),
            Recall::SendAgain | Recall::Nothing => self.lease_term,
        };
        Self { lease_term: term, ..self }
    }
}

impl fmt::Debug for QueueRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueueRule")
            .field("breaker", &self.breaker)
            .field("concurrency", &self.concurrency)
            .field("rate", &self.rate)
            .field("lease_term", &self.lease_term)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// What all workers share about a queue; it lives in the store of record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueState {
    /// Which queue.
    pub name: QueueName,
    /// Since when an operator has it paused.
    pub paused_at: Option<Timestamp>,
    /// What is known of the destination's health.
    pub breaker: Breaker,
    /// Counts the changes; a store refuses a state whose version has moved.
    pub version: u64,
}

/// Why a queue lets nothing leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holding {
    /// No courier serves it: the partner has no key here.
    NotConfigured,
    /// An operator paused it.
    Paused {
        /// Since when.
        since: Timestamp,
    },
    /// The partner is away, or refuses our settings.
    BreakerOpen {
        /// Since when.
        since: Timestamp,
        /// When it is tried next, with one delivery.
        probe_at: Timestamp,
        /// What the partner said last; no personal data.
        reason: String,
    },
}

impl fmt::Display for Holding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotConfigured => f.write_str("not configured"),
            Self::Paused { .. } => f.write_str("paused"),
            Self::BreakerOpen { reason, .. } => write!(f, "partner away ({reason})"),
        }
    }
}

impl QueueState {
    /// A queue nobody has touched yet: running, breaker closed.
    pub fn fresh(name: QueueName) -> Self {
        Self { name, paused_at: None, breaker: Breaker::default(), version: 0 }
    }

    /// How many deliveries may leave now, of the `concurrency` there is room for.
    pub fn allowance(&self, now: Timestamp) -> Allowance {
        if self.paused_at.is_some() { Allowance::Nothing } else { self.breaker.allowance(now) }
    }

    /// Why nothing leaves, if so. `served` tells whether a courier is set up for it.
    pub fn holding(&self, served: bool) -> Option<Holding> {
        if let Some(since) = self.paused_at {
            return Some(Holding::Paused { since });
        }
        if !served {
            return Some(Holding::NotConfigured);
        }
        let open = self.breaker.open.as_ref()?;
        Some(Holding::BreakerOpen { since: open.since, probe_at: open.probe_at, reason: open.reason.clone() })
    }
}
