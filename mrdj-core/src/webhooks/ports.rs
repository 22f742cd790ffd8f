//! What webhooks need of a memory, as promises.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::error::PortError;

/// Remembers which words were heard, for all who share it.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ReplayGuard: Send + Sync {
    /// Whether `source` says `id` for the first time within `window`, which begins with the first time.
    ///
    /// - `exactly_one_is_the_first`: of many at once, one is told so.
    /// - `first_again_after_the_window`: a repetition does not prolong it.
    /// - `sources_do_not_share`: what one has said says nothing about another.
    async fn first_time(
        &self,
        source: &str,
        id: &str,
        window: SignedDuration,
        now: Timestamp,
    ) -> Result<bool, PortError>;
}
