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
        Ok(record.answers.get(key).filter(|answer| now.duration_since(answer.at) <= KEPT_FOR).cloned())
    }
}
