//! Reading through the cache.

use std::sync::Arc;

use jiff::SignedDuration;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::debug;

use super::flight::Flights;
use super::{Cache, CacheKey};
use crate::clock::Clock;
use crate::error::{ErrorKind, PortError};

/// Gets what is cached, and computes what is not, once for all who ask at the same time; clones share their flights.
///
/// ```
/// use std::sync::Arc;
/// use jiff::SignedDuration;
/// use mrdj_core::cache::{Cache, CacheKey, ReadThrough};
/// use mrdj_core::{clock::Clock, error::PortError};
///
/// async fn packages(cache: Arc<dyn Cache>, clock: Arc<dyn Clock>) -> Result<Vec<String>, PortError> {
///     let through = ReadThrough::new(cache, clock);
///     let key = CacheKey::new("bookings", "packages", 1, &[("region", "NL")]);
///     through.get_or_compute(&key, SignedDuration::from_mins(10), async { Ok(vec!["Party".to_owned()]) }).await
/// }
/// ```
#[derive(Clone)]
pub struct ReadThrough {
    cache: Arc<dyn Cache>,
    clock: Arc<dyn Clock>,
    flights: Flights,
}

impl ReadThrough {
    /// Reads through `cache`; `clock` tells how old a value is.
    pub fn new(cache: Arc<dyn Cache>, clock: Arc<dyn Clock>) -> Self {
        Self { cache, clock, flights: Flights::default() }
    }

    /// The value under `key`; where there is none, what `compute` gives, which is kept for `ttl`.
    ///
    /// Of all who ask at the same time in this process one computes and the others wait for its outcome, whether it is a
    /// value, an error or a panic: nobody waits for longer than that, and nothing failed is kept. A cache that is away, or
    /// holds what is no `T`, costs a computation and fails nobody.
    pub async fn get_or_compute<T>(
        &self,
        key: &CacheKey,
        ttl: SignedDuration,
        compute: impl Future<Output = Result<T, PortError>> + Send + 'static,
    ) -> Result<T, PortError>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        if let Some((value, _)) = self.look::<T>(key).await {
            return Ok(value);
        }
        let (here, to) = (self.clone(), key.clone());
        let work = async move {
            // Another flight may have landed between our look and our start.
            if let Some((_, text)) = here.look::<T>(&to).await {
                return Ok(text);
            }
            let text = serde_json::to_string(&compute.await?).map_err(unreadable)?;
            here.keep(&to, text.clone(), ttl).await;
            Ok(text)
        };
        let text = self.flights.join(key.as_str(), work).await.map_err(|error| told_on(&error))?;
        serde_json::from_str(&text).map_err(unreadable)
    }

    /// Forgets every value that `room` computed under `name`.
    pub async fn forget(&self, room: &str, name: &str) -> Result<(), PortError> {
        self.cache.forget(&CacheKey::all_of(room, name)).await
    }

    /// What is kept, as value and as text.
    async fn look<T: DeserializeOwned>(&self, key: &CacheKey) -> Option<(T, String)> {
        let kept = self.cache.get(key.as_str(), self.clock.now()).await;
        let text = kept.unwrap_or_else(|error| {
            debug!(cache.key = %key, %error, "the cache cannot be read");
            None
        })?;
        serde_json::from_str(&text).ok().map(|value| (value, text))
    }

    async fn keep(&self, key: &CacheKey, text: String, ttl: SignedDuration) {
        if let Err(error) = self.cache.put(key.as_str(), text, ttl, self.clock.now()).await {
            debug!(cache.key = %key, %error, "the cache cannot be written");
        }
    }
}

/// A value that JSON cannot hold cannot be handed from one to the other either.
fn unreadable(cause: serde_json::Error) -> PortError {
    PortError::new(ErrorKind::Corrupt, "cache", "compute", "the value does not survive as JSON").because(cause)
}

/// The error as all who waited are told; whoever wants its cause finds it in the first one.
fn told_on(error: &Arc<PortError>) -> PortError {
    let told = PortError::new(error.kind, error.adapter, error.operation, error.summary.clone());
    told.remedy(error.remedy).because(Arc::clone(error))
}
