//! One connection at work, and the transactions on it.

use std::pin::Pin;

use mrdj_core::error::{ErrorKind, PortError, Remedy};
use sqlx::Connection;
use sqlx::postgres::{PgArguments, PgConnection, PgPool, PgRow, Postgres as Database};
use sqlx::query::Query;

use super::config::{Config, PoolMode};
use super::error::{ADAPTER, port_error};
use super::open::Postgres;

/// A connection, and whether statements stay prepared on it.
pub(super) struct Session<'c> {
    line: &'c mut PgConnection,
    prepared: bool,
}

/// A statement on its way to be run.
pub(super) type Statement = Query<'static, Database, PgArguments>;

/// A future on a session.
pub(super) type Running<'s, T> = Pin<Box<dyn Future<Output = Result<T, sqlx::Error>> + Send + 's>>;

impl<'c> Session<'c> {
    pub(super) fn on(line: &'c mut PgConnection, mode: PoolMode) -> Self {
        Self { line, prepared: mode == PoolMode::Session }
    }

    /// Runs a statement and says how many rows it touched.
    pub(super) async fn execute(&mut self, statement: Statement) -> Result<u64, sqlx::Error> {
        let done = statement.persistent(self.prepared).execute(&mut *self.line).await?;
        Ok(done.rows_affected())
    }

    /// Runs a statement for its rows.
    pub(super) async fn rows(&mut self, statement: Statement) -> Result<Vec<PgRow>, sqlx::Error> {
        statement.persistent(self.prepared).fetch_all(&mut *self.line).await
    }

    /// Runs a statement for the one row it may have.
    pub(super) async fn row(&mut self, statement: Statement) -> Result<Option<PgRow>, sqlx::Error> {
        statement.persistent(self.prepared).fetch_optional(&mut *self.line).await
    }
}

/// Begins, works, commits; what fails is rolled back.
async fn transact<T, F>(pool: PgPool, mode: PoolMode, work: F) -> Result<T, Unfinished>
where
    F: for<'s> FnOnce(&'s mut Session<'_>) -> Running<'s, T> + Send,
{
    #[expect(clippy::disallowed_methods, reason = "on a task of its own, which nobody cancels")]
    let mut transaction = pool.begin().await.map_err(Unfinished::Undone)?;
    let out = {
        let mut session = Session::on(&mut transaction, mode);
        work(&mut session).await.map_err(Unfinished::Undone)?
    };
    transaction.commit().await.map_err(Unfinished::Unknown)?;
    Ok(out)
}

/// How a transaction came to no end.
enum Unfinished {
    /// Nothing of it is true.
    Undone(sqlx::Error),
    /// The line broke while it was told to commit.
    Unknown(sqlx::Error),
}

impl Postgres {
    /// Runs `work` in a transaction, on a task of its own.
    ///
    /// Who asked may go away at any moment, as a visitor who closes the page does. sqlx gives a connection on which
    /// `BEGIN` was under way back to the pool with the transaction open; here the task goes on to its end.
    pub(super) async fn write<T, F>(&self, operation: &'static str, work: F) -> Result<T, PortError>
    where
        T: Send + 'static,
        F: for<'s> FnOnce(&'s mut Session<'_>) -> Running<'s, T> + Send + 'static,
    {
        self.ready().await?;
        let (pool, mode) = (self.0.pool.clone(), self.0.config.mode);
        let ended = tokio::spawn(transact(pool, mode, work)).await;
        let ended = ended.map_err(|_| PortError::new(ErrorKind::Failed, ADAPTER, operation, "the task was ended"))?;
        ended.map_err(|unfinished| match unfinished {
            Unfinished::Undone(cause) => port_error(operation, cause),
            Unfinished::Unknown(cause) => port_error(operation, cause).remedy(Remedy::AskFirst),
        })
    }

    /// Runs `work`, which only reads.
    pub(super) async fn read<T, F>(&self, operation: &'static str, work: F) -> Result<T, PortError>
    where
        T: Send + 'static,
        F: for<'s> FnOnce(&'s mut Session<'_>) -> Running<'s, T> + Send + 'static,
    {
        if self.0.config.mode == PoolMode::Transaction {
            // Asking and fetching are two messages, and between them such a pooler may change the connection.
            return self.write(operation, work).await;
        }
        self.ready().await?;
        let read = async {
            let mut line = self.0.pool.acquire().await?;
            work(&mut Session::on(&mut line, PoolMode::Session)).await
        };
        read.await.map_err(|cause| port_error(operation, cause))
    }
}

/// Opens a connection, within the patience of `config`.
pub(super) async fn connect(config: &Config) -> Result<PgConnection, sqlx::Error> {
    let options = config.options();
    let connecting = PgConnection::connect_with(&options);
    tokio::time::timeout(config.patience, connecting).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}
