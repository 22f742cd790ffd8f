//! What is quick and shared: in Redis where there is one, and in this process otherwise and meanwhile.

use std::sync::Arc;

use mrdj_adapters::layers::{Fallback, Outage};
use mrdj_adapters::memory::Memory;
use mrdj_adapters::redis::{Config, Redis, RedisBell};
use mrdj_adapters::system::{SystemChance, SystemClock};
use mrdj_adapters::upstash::{self, Upstash};
use mrdj_core::auth::SessionStore;
use mrdj_core::delivery::Bell;
use mrdj_core::error::PortError;
use mrdj_core::limits::Limiter;
use mrdj_core::observability::Probe;
use mrdj_core::webhooks::ReplayGuard;

use super::house::StartError;
use crate::settings::{RedisWay, Settings, SharedRedis};

/// What is quick and shared; nothing of record.
pub(super) struct Quick {
    /// Counts.
    pub(super) limiter: Arc<dyn Limiter>,
    /// Keeps what visitors chose so far.
    pub(super) sessions: Arc<dyn SessionStore>,
    /// Remembers what was heard a moment ago.
    pub(super) replays: Arc<dyn ReplayGuard>,
    /// Wakes the workers of every process that shares it.
    pub(super) bell: Option<Arc<dyn Bell>>,
    /// Looks at Redis, where there is one.
    pub(super) probe: Option<Arc<dyn Probe>>,
}

impl Quick {
    /// As `settings` say; a Redis that is away holds up no start.
    pub(super) fn set_up(settings: &Settings) -> Result<Self, StartError> {
        let Some(SharedRedis { space, way }) = settings.redis.clone() else {
            let memory = Arc::new(Memory::new());
            return Ok(Self {
                limiter: memory.clone(),
                sessions: memory.clone(),
                replays: memory,
                bell: None,
                probe: None,
            });
        };
        let (redis, bell) = match way {
            RedisWay::Sockets(url) => sockets(&Config::new(url, space)).map_err(|error| unusable(&error))?,
            RedisWay::Rest { base, token } => {
                let config = upstash::Config::new(base, token, space);
                (Upstash::connect(config, Arc::new(SystemClock)), None)
            }
        };
        let clock = Arc::new(SystemClock);
        let outage = Arc::new(Outage::new("redis", clock.clone(), clock));
        let (shared, own) = (Arc::new(redis), Arc::new(Memory::new()));
        let limiter: Fallback<dyn Limiter> = Fallback::new(shared.clone(), own.clone(), outage.clone());
        let sessions: Fallback<dyn SessionStore> = Fallback::new(shared.clone(), own.clone(), outage.clone());
        let replays: Fallback<dyn ReplayGuard> = Fallback::new(shared.clone(), own, outage);
        Ok(Self {
            limiter: Arc::new(limiter),
            sessions: Arc::new(sessions),
            replays: Arc::new(replays),
            bell,
            probe: Some(shared),
        })
    }
}

fn sockets(config: &Config) -> Result<(Redis, Option<Arc<dyn Bell>>), PortError> {
    Ok((Redis::connect(config)?, Some(Arc::new(RedisBell::connect(config, &SystemChance)?))))
}

fn unusable(error: &PortError) -> StartError {
    StartError::Setting(format!("REDIS_URL cannot be used: {}", error.summary))
}
