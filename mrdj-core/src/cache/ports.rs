//! What a cache promises.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::error::PortError;

/// No value above this many bytes is kept.
pub const MAX_VALUE_BYTES: usize = 512 * 1024;

/// Keeps text for a while; nothing of record depends on it.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Cache: Send + Sync {
    /// What is kept under `key`.
    ///
    /// - `kept_values_come_back`: to the byte, until they are forgotten, replaced, or too old.
    /// - `old_values_are_gone`: once their time has passed.
    async fn get(&self, key: &str, now: Timestamp) -> Result<Option<String>, PortError>;

    /// Keeps `value` under `key` for `ttl`.
    ///
    /// - `large_values_are_not_kept`: above [`MAX_VALUE_BYTES`] nothing is kept, and what was there is forgotten.
    async fn put(&self, key: &str, value: String, ttl: SignedDuration, now: Timestamp) -> Result<(), PortError>;

    /// Forgets every key that begins with `prefix`.
    ///
    /// - `forgetting_goes_by_prefix`: other keys stay.
    async fn forget(&self, prefix: &str) -> Result<(), PortError>;
}
