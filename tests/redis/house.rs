//! Everything that runs on Redis, with a second in memory.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use mrdj_adapters::layers::{CacheFallback, Fallback, Outage};
use mrdj_adapters::memory::Memory;
use mrdj_adapters::redis::{Config, Redis, Space};
use mrdj_adapters::system::SystemClock;
use mrdj_core::auth::SessionStore;
use mrdj_core::cache::Cache;
use mrdj_core::clock::Clock;
use mrdj_core::limits::{Limit, Limiter};
use mrdj_core::webhooks::ReplayGuard;
use mrdj_servers::RedisServer;

/// Five in an hour.
pub(crate) const FIVE: Limit = Limit { max: 5, window: SignedDuration::from_hours(1) };
/// An hour.
pub(crate) const HOUR: SignedDuration = SignedDuration::from_hours(1);

pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}

/// How to reach `server`.
pub(crate) fn config(server: &RedisServer) -> Config {
    let space = Space::new("mr-dj", "test").expect("two words");
    Config::new(server.url().parse().expect("an address of a Redis"), space)
}

/// What a process has on Redis.
pub(crate) struct House {
    pub(crate) limiter: Arc<dyn Limiter>,
    pub(crate) cache: Arc<dyn Cache>,
    pub(crate) sessions: Arc<dyn SessionStore>,
    pub(crate) replays: Arc<dyn ReplayGuard>,
}

impl House {
    /// One process on `server`.
    pub(crate) fn on(server: &RedisServer) -> Self {
        let redis = Arc::new(Redis::connect(&config(server)).expect("an address without TLS"));
        let (clock, second) = (Arc::new(SystemClock), Arc::new(Memory::new()));
        let outage = Arc::new(Outage::new("redis", clock.clone(), clock));
        let limiter: Arc<dyn Limiter> = redis.clone();
        let (sessions, replays): (Arc<dyn SessionStore>, Arc<dyn ReplayGuard>) = (redis.clone(), redis.clone());
        Self {
            limiter: Arc::new(Fallback::new(limiter, second.clone(), outage.clone())),
            cache: Arc::new(CacheFallback::new(redis, second.clone(), outage.clone())),
            sessions: Arc::new(Fallback::new(sessions, second.clone(), outage.clone())),
            replays: Arc::new(Fallback::new(replays, second, outage)),
        }
    }
}
