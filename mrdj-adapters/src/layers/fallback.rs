//! A second in the process, for ports whose server may be away.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::auth::{SessionId, SessionStore};
use mrdj_core::error::PortError;
use mrdj_core::limits::{Limit, Limiter, Ruling};
use mrdj_core::webhooks::ReplayGuard;

use super::Outage;

/// The port `P` of a server, with a second of this process that answers while the server is away or slow.
///
/// ```
/// use std::sync::Arc;
/// use mrdj_adapters::layers::{Fallback, Outage};
/// use mrdj_core::clock::{Clock, Timer};
/// use mrdj_core::limits::Limiter;
///
/// fn limiter(
///     redis: Arc<dyn Limiter>,
///     memory: Arc<dyn Limiter>,
///     clock: Arc<dyn Clock>,
///     timer: Arc<dyn Timer>,
/// ) -> Arc<dyn Limiter> {
///     let outage = Arc::new(Outage::new("redis", clock, timer));
///     Arc::new(Fallback::new(redis, memory, outage))
/// }
/// ```
pub struct Fallback<P: ?Sized> {
    server: Arc<P>,
    second: Arc<P>,
    outage: Arc<Outage>,
}

impl<P: ?Sized> Fallback<P> {
    /// Asks `server`, and `second` while `outage` says that it is away; ports of one server share one outage.
    ///
    /// The second is nobody else's.
    pub fn new(server: Arc<P>, second: Arc<P>, outage: Arc<Outage>) -> Self {
        Self { server, second, outage }
    }
}

/// Limits go on: each process counts by itself then, and its windows begin anew.
#[async_trait]
impl<P: Limiter + ?Sized> Limiter for Fallback<P> {
    async fn take(&self, key: &str, limit: Limit, now: Timestamp) -> Result<Ruling, PortError> {
        match self.outage.ask(self.server.take(key, limit, now)).await {
            Some(answer) => answer,
            None => self.second.take(key, limit, now).await,
        }
    }
}

/// What this process has heard it remembers, also when the server was flushed or went away since.
#[async_trait]
impl<P: ReplayGuard + ?Sized> ReplayGuard for Fallback<P> {
    async fn first_time(
        &self,
        source: &str,
        id: &str,
        window: SignedDuration,
        now: Timestamp,
    ) -> Result<bool, PortError> {
        match self.outage.ask(self.server.first_time(source, id, window, now)).await {
            Some(Ok(false)) => Ok(false),
            Some(Err(error)) => Err(error),
            Some(Ok(true)) | None => self.second.first_time(source, id, window, now).await,
        }
    }
}

/// What the second holds for a session that was removed while the server was away; no session is such a text.
const REMOVED: &str = "removed";
/// So long a removal is remembered: no session lives longer.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A session that was saved or removed while the server was away stays so when it is back, in this process.
#[async_trait]
impl<P: SessionStore + ?Sized> SessionStore for Fallback<P> {
    async fn load(&self, id: &SessionId, now: Timestamp) -> Result<Option<String>, PortError> {
        // The second is written while the server is away, so that what it holds is the newer.
        match self.second.load(id, now).await? {
            Some(json) => Ok((json != REMOVED).then_some(json)),
            None => self.outage.ask(self.server.load(id, now)).await.unwrap_or(Ok(None)),
        }
    }

    async fn save(&self, id: &SessionId, json: String, ttl: SignedDuration, now: Timestamp) -> Result<(), PortError> {
        match self.outage.ask(self.server.save(id, json.clone(), ttl, now)).await {
            Some(Ok(())) => self.second.remove(id).await,
            Some(Err(error)) => Err(error),
            None => self.second.save(id, json, ttl, now).await,
        }
    }

    async fn remove(&self, id: &SessionId) -> Result<(), PortError> {
        match self.outage.ask(self.server.remove(id)).await {
            Some(Ok(())) => self.second.remove(id).await,
            Some(Err(error)) => Err(error),
            None => self.second.save(id, REMOVED.to_owned(), REMEMBERED, self.outage.now()).await,
        }
    }
}
