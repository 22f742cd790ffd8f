//! The proof of [`Limiter`].

use std::sync::Arc;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::{Limit, Limiter};
use crate::contract::{Case, Outcome};

/// Every promise of a limiter, which must be fresh.
pub const CASES: &[Case<Arc<dyn Limiter>>] =
    crate::cases![limit_lets_exactly_max_through, window_begins_again, keys_do_not_share];

const NOON: Timestamp = Timestamp::constant(1_795_262_400, 0);
const TEN: Limit = Limit { max: 10, window: SignedDuration::from_mins(10) };

async fn limit_lets_exactly_max_through(limiter: Arc<dyn Limiter>) -> Outcome {
    let rulings = join_all((0..50).map(|_| limiter.take("192.0.2.1", TEN, NOON))).await;
    let rulings = rulings.into_iter().collect::<Result<Vec<_>, _>>()?;
    assert_eq!(rulings.iter().filter(|ruling| ruling.allowed).count(), 10);
    assert!(rulings.iter().all(|ruling| (ruling.max, ruling.reset_at) == (10, NOON + TEN.window)), "{rulings:?}");
    let mut remaining: Vec<_> = rulings.iter().filter(|ruling| ruling.allowed).map(|ruling| ruling.remaining).collect();
    remaining.sort_unstable();
    assert_eq!(remaining, (0..10).collect::<Vec<_>>(), "each is told how many are left");

    let off = Limit { max: 0, ..TEN };
    for _ in 0..100 {
        assert!(limiter.take("switched-off", off, NOON).await?.allowed);
    }
    Ok(())
}

async fn window_begins_again(limiter: Arc<dyn Limiter>) -> Outcome {
    let mut count = None;
    // The window began with the first; being refused does not prolong it.
    for second in (0..1_300).step_by(25) {
        let now = NOON + SignedDuration::from_secs(second);
        let (after, expected) = TEN.take(count, now);
        count = Some(after);
        assert_eq!(limiter.take("192.0.2.1", TEN, now).await?, expected, "{second} s after noon");
    }
    Ok(())
}

async fn keys_do_not_share(limiter: Arc<dyn Limiter>) -> Outcome {
    let one = Limit { max: 1, ..TEN };
    let keys = ["192.0.2.1", "192.0.2.10", "contact:192.0.2.1", "CONTACT:192.0.2.1", "192.0.2.1 ", "", "é", "*"];
    for key in keys {
        assert!(limiter.take(key, one, NOON).await?.allowed, "{key:?}");
    }
    for key in keys {
        assert!(!limiter.take(key, one, NOON).await?.allowed, "{key:?}");
    }
    Ok(())
}
