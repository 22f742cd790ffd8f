//! Keeps sessions, for this process.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::auth::{MAX_SESSION_BYTES, SessionId, SessionStore};
use mrdj_core::error::{ErrorKind, PortError};

use super::Memory;
use super::cache::Ceiling;

/// How much is kept; above either, the session that was saved first is forgotten.
const CEILING: Ceiling = Ceiling { entries: 10_000, bytes: 16 * 1024 * 1024 };

#[async_trait]
impl SessionStore for Memory {
    async fn load(&self, id: &SessionId, now: Timestamp) -> Result<Option<String>, PortError> {
        Ok(self.sessions().get(&id.digest(), now))
    }

    async fn save(&self, id: &SessionId, json: String, ttl: SignedDuration, now: Timestamp) -> Result<(), PortError> {
        if json.len() > MAX_SESSION_BYTES {
            return Err(PortError::new(ErrorKind::Rejected, "memory", "save", "the session is too large"));
        }
        let until = now.checked_add(ttl).unwrap_or(Timestamp::MAX);
        self.sessions().put(&id.digest(), json, until, CEILING);
        Ok(())
    }

    async fn remove(&self, id: &SessionId) -> Result<(), PortError> {
        self.sessions().forget(&id.digest());
        Ok(())
    }
}
