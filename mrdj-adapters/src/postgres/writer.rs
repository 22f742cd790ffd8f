//! The one connection that commits decisions, and the batches it commits in.

use std::io;
use std::sync::Arc;
use std::thread;

use mrdj_core::error::{ErrorKind, PortError, Remedy};
use mrdj_core::store::{Changes, Commit};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Row};
use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};
use tracing::warn;

use super::config::Config;
use super::error::{ADAPTER, shared_error, was_answered, was_cut};
use super::outcome::became;
use super::session::{Session, connect, within};
use super::store::{commit_all, locks};

/// So many decisions go into one transaction at most; each takes a few locks, of which a server has some thousands.
const BATCH: usize = 256;
/// So many may wait; whoever comes then waits for a place.
const QUEUE: usize = 4_096;

/// Hands decisions to the thread that owns the committing connection.
pub(super) struct Writer(mpsc::Sender<Job>);

enum Job {
    Commit(Decision),
    Close(oneshot::Sender<()>),
}

/// A decision on its way into the store.
pub(super) struct Decision {
    pub(super) changes: Changes,
    pub(super) outcome: Commit,
    reply: oneshot::Sender<Result<Commit, PortError>>,
}

/// Why a batch is not known to be true.
enum Unwritten {
    /// The database could not be reached: no decision of the batch is to blame.
    NotBegun(sqlx::Error),
    /// Something in it could not be; nothing of it is true.
    Undone(sqlx::Error),
    /// The line broke while it was told to commit this transaction.
    Unknown(sqlx::Error, String),
}

impl Writer {
    /// Starts the thread that owns the connection; it ends when the writer is dropped or closed.
    ///
    /// On the caller's runtime each statement of a batch would wait its turn behind the requests that wait for the batch.
    pub(super) fn start(config: Config) -> Result<Self, PortError> {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let no_thread = |cause: io::Error| {
            PortError::new(ErrorKind::Unavailable, ADAPTER, "open", "no thread to write").because(cause)
        };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(no_thread)?;
        let committing = Committing { config, line: None };
        let write = move || runtime.block_on(committing.serve(receiver));
        thread::Builder::new().name("mrdj-postgres".to_owned()).spawn(write).map_err(no_thread)?;
        Ok(Self(sender))
    }

    /// Commits one decision, together with whatever else is waiting.
    pub(super) async fn commit(&self, changes: Changes) -> Result<Commit, PortError> {
        let (reply, answer) = oneshot::channel();
        let decision = Decision { changes, outcome: Commit::Done, reply };
        self.0.send(Job::Commit(decision)).await.map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Waits until everything handed in before is written, and closes the connection.
    pub(super) async fn close(&self) {
        let (reply, answer) = oneshot::channel();
        if self.0.send(Job::Close(reply)).await.is_ok() {
            // An error means that the thread has ended, which is what was asked for.
            let _ = answer.await;
        }
    }
}

fn gone() -> PortError {
    PortError::new(ErrorKind::Unavailable, ADAPTER, "commit", "the store is closed")
}

struct Committing {
    config: Config,
    line: Option<PgConnection>,
}

impl Committing {
    async fn serve(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut waiting = Vec::with_capacity(BATCH);
        while jobs.recv_many(&mut waiting, BATCH).await > 0 {
            let (mut decisions, mut close) = (Vec::with_capacity(waiting.len()), None);
            for job in waiting.drain(..) {
                match job {
                    Job::Commit(decision) => decisions.push(decision),
                    Job::Close(reply) => close = Some(reply),
                }
            }
            self.commit(decisions).await;
            if let Some(reply) = close {
                if let Some(line) = self.line.take() {
                    // Everything is committed; how the farewell goes changes nothing.
                    let _ = line.close().await;
                }
                let _ = reply.send(());
                return;
            }
        }
    }

    async fn commit(&mut self, mut decisions: Vec<Decision>) {
        if decisions.is_empty() {
            return;
        }
        let written = self.write(&mut decisions).await;
        if matches!(written, Err(Unwritten::Undone(_))) && decisions.len() > 1 {
            // One thing in it could not be, and spoils nothing but itself.
            for decision in decisions {
                let mut alone = vec![decision];
                let written = self.write(&mut alone).await;
                finish(alone, written);
            }
        } else {
            finish(decisions, written);
        }
    }

    /// Writes a batch, and asks the server what became of it when the answer to its commit was lost.
    async fn write(&mut self, decisions: &mut [Decision]) -> Result<(), Unwritten> {
        let kept = self.line.is_some();
        let mut written = self.write_once(decisions).await;
        if kept && matches!(&written, Err(Unwritten::NotBegun(cause) | Unwritten::Undone(cause)) if was_cut(cause)) {
            // The line may have been cut long ago, while nobody wrote; nothing of this was told to commit.
            self.line = None;
            written = self.write_once(decisions).await;
        }
        let Err(unwritten) = written else { return Ok(()) };
        match unwritten {
            Unwritten::Undone(cause) if was_answered(&cause) && self.roll_back().await => Err(Unwritten::Undone(cause)),
            Unwritten::NotBegun(cause) | Unwritten::Undone(cause) => {
                self.line = None;
                Err(Unwritten::NotBegun(cause))
            }
            Unwritten::Unknown(cause, transaction) => {
                self.line = None;
                self.ask(cause, transaction, decisions).await
            }
        }
    }

    async fn write_once(&mut self, decisions: &mut [Decision]) -> Result<(), Unwritten> {
        let line = match &mut self.line {
            Some(line) => line,
            none => none.insert(connect(&self.config).await.map_err(Unwritten::NotBegun)?),
        };
        let begin = AssertSqlSafe(locks(decisions).begin());
        let limit = self.config.overdue();
        let begun = within(limit, sqlx::raw_sql(begin).fetch_one(&mut *line)).await;
        let transaction = begun.and_then(|row| row.try_get("name")).map_err(Unwritten::NotBegun)?;
        commit_all(&mut Session::on(line, &self.config), decisions).await.map_err(Unwritten::Undone)?;
        match within(limit, sqlx::raw_sql("COMMIT").execute(line)).await {
            Ok(_) => Ok(()),
            Err(cause) if was_answered(&cause) => Err(Unwritten::Undone(cause)),
            Err(cause) => Err(Unwritten::Unknown(cause, transaction)),
        }
    }

    async fn roll_back(&mut self) -> bool {
        match &mut self.line {
            Some(line) => within(self.config.overdue(), sqlx::raw_sql("ROLLBACK").execute(line)).await.is_ok(),
            None => false,
        }
    }

    /// The server remembers how each transaction ended, and tells on another line.
    async fn ask(&mut self, cause: sqlx::Error, transaction: String, decisions: &[Decision]) -> Result<(), Unwritten> {
        let asked = async {
            let mut line = connect(&self.config).await?;
            let became = became(&mut line, &self.config, &transaction, decisions).await?;
            self.line = Some(line);
            Ok::<_, sqlx::Error>(became)
        };
        match asked.await {
            Ok(Some(true)) => Ok(()),
            Ok(Some(false)) => Err(Unwritten::NotBegun(cause)),
            Ok(None) | Err(_) => {
                warn!("the answer to a commit was lost, and the database cannot say how it ended");
                Err(Unwritten::Unknown(cause, transaction))
            }
        }
    }
}

fn finish(decisions: Vec<Decision>, written: Result<(), Unwritten>) {
    let (cause, unknown) = match written {
        Ok(()) => (None, false),
        Err(Unwritten::NotBegun(cause) | Unwritten::Undone(cause)) => (Some(Arc::new(cause)), false),
        Err(Unwritten::Unknown(cause, _)) => (Some(Arc::new(cause)), true),
    };
    for decision in decisions {
        let answer = match &cause {
            None => Ok(decision.outcome),
            Some(cause) if unknown => Err(shared_error("commit", cause).remedy(Remedy::AskFirst)),
            Some(cause) => Err(shared_error("commit", cause)),
        };
        // Whoever asked may have gone; what is committed stays committed.
        let _ = decision.reply.send(answer);
    }
}
