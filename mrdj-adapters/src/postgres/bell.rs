//! A bell that every process on one database hears.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mrdj_core::delivery::Bell;
use sqlx::postgres::{PgConnection, PgListener};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tracing::{debug, info};

use super::config::Config;
use super::session::{connect, within};

const CHANNEL: &str = "mrdj_due";
/// A ring that a crash forgets is no harm, so nobody waits for the disk to hear it.
const RING: &str = "BEGIN; SET LOCAL synchronous_commit = off; NOTIFY mrdj_due; COMMIT";
/// How long a line that broke is left alone; meanwhile workers poll.
const REST: Duration = Duration::from_secs(2);
/// Rings within so short a time are one.
const GATHER: Duration = Duration::from_millis(1);

/// Rings by `NOTIFY` and hears by `LISTEN`, besides waking whoever waits in this process at once.
///
/// Only a hint: while the line is down, or through a pooler that shares connections, the poll of each crew is the net.
pub struct PostgresBell {
    here: Arc<Notify>,
    out: Arc<Notify>,
    tasks: Vec<JoinHandle<()>>,
}

impl PostgresBell {
    /// Hangs a bell on the database of `config`; it takes two connections, and waits for neither.
    pub fn hang(config: &Config) -> Self {
        let (here, out) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let mut tasks = vec![tokio::spawn(ring_out(config.clone(), Arc::clone(&out)))];
        if config.can_listen() {
            tasks.push(tokio::spawn(hear(config.clone(), Arc::clone(&here))));
        }
        Self { here, out, tasks }
    }
}

impl Drop for PostgresBell {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

#[async_trait]
impl Bell for PostgresBell {
    fn ring(&self) {
        self.here.notify_one();
        self.out.notify_one();
    }

    async fn wait(&self) {
        self.here.notified().await;
    }
}

async fn ring_out(config: Config, out: Arc<Notify>) {
    let mut line: Option<PgConnection> = None;
    loop {
        out.notified().await;
        let kept = line.is_some();
        line = ring_on(&config, line).await;
        if kept && line.is_none() {
            // It may have been cut long ago, while nobody rang.
            line = ring_on(&config, None).await;
        }
        sleep(if line.is_some() { GATHER } else { REST }).await;
    }
}

/// Rings on `line`, or on a new one, and gives it if it is whole.
async fn ring_on(config: &Config, line: Option<PgConnection>) -> Option<PgConnection> {
    let mut line = match line {
        Some(line) => line,
        None => connect(config).await.ok()?,
    };
    let rung = within(config.overdue(), sqlx::raw_sql(RING).execute(&mut line)).await;
    rung.is_ok().then_some(line)
}

async fn hear(config: Config, here: Arc<Notify>) {
    loop {
        if let Err(cause) = listen(&config, &here).await {
            debug!(error = %cause, "cannot listen for deliveries, so they are looked for every second");
        }
        sleep(REST).await;
    }
}

/// Listens until the line breaks.
async fn listen(config: &Config, here: &Notify) -> Result<(), sqlx::Error> {
    let pool = sqlx::postgres::PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(config.patience)
        .connect_with(config.options())
        .await?;
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.listen(CHANNEL).await?;
    info!("listening for deliveries of other processes");
    // Something may have been written while nobody listened.
    here.notify_one();
    loop {
        // A ring, or word that the line broke and rings were lost: somebody looks either way.
        listener.try_recv().await?;
        here.notify_one();
    }
}
