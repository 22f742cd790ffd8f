//! What logins need of a store, as promises.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::SessionId;
use crate::error::PortError;

/// No session above this many bytes is kept.
pub const MAX_SESSION_BYTES: usize = 16 * 1024;

/// Keeps a little JSON per session, for all who share it; losing it logs people out and costs nothing else.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// What is kept for session `id`.
    ///
    /// - `saved_sessions_come_back`: to the byte, each under its own id.
    /// - `expired_sessions_are_gone`: once their time has passed.
    async fn load(&self, id: &SessionId, now: Timestamp) -> Result<Option<String>, PortError>;

    /// Keeps `json` for session `id` until `now + ttl`.
    ///
    /// - `saving_again_replaces`: text and time are those of the last save.
    /// - `large_sessions_are_refused`: above [`MAX_SESSION_BYTES`] it is `Rejected`, and what was there stays.
    async fn save(&self, id: &SessionId, json: String, ttl: SignedDuration, now: Timestamp) -> Result<(), PortError>;

    /// Forgets session `id`.
    ///
    /// - `removed_sessions_are_gone`: and whoever removes twice meets no error.
    async fn remove(&self, id: &SessionId) -> Result<(), PortError>;
}
