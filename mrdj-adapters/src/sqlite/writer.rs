//! The one connection that writes, and the batches it writes in.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::thread;

use async_trait::async_trait;
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::store::{Changes, Commit};
use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;
use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};

use super::error::{ADAPTER, shared_error};
use super::store::commit_all;

/// So many jobs go into one transaction at most; more would make the first wait for the last.
const BATCH: usize = 512;
/// So many may wait; whoever comes then waits for a place.
const QUEUE: usize = 4_096;

/// A future on the writing connection.
pub(super) type Writing<'c, T> = Pin<Box<dyn Future<Output = Result<T, sqlx::Error>> + Send + 'c>>;

/// Hands jobs to the thread that owns the writing connection.
pub(super) struct Writer(mpsc::Sender<Job>);

enum Job {
    Commit(Decision),
    Other(Box<dyn Statement>),
    Close(oneshot::Sender<()>),
}

/// A decision on its way into the store.
pub(super) struct Decision {
    pub(super) changes: Changes,
    pub(super) outcome: Commit,
    reply: oneshot::Sender<Result<Commit, PortError>>,
}

/// Any other write; it may run twice, when the batch it was in had to be taken apart.
#[async_trait]
trait Statement: Send {
    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error>;
    fn finish(self: Box<Self>, error: Option<PortError>);
}

struct Written<T, F> {
    write: F,
    out: Option<T>,
    reply: oneshot::Sender<Result<T, PortError>>,
}

#[async_trait]
impl<T, F> Statement for Written<T, F>
where
    T: Send,
    F: for<'c> Fn(&'c mut SqliteConnection) -> Writing<'c, T> + Send,
{
    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let writing = (self.write)(connection);
        self.out = Some(writing.await?);
        Ok(())
    }

    fn finish(self: Box<Self>, error: Option<PortError>) {
        let answer = match (error, self.out) {
            (None, Some(out)) => Ok(out),
            (Some(error), _) => Err(error),
            (None, None) => Err(gone()),
        };
        // Whoever asked may have gone; what was written stays written.
        let _ = self.reply.send(answer);
    }
}

impl Writer {
    /// Starts the thread that owns `connection`; it ends when the writer is dropped or closed.
    ///
    /// A batch is a dozen statements, one after the other. On the caller's runtime each would wait its turn behind the
    /// requests that are waiting for the batch; on a thread of its own none does.
    pub(super) fn start(connection: SqliteConnection) -> Result<Self, PortError> {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let no_thread = |cause: io::Error| {
            PortError::new(ErrorKind::Unavailable, ADAPTER, "open", "no thread to write").because(cause)
        };
        let runtime = Builder::new_current_thread().build().map_err(no_thread)?;
        let write = move || runtime.block_on(serve(connection, receiver));
        thread::Builder::new().name("mrdj-sqlite".to_owned()).spawn(write).map_err(no_thread)?;
        Ok(Self(sender))
    }

    /// Commits one decision, together with whatever else is waiting.
    pub(super) async fn commit(&self, changes: Changes) -> Result<Commit, PortError> {
        let (reply, answer) = oneshot::channel();
        let decision = Decision { changes, outcome: Commit::Done, reply };
        self.0.send(Job::Commit(decision)).await.map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Runs `write` within a transaction.
    pub(super) async fn write<T, F>(&self, write: F) -> Result<T, PortError>
    where
        T: Send + 'static,
        F: for<'c> Fn(&'c mut SqliteConnection) -> Writing<'c, T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let statement = Box::new(Written { write, out: None, reply });
        self.0.send(Job::Other(statement)).await.map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Waits until everything handed in before is written, and closes the connection.
    pub(super) async fn close(&self) {
        let (reply, answer) = oneshot::channel();
        if self.0.send(Job::Close(reply)).await.is_ok() {
            // An error means that the task has ended, which is what was asked for.
            let _ = answer.await;
        }
    }
}

fn gone() -> PortError {
    PortError::new(ErrorKind::Unavailable, ADAPTER, "write", "the store is closed")
}

async fn serve(mut connection: SqliteConnection, mut jobs: mpsc::Receiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH);
    while jobs.recv_many(&mut batch, BATCH).await > 0 {
        let (mut decisions, mut others, mut close) = (Vec::new(), Vec::new(), None);
        for job in batch.drain(..) {
            match job {
                Job::Commit(decision) => decisions.push(decision),
                Job::Other(statement) => others.push(statement),
                Job::Close(reply) => close = Some(reply),
            }
        }
        match write(&mut connection, &mut decisions, &mut others).await {
            Ok(()) => finish(decisions, others, None),
            Err(Unwritten::NotBegun(cause)) => finish(decisions, others, Some(cause)),
            Err(Unwritten::Undone(cause)) if decisions.len() + others.len() == 1 => {
                finish(decisions, others, Some(cause));
            }
            Err(Unwritten::Undone(_)) => one_by_one(&mut connection, decisions, others).await,
        }
        if let Some(reply) = close {
            // Closing checkpoints the log into the file; a failure there loses nothing, the log stays.
            let _ = connection.close().await;
            let _ = reply.send(());
            return;
        }
    }
}

/// Why a batch is not in the file.
enum Unwritten {
    /// The file could not be had, e.g. because another process holds it: no job of the batch is to blame.
    NotBegun(sqlx::Error),
    /// Something in it could not be.
    Undone(sqlx::Error),
}

impl From<Unwritten> for sqlx::Error {
    fn from(unwritten: Unwritten) -> Self {
        match unwritten {
            Unwritten::NotBegun(cause) | Unwritten::Undone(cause) => cause,
        }
    }
}

/// Takes a batch apart in which one thing could not be, so that it spoils nothing but itself.
async fn one_by_one(connection: &mut SqliteConnection, decisions: Vec<Decision>, others: Vec<Box<dyn Statement>>) {
    for decision in decisions {
        let mut alone = vec![decision];
        let error = write(connection, &mut alone, &mut []).await.err().map(Into::into);
        finish(alone, Vec::new(), error);
    }
    for statement in others {
        let mut alone = vec![statement];
        let error = write(connection, &mut [], &mut alone).await.err().map(Into::into);
        finish(Vec::new(), alone, error);
    }
}

fn finish(decisions: Vec<Decision>, others: Vec<Box<dyn Statement>>, error: Option<sqlx::Error>) {
    let error = error.map(Arc::new);
    for decision in decisions {
        let answer = error.as_ref().map_or(Ok(decision.outcome), |cause| Err(shared_error("commit", cause)));
        // Whoever asked may have gone; what is committed stays committed.
        let _ = decision.reply.send(answer);
    }
    for statement in others {
        statement.finish(error.as_ref().map(|cause| shared_error("write", cause)));
    }
}

async fn write(
    connection: &mut SqliteConnection,
    decisions: &mut [Decision],
    others: &mut [Box<dyn Statement>],
) -> Result<(), Unwritten> {
    if decisions.is_empty() && others.is_empty() {
        return Ok(());
    }
    // A deferred transaction that reads and then writes fails at once when another process wrote in between.
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await.map_err(Unwritten::NotBegun)?;
    let written = async {
        if !decisions.is_empty() {
            commit_all(connection, decisions).await?;
        }
        for statement in others {
            statement.run(connection).await?;
        }
        sqlx::query("COMMIT").execute(&mut *connection).await?;
        Ok(())
    }
    .await;
    if written.is_err() {
        // Fails when SQLite has rolled back by itself, as it does on a full disk.
        let _ = sqlx::query("ROLLBACK").execute(&mut *connection).await;
    }
    written.map_err(Unwritten::Undone)
}
