//! What limits need of a counter, as promises.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Limit, Ruling};
use crate::error::PortError;

/// Counts, for all who share it.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Limiter: Send + Sync {
    /// Counts one more under `key` and says whether it may, as [`Limit::take`] does.
    ///
    /// - `limit_lets_exactly_max_through`: of many at once, exactly `max` may.
    /// - `window_begins_again`: once it has ended, the count starts at zero.
    /// - `keys_do_not_share`: one key's count leaves another's alone.
    async fn take(&self, key: &str, limit: Limit, now: Timestamp) -> Result<Ruling, PortError>;
}
