//! The calls.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mrdj_core::clock::Clock;
use mrdj_core::error::ErrorKind;

use super::Config;
use super::wire::Answer;
use crate::outbound::{self, Outbound};
use crate::redis::{Commands, Fault, Redis, Reply};

const ADAPTER: &str = "upstash";

/// The largest value may stand in an answer with each of its bytes escaped.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// Carries commands over REST.
pub struct Upstash {
    config: Config,
    outbound: Outbound,
    clock: Arc<dyn Clock>,
}

impl Upstash {
    /// Redis as `config` says; nothing is sent before the first command. `clock` tells when a call is made.
    pub fn connect(config: Config, clock: Arc<dyn Clock>) -> Redis {
        let outbound = Outbound::new(outbound::Config {
            timeout: config.timeout,
            connect_timeout: config.timeout.min(Duration::from_secs(1)),
            max_answer_bytes: MAX_ANSWER_BYTES,
        });
        let space = config.space.clone();
        Redis::over(Self { config, outbound, clock }, space)
    }
}

#[async_trait]
impl Commands for Upstash {
    fn adapter(&self) -> &'static str {
        ADAPTER
    }

    async fn run(&self, command: &'static str, words: Vec<String>) -> Result<Reply, Fault> {
        let command: Vec<_> = std::iter::once(command).chain(words.iter().map(String::as_str)).collect();
        let call = self.outbound.post(self.config.base.join("")).bearer(&self.config.token).json(&command);
        let sent = call.send(self.clock.now()).await;
        let answer =
            sent.map_err(|error| Fault::new(ErrorKind::Unavailable, error.fault.to_string()).because(error))?;
        match answer.status {
            // What Redis itself refuses is a 400 with its words.
            200 | 400 => serde_json::from_slice::<Answer>(&answer.body).map_err(|_| Fault::unreadable())?.reply(),
            status => Err(Fault::new(kind_of(status), status.to_string())),
        }
    }
}

fn kind_of(status: u16) -> ErrorKind {
    match status {
        401 | 403 | 404 => ErrorKind::Misconfigured,
        429 => ErrorKind::Throttled,
        502..=504 => ErrorKind::Unavailable,
        _ => ErrorKind::Failed,
    }
}
