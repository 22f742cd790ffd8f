//! The sockets.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use fred::clients::Pool;
use fred::error::{Error, ErrorKind as Kind};
use fred::interfaces::{ClientLike, EventInterface};
use fred::types::config::{
    Config as ClientConfig, ConnectionConfig, Options, PerformanceConfig, ReconnectPolicy, Server, UnresponsiveConfig,
};
use fred::types::{Builder, ClusterHash, CustomCommand, Resp3Frame};
use mrdj_core::error::{ErrorKind, PortError};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::{Commands, Config, Fault, Redis, Reply};

const ADAPTER: &str = "redis";

/// A line that is silent for so long while something waits on it is given up and opened anew.
const SILENCE: Duration = Duration::from_secs(10);

/// Waits between two tries to open a line: from, to, in milliseconds, for ever.
const WAITS_MS: (u32, u32) = (50, 5_000);

/// So long the first commands of a process wait for a line that is just being opened.
const OPENING: Duration = Duration::from_secs(1);

impl Redis {
    /// Starts opening lines to Redis, and returns at once: whether it is there shows with the first command.
    ///
    /// Must be called within a runtime of tokio. It fails when the address asks for TLS on a machine without certificates.
    pub fn connect(config: &Config) -> Result<Self, PortError> {
        Ok(Self::over(Sockets::open(config)?, config.space.clone()))
    }
}

/// Lines to Redis, which come back by themselves; they end when this is dropped.
pub(crate) struct Sockets {
    pool: Pool,
    /// A command is not kept for a line that is away: whoever asks has another way to go.
    options: Options,
    opening: Vec<JoinHandle<Result<(), Error>>>,
    /// Until then a command waits for a line that does not stand yet.
    opening_until: Instant,
    trouble: Mutex<Trouble>,
}

/// What was wrong with a line last.
struct Trouble {
    told: Receiver<(Error, Option<Server>)>,
    last: Option<Error>,
}

impl Sockets {
    pub(crate) fn open(config: &Config) -> Result<Self, PortError> {
        let pool = builder(config).and_then(|builder| builder.build_pool(config.lines.max(1))).map_err(unusable)?;
        let options = Options { fail_fast: true, max_attempts: Some(1), ..Options::default() };
        let trouble = Mutex::new(Trouble { told: pool.next().error_rx(), last: None });
        Ok(Self { opening: pool.connect_pool(), pool, options, opening_until: Instant::now() + OPENING, trouble })
    }

    /// Gives a process that has just started a moment to find Redis.
    async fn wait_for_opening(&self) {
        if Instant::now() < self.opening_until {
            // Whether a line stands by then shows with the command.
            let _stands = timeout_at(self.opening_until, self.pool.next_connected().wait_for_connect()).await;
        }
    }

    /// The error of a command, or what keeps its line away.
    fn why(&self, error: Error) -> Fault {
        if self.pool.next_connected().is_connected() {
            return on_the_way(error);
        }
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match trouble.told.try_recv() {
                Ok((error, _)) => trouble.last = Some(error),
                Err(TryRecvError::Lagged(_)) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        on_the_way(trouble.last.clone().unwrap_or(error))
    }
}

impl Drop for Sockets {
    fn drop(&mut self) {
        for line in &self.opening {
            line.abort();
        }
    }
}

/// What every client of `config` is built from; fred's own defaults wait for ever and try once.
pub(super) fn builder(config: &Config) -> Result<Builder, Error> {
    let client = ClientConfig { fail_fast: false, ..ClientConfig::from_url_centralized(config.url.reveal())? };
    let mut builder = Builder::from_config(client);
    builder.set_performance_config(PerformanceConfig {
        default_command_timeout: config.timeout,
        ..PerformanceConfig::default()
    });
    builder.set_connection_config(ConnectionConfig {
        connection_timeout: config.connect_timeout,
        internal_command_timeout: config.timeout,
        max_command_attempts: 1,
        max_command_buffer_len: config.max_waiting,
        reconnect_on_auth_error: true,
        unresponsive: UnresponsiveConfig { max_timeout: Some(SILENCE), ..UnresponsiveConfig::default() },
        ..ConnectionConfig::default()
    });
    builder.set_policy(ReconnectPolicy::new_exponential(0, WAITS_MS.0, WAITS_MS.1, 2));
    Ok(builder)
}

/// No client can be made of these settings.
pub(super) fn unusable(error: Error) -> PortError {
    PortError::new(ErrorKind::Misconfigured, ADAPTER, "connect", error.kind().to_str()).because(error)
}

#[async_trait]
impl Commands for Sockets {
    fn adapter(&self) -> &'static str {
        ADAPTER
    }

    async fn run(&self, command: &'static str, words: Vec<String>) -> Result<Reply, Fault> {
        self.wait_for_opening().await;
        let command = CustomCommand::new_static(command, ClusterHash::FirstKey, false);
        let client = self.pool.next_connected().with_options(&self.options);
        reply(client.custom_raw(command, words).await.map_err(|error| self.why(error))?)
    }
}

fn on_the_way(error: Error) -> Fault {
    let kind = match error.kind() {
        Kind::Auth | Kind::Config | Kind::Url => ErrorKind::Misconfigured,
        Kind::Backpressure => ErrorKind::Throttled,
        _ => ErrorKind::Unavailable,
    };
    let fault = Fault::new(kind, error.kind().to_str());
    match error.kind() {
        Kind::IO | Kind::Timeout | Kind::Tls => fault.because(error),
        // The details of others may be a reply of Redis, which may repeat what it was sent.
        _ => fault,
    }
}

fn reply(frame: Resp3Frame) -> Result<Reply, Fault> {
    Ok(match frame {
        Resp3Frame::Null => Reply::Nil,
        Resp3Frame::Number { data, .. } => Reply::Integer(data),
        Resp3Frame::SimpleString { data, .. } | Resp3Frame::BlobString { data, .. } => {
            Reply::Text(String::from_utf8(data.into()).map_err(|_| Fault::unreadable())?)
        }
        Resp3Frame::Array { data, .. } => Reply::List(data.into_iter().map(reply).collect::<Result<_, _>>()?),
        Resp3Frame::SimpleError { data, .. } => return Err(Fault::refused(&data)),
        _ => return Err(Fault::unreadable()),
    })
}
