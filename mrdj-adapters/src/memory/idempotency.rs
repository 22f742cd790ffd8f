//! Reads answers back.

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::error::PortError;
use mrdj_core::idempotency::{IdempotencyBook, IdempotencyKey, IdempotencyRecord, KEPT_FOR};

use super::Memory;

#[async_trait]
impl IdempotencyBook for Memory {
    async fn recall(&self, key: &IdempotencyKey, now: Timestamp) -> Result<Option<IdempotencyRecord>, PortError> {
        let record = self.record();
        Ok(record.answers.get(key).filter(|answer| is_recalled(answer, now)).cloned())
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<u64, PortError> {
        let mut record = self.record();
        let old = record.answers.values().filter(|answer| !is_recalled(answer, now));
        let mut old: Vec<_> = old.map(|answer| (answer.at, answer.key.clone())).collect();
        old.sort_unstable_by_key(|(at, _)| *at);
        old.truncate(limit);
        for (_, key) in &old {
            record.answers.remove(key);
        }
        Ok(old.len() as u64)
    }
}

fn is_recalled(answer: &IdempotencyRecord, now: Timestamp) -> bool {
    now.duration_since(answer.at) <= KEPT_FOR
}
