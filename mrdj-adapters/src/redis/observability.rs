//! A look at Redis.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::error::ErrorKind;
use mrdj_core::observability::{Condition, Finding, Probe};
use tokio::time::timeout;

use super::Redis;

/// A look promises an answer within two seconds.
const PATIENCE: Duration = Duration::from_millis(1_800);

#[async_trait]
impl Probe for Redis {
    fn name(&self) -> &'static str {
        "redis"
    }

    fn required(&self) -> bool {
        // Whatever it does is done in the process while it is away.
        false
    }

    async fn look(&self, _: Timestamp) -> Finding {
        let (condition, why) = match timeout(PATIENCE, self.run("look", "PING", Vec::new())).await {
            Ok(Ok(_)) => return Finding { condition: Condition::Up, note: self.adapter().to_owned() },
            Ok(Err(error)) if error.kind == ErrorKind::Unavailable => (Condition::Down, error.summary),
            Ok(Err(error)) => (Condition::Degraded, error.summary),
            Err(_) => (Condition::Down, "no answer in time".to_owned()),
        };
        let note = format!("{}: {why}; limits, cache and sessions are this process's own", self.adapter());
        Finding { condition, note }
    }
}
