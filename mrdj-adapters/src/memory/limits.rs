//! Counts in windows, for this process.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::error::PortError;
use mrdj_core::limits::{Count, Limit, Limiter, Ruling};

use super::Memory;

/// So many keys are counted at once. Above that the window that ends first is forgotten: a flood of addresses may then
/// get through more often, and does not fill the memory.
pub(super) const MAX_KEYS: usize = 100_000;

/// The running windows.
#[derive(Debug, Default)]
pub(super) struct Counts {
    by_key: HashMap<Arc<str>, Count>,
    by_end: BTreeSet<(Timestamp, Arc<str>)>,
}

impl Counts {
    pub(super) fn take(&mut self, key: &str, limit: Limit, now: Timestamp, max_keys: usize) -> Ruling {
        self.forget_while(|end, _| end <= now);
        let key: Arc<str> = Arc::from(key);
        let before = self.by_key.get(&key).copied();
        let (count, ruling) = limit.take(before, now);
        if before.is_none_or(|before| before.ends_at != count.ends_at) {
            if let Some(before) = before {
                self.by_end.remove(&(before.ends_at, key.clone()));
            }
            self.forget_while(|_, keys| keys >= max_keys);
            self.by_end.insert((count.ends_at, key.clone()));
        }
        self.by_key.insert(key, count);
        ruling
    }

    /// Forgets windows, the first to end first, while `forgets` says so of the first end and the number of keys.
    fn forget_while(&mut self, forgets: impl Fn(Timestamp, usize) -> bool) {
        while self.by_end.first().is_some_and(|(end, _)| forgets(*end, self.by_end.len())) {
            if let Some((_, key)) = self.by_end.pop_first() {
                self.by_key.remove(&key);
            }
        }
    }
}

#[async_trait]
impl Limiter for Memory {
    async fn take(&self, key: &str, limit: Limit, now: Timestamp) -> Result<Ruling, PortError> {
        Ok(self.counts().take(key, limit, now, MAX_KEYS))
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    const LIMIT: Limit = Limit { max: 1, window: SignedDuration::from_mins(1) };

    fn noon_and(seconds: i64) -> Timestamp {
        Timestamp::constant(1_795_262_400 + seconds, 0)
    }

    #[test]
    fn a_flood_of_keys_pushes_out_the_window_that_ends_first() {
        let mut counts = Counts::default();
        for second in 0..4 {
            counts.take(&second.to_string(), LIMIT, noon_and(second), 3);
        }
        assert_eq!((counts.by_key.len(), counts.by_end.len()), (3, 3));
        assert!(!counts.take("3", LIMIT, noon_and(4), 3).allowed, "still counted");
        assert!(counts.take("0", LIMIT, noon_and(4), 3).allowed, "forgotten");
    }

    #[test]
    fn windows_that_ended_are_pruned() {
        let mut counts = Counts::default();
        for key in 0..50 {
            counts.take(&key.to_string(), LIMIT, noon_and(0), 100);
        }
        counts.take("last", LIMIT, noon_and(60), 100);
        assert_eq!((counts.by_key.len(), counts.by_end.len()), (1, 1));
    }
}
