//! Remembers which words were heard, for all processes.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::error::PortError;
use mrdj_core::limits::Limit;
use mrdj_core::webhooks::ReplayGuard;

use super::Redis;

#[async_trait]
impl ReplayGuard for Redis {
    async fn first_time(
        &self,
        source: &str,
        id: &str,
        window: SignedDuration,
        now: Timestamp,
    ) -> Result<bool, PortError> {
        // The length says where the source ends, so that no two pairs are one key.
        let key = self.space().of("webhooks", &format!("{}:{source}:{id}", source.len()));
        // To be the first is to be within a limit of one.
        Ok(self.count("first_time", key, Limit { max: 1, window }, now).await?.allowed)
    }
}
