//! One connection at work, and the transactions on it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use mrdj_core::error::{ErrorKind, PortError, Remedy};
use sqlx::Connection;
use sqlx::postgres::{PgArguments, PgConnection, PgRow, Postgres as Database};
use sqlx::query::Query;

use super::config::{Config, PoolMode};
use super::error::{ADAPTER, port_error, was_answered};
use super::open::{Inner, Postgres};

/// A connection, whether statements stay prepared on it, and how long an answer may take.
pub(super) struct Session<'c> {
    line: &'c mut PgConnection,
    prepared: bool,
    limit: Duration,
}

/// A statement on its way to be run.
pub(super) type Statement = Query<'static, Database, PgArguments>;

/// A future on a session.
pub(super) type Running<'s, T> = Pin<Box<dyn Future<Output = Result<T, sqlx::Error>> + Send + 's>>;

impl<'c> Session<'c> {
    pub(super) fn on(line: &'c mut PgConnection, config: &Config) -> Self {
        Self { line, prepared: config.mode == PoolMode::Session, limit: config.overdue() }
    }

    /// Runs a statement and says how many rows it touched.
    pub(super) async fn execute(&mut self, statement: Statement) -> Result<u64, sqlx::Error> {
        let done = within(self.limit, statement.persistent(self.prepared).execute(&mut *self.line)).await?;
        Ok(done.rows_affected())
    }

    /// Runs a statement for its rows.
    pub(super) async fn rows(&mut self, statement: Statement) -> Result<Vec<PgRow>, sqlx::Error> {
        within(self.limit, statement.persistent(self.prepared).fetch_all(&mut *self.line)).await
    }

    /// Runs a statement for the one row it may have.
    pub(super) async fn row(&mut self, statement: Statement) -> Result<Option<PgRow>, sqlx::Error> {
        within(self.limit, statement.persistent(self.prepared).fetch_optional(&mut *self.line)).await
    }
}

/// How work came to no end.
enum Unfinished {
    /// Nothing of it is true.
    Undone(sqlx::Error),
    /// The line broke while it was told to commit.
    Unknown(sqlx::Error),
}

impl Postgres {
    /// Runs `work` in a transaction.
    pub(super) async fn write<T, F>(&self, operation: &'static str, work: F) -> Result<T, PortError>
    where
        T: Send + 'static,
        F: for<'s> FnOnce(&'s mut Session<'_>) -> Running<'s, T> + Send + 'static,
    {
        self.run(operation, true, work).await
    }

    /// Runs `work`, which only reads.
    pub(super) async fn read<T, F>(&self, operation: &'static str, work: F) -> Result<T, PortError>
    where
        T: Send + 'static,
        F: for<'s> FnOnce(&'s mut Session<'_>) -> Running<'s, T> + Send + 'static,
    {
        // Asking and fetching are two messages, and between them a pooler may change the connection.
        self.run(operation, self.0.config.mode == PoolMode::Transaction, work).await
    }

    /// Runs `work` on a task of its own.
    ///
    /// Who asked may go away at any moment, as a visitor who closes the page does. sqlx gives a connection on which
    /// `BEGIN` was under way back to the pool with the transaction open; here the task goes on to its end.
    async fn run<T, F>(&self, operation: &'static str, whole: bool, work: F) -> Result<T, PortError>
    where
        T: Send + 'static,
        F: for<'s> FnOnce(&'s mut Session<'_>) -> Running<'s, T> + Send + 'static,
    {
        self.ready().await?;
        let inner = Arc::clone(&self.0);
        let ended = tokio::spawn(async move { borrow(&inner, whole, work).await }).await;
        let ended = ended.map_err(|_| PortError::new(ErrorKind::Failed, ADAPTER, operation, "the task was ended"))?;
        ended.map_err(|unfinished| match unfinished {
            Unfinished::Undone(cause) => port_error(operation, cause),
            Unfinished::Unknown(cause) => port_error(operation, cause).remedy(Remedy::AskFirst),
        })
    }
}

/// Borrows a connection from the pool, and works on it.
async fn borrow<T, F>(inner: &Inner, whole: bool, work: F) -> Result<T, Unfinished>
where
    F: for<'s> FnOnce(&'s mut Session<'_>) -> Running<'s, T> + Send,
{
    let mut line = inner.pool.acquire().await.map_err(Unfinished::Undone)?;
    let ended = if whole {
        transact(&mut line, &inner.config, work).await
    } else {
        work(&mut Session::on(&mut line, &inner.config)).await.map_err(Unfinished::Undone)
    };
    if let Err(Unfinished::Undone(cause) | Unfinished::Unknown(cause)) = &ended
        && !was_answered(cause)
    {
        // Given back, it would be waited for until it answers, and its place in the pool with it.
        drop(line.detach());
    }
    ended
}

/// Begins, works, commits; what fails is rolled back.
async fn transact<T, F>(line: &mut PgConnection, config: &Config, work: F) -> Result<T, Unfinished>
where
    F: for<'s> FnOnce(&'s mut Session<'_>) -> Running<'s, T> + Send,
{
    let limit = config.overdue();
    #[expect(clippy::disallowed_methods, reason = "on a task of its own, which nobody cancels")]
    let mut transaction = within(limit, line.begin()).await.map_err(Unfinished::Undone)?;
    let out = {
        let mut session = Session::on(&mut transaction, config);
        work(&mut session).await.map_err(Unfinished::Undone)?
    };
    within(limit, transaction.commit())
        .await
        .map_err(|cause| if was_answered(&cause) { Unfinished::Undone(cause) } else { Unfinished::Unknown(cause) })?;
    Ok(out)
}

/// What is answered within `limit`: a server that went without a farewell would be waited for without end.
pub(super) async fn within<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    let overdue = |_| Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into()));
    tokio::time::timeout(limit, answer).await.unwrap_or_else(overdue)
}

/// Opens a connection that commits, within the patience of `config`.
pub(super) async fn connect(config: &Config) -> Result<PgConnection, sqlx::Error> {
    let options = config.committing();
    let connecting = PgConnection::connect_with(&options);
    tokio::time::timeout(config.patience, connecting).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}
