//! By which rules the queues of a seed are worked: mostly those of the composition, sometimes others.

use std::sync::Arc;

use jiff::SignedDuration;
use mrdj_core::delivery::{Backoff, BreakerRule, QueueRule, Rate, RetryPolicy};
use mrdj_core::messages::PostageRule;

use crate::dice::Dice;

/// What the composition gives one delivery: a look-up and two calls of ten seconds.
const DEADLINE: SignedDuration = SignedDuration::from_secs(30);
/// What the composition leases for; mails are leased for longer, because they can only be looked up.
pub(crate) const LEASE_TERM: SignedDuration = SignedDuration::from_secs(12);
/// After this long Postmark's search has caught up.
const LOOKUP_DELAY: SignedDuration = SignedDuration::from_secs(30);

/// The rules of one seed.
#[derive(Clone, Debug)]
pub(crate) struct SeedRules {
    pub(crate) crm: QueueRule,
    pub(crate) mail: QueueRule,
    pub(crate) alerts: QueueRule,
    pub(crate) postage: PostageRule,
}

impl SeedRules {
    /// Draws them.
    pub(crate) fn drawn(dice: &Dice) -> Self {
        let rate = Rate { max: 3, window: SignedDuration::from_secs(60) };
        let crm = QueueRule { concurrency: 1, lease_term: LEASE_TERM, ..drawn(dice) };
        let mail = QueueRule { lease_term: LEASE_TERM, ask_after: LOOKUP_DELAY, ..drawn(dice) };
        let alerts = QueueRule { rate: dice.falls(0.3).then_some(rate), ..drawn(dice) };
        let postage = PostageRule { hourly: dice.one_of(&[0, 2, 5, 200]), ..PostageRule::default() };
        Self { crm, mail, alerts, postage }
    }
}

fn drawn(dice: &Dice) -> QueueRule {
    QueueRule {
        retry: retry(dice),
        breaker: breaker(dice),
        concurrency: 1 + dice.below(5),
        deadline: DEADLINE,
        ..QueueRule::default()
    }
}

fn retry(dice: &Dice) -> Arc<dyn RetryPolicy> {
    let (first, cap) = (SignedDuration::from_secs(5), SignedDuration::from_mins(10));
    Arc::new(match dice.below(4) {
        0 => Backoff::exponential(6, first, cap).with_jitter(0.5),
        1 => Backoff::fixed(1, first),
        _ => Backoff::default(),
    })
}

fn breaker(dice: &Dice) -> BreakerRule {
    match dice.falls(0.5) {
        true => BreakerRule::default(),
        false => BreakerRule { failures: 1 + dice.below(4) as u32, cooldown: dice.seconds(30, 1_200) },
    }
}
