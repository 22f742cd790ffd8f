//! Keeps sessions, for all processes.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::auth::{MAX_SESSION_BYTES, SessionId, SessionStore};
use mrdj_core::error::PortError;

use super::Redis;

impl Redis {
    /// Where a session lies: under its digest, so that reading Redis logs nobody in.
    fn session(&self, id: &SessionId) -> String {
        self.space().of("auth", &id.digest())
    }
}

#[async_trait]
impl SessionStore for Redis {
    async fn load(&self, id: &SessionId, now: Timestamp) -> Result<Option<String>, PortError> {
        self.kept("load", self.session(id), now).await
    }

    async fn save(&self, id: &SessionId, json: String, ttl: SignedDuration, now: Timestamp) -> Result<(), PortError> {
        if json.len() > MAX_SESSION_BYTES {
            return Err(self.too_large("save"));
        }
        self.keep("save", self.session(id), &json, (ttl, now)).await
    }

    async fn remove(&self, id: &SessionId) -> Result<(), PortError> {
        self.run("remove", "UNLINK", vec![self.session(id)]).await.map(drop)
    }
}
