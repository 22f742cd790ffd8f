//! Remembers which words were heard, for this process.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::error::PortError;
use mrdj_core::limits::Limit;
use mrdj_core::webhooks::ReplayGuard;

use super::Memory;
use super::limits::MAX_KEYS;

#[async_trait]
impl ReplayGuard for Memory {
    async fn first_time(
        &self,
        source: &str,
        id: &str,
        window: SignedDuration,
        now: Timestamp,
    ) -> Result<bool, PortError> {
        // The length says where the source ends, so that no two pairs are one key.
        let key = format!("{}:{source}:{id}", source.len());
        Ok(self.heard().take(&key, Limit { max: 1, window }, now, MAX_KEYS).allowed)
    }
}
