//! The bell between processes.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use fred::clients::Client;
use fred::error::Error;
use fred::interfaces::{ClientLike, EventInterface, PubsubInterface};
use fred::types::Message;
use mrdj_core::chance::Chance;
use mrdj_core::delivery::Bell;
use mrdj_core::error::PortError;
use tokio::select;
use tokio::sync::Notify;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;
use tracing::debug;

use super::client::{Sockets, builder, unusable};
use super::{Commands, Config};

/// Wakes the workers of this process and of every other on the same space.
///
/// Several rings are one, here and on their way. While Redis is away it wakes this process alone, and when it is back it
/// wakes once for whatever was rung meanwhile.
pub struct RedisBell {
    rung: Arc<Rung>,
    tasks: [JoinHandle<()>; 2],
    opening: JoinHandle<Result<(), Error>>,
}

#[derive(Default)]
struct Rung {
    /// Somebody rang, here or elsewhere.
    here: Notify,
    /// Somebody rang here, and the others do not know yet.
    to_tell: Notify,
}

impl RedisBell {
    /// Hangs the bell up, and returns at once; `chance` makes the name by which a process knows its own ring.
    ///
    /// Must be called within a runtime of tokio.
    pub fn connect(config: &Config, chance: &dyn Chance) -> Result<Self, PortError> {
        let (rung, channel) = (Arc::new(Rung::default()), config.space.bell());
        let name = format!("{:016x}", chance.bits());
        let out = Sockets::open(&Config { lines: 1, ..config.clone() })?;
        let telling = tokio::spawn(tell(Arc::clone(&rung), out, channel.clone(), name.clone()));
        let ears = builder(config).and_then(|builder| builder.build()).map_err(unusable)?;
        let hearing = tokio::spawn(hear(Arc::clone(&rung), ears.clone(), channel, name));
        Ok(Self { rung, tasks: [telling, hearing], opening: ears.connect() })
    }
}

impl Drop for RedisBell {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
        self.opening.abort();
    }
}

impl fmt::Debug for RedisBell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisBell")
    }
}

#[async_trait]
impl Bell for RedisBell {
    fn ring(&self) {
        self.rung.here.notify_one();
        self.rung.to_tell.notify_one();
    }

    async fn wait(&self) {
        self.rung.here.notified().await;
    }
}

/// Tells the others; what is rung while one word is on its way goes with the next.
async fn tell(rung: Arc<Rung>, out: Sockets, channel: String, name: String) {
    loop {
        rung.to_tell.notified().await;
        if let Err(fault) = out.run("PUBLISH", vec![channel.clone(), name.clone()]).await {
            debug!(?fault, "the bell is heard in this process alone");
        }
    }
}

/// Wakes this process when another rang, and when the line is back, since nobody knows what was rung meanwhile.
async fn hear(rung: Arc<Rung>, ears: Client, channel: String, name: String) {
    let (mut words, mut lines) = (ears.message_rx(), ears.reconnect_rx());
    loop {
        select! {
            word = words.recv() => match word {
                Ok(word) if is_own(&word, &name) => {}
                Ok(_) | Err(RecvError::Lagged(_)) => rung.here.notify_one(),
                Err(RecvError::Closed) => return,
            },
            line = lines.recv() => match line {
                Ok(_) | Err(RecvError::Lagged(_)) => {
                    listen(&ears, &channel).await;
                    rung.here.notify_one();
                }
                Err(RecvError::Closed) => return,
            },
        }
    }
}

/// Whether this process said it.
fn is_own(word: &Message, name: &str) -> bool {
    word.value.as_str().is_some_and(|said| *said == *name)
}

async fn listen(ears: &Client, channel: &str) {
    // A line that is lost again comes with another word of its return.
    if let Err(error) = ears.subscribe(channel).await {
        debug!(kind = error.kind().to_str(), "the bell cannot be heard");
    }
}
