//! A second in the process, for a cache whose server may be away.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::cache::Cache;
use mrdj_core::error::PortError;

use super::Outage;

/// So many prefixes are owed at most; above that everything is.
const MOST_OWED: usize = 32;

/// The cache of a server, with a second of this process that answers while the server is away or slow.
///
/// What was to be forgotten meanwhile is forgotten there before anything is read from it again, and what the second kept
/// in one outage it does not tell in the next.
pub struct CacheFallback {
    server: Arc<dyn Cache>,
    second: Arc<dyn Cache>,
    outage: Arc<Outage>,
    /// The outage that the second's values are of.
    values_of: AtomicU64,
    /// The prefixes that the server has still to forget.
    owed: Mutex<BTreeSet<String>>,
    /// Whether somebody pays what is owed.
    paying: AtomicBool,
}

/// The turn of the one who pays.
struct Turn<'a>(&'a AtomicBool);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl CacheFallback {
    /// Asks `server`, and `second` while `outage` says that it is away. The second is nobody else's.
    pub fn new(server: Arc<dyn Cache>, second: Arc<dyn Cache>, outage: Arc<Outage>) -> Self {
        Self {
            server,
            second,
            outage,
            values_of: AtomicU64::new(0),
            owed: Mutex::default(),
            paying: AtomicBool::new(false),
        }
    }

    fn owed(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Pays what is owed; whether the server may be asked now. While one pays, the others do without it.
    async fn settle(&self) -> bool {
        if self.owed().is_empty() {
            return true;
        }
        if self.paying.swap(true, Ordering::Acquire) {
            return false;
        }
        let _turn = Turn(&self.paying);
        let owed = self.owed().clone();
        for prefix in owed {
            if !self.forgets(&prefix).await {
                return false;
            }
            self.owed().remove(&prefix);
        }
        true
    }

    /// Whether the server has forgotten it.
    async fn forgets(&self, prefix: &str) -> bool {
        matches!(self.outage.ask_patiently(self.server.forget(prefix)).await, Some(Ok(())))
    }

    fn owe(&self, prefix: &str) {
        let mut owed = self.owed();
        owed.insert(prefix.to_owned());
        if owed.len() > MOST_OWED {
            *owed = BTreeSet::from([String::new()]);
        }
    }

    /// The second, without what it kept in an earlier outage: others may have changed that since.
    async fn second(&self) -> Result<&dyn Cache, PortError> {
        let count = self.outage.count();
        if self.values_of.swap(count, Ordering::Relaxed) != count {
            self.second.forget("").await?;
        }
        Ok(&*self.second)
    }
}

#[async_trait]
impl Cache for CacheFallback {
    async fn get(&self, key: &str, now: Timestamp) -> Result<Option<String>, PortError> {
        if self.settle().await
            && let Some(answer) = self.outage.ask(self.server.get(key, now)).await
        {
            return answer;
        }
        self.second().await?.get(key, now).await
    }

    async fn put(&self, key: &str, value: String, ttl: SignedDuration, now: Timestamp) -> Result<(), PortError> {
        if self.settle().await
            && let Some(answer) = self.outage.ask(self.server.put(key, value.clone(), ttl, now)).await
        {
            return answer;
        }
        self.second().await?.put(key, value, ttl, now).await
    }

    async fn forget(&self, prefix: &str) -> Result<(), PortError> {
        if !self.forgets(prefix).await {
            self.owe(prefix);
        }
        self.second().await?.forget(prefix).await
    }
}
