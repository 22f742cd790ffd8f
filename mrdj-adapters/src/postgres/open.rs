//! Opening the store, which waits for nothing.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mrdj_core::error::{ErrorKind, PortError};
use sqlx::postgres::{PgPool, PgPoolOptions};
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout};

use super::clock::Anchor;
use super::config::Config;
use super::error::{ADAPTER, port_error};
use super::migrations::{self, Migrations};
use super::session::within;
use super::writer::Writer;

/// So long nobody asks again after a database that did not answer: whoever comes is told at once.
const LEFT_ALONE: Duration = Duration::from_secs(1);

/// Whoever waited long enough for the schema is told why there is nothing yet.
fn unready(why: &str) -> PortError {
    PortError::new(ErrorKind::Unavailable, ADAPTER, "migrate", why)
}

/// The store of record in Postgres; clones share it.
#[derive(Clone)]
pub struct Postgres(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) config: Config,
    pub(super) pool: PgPool,
    pub(super) writer: Writer,
    pub(super) anchor: Arc<Anchor>,
    migrated: OnceCell<()>,
    /// When the database last gave no answer, and why.
    away: Mutex<Option<(Instant, ErrorKind, String)>>,
}

impl Postgres {
    /// Opens the store without waiting for the database: the first call that reaches it brings its schema up to date, and
    /// until then every call is an `Unavailable` that says why.
    pub fn open(config: Config) -> Result<Self, PortError> {
        let pool = PgPoolOptions::new()
            .max_connections(config.connections)
            .acquire_timeout(config.patience)
            .max_lifetime(Duration::from_secs(30 * 60))
            .connect_lazy_with(config.options());
        let writer = Writer::start(config.clone())?;
        let anchor = Arc::default();
        let inner = Inner { config, pool, writer, anchor, migrated: OnceCell::new(), away: Mutex::new(None) };
        Ok(Self(Arc::new(inner)))
    }

    /// Brings the schema up to date now; of several that start together one does, and the others wait for it.
    pub async fn migrate(config: &Config) -> Result<Migrations, PortError> {
        let before = Self::pending(config).await?;
        migrations::run(config).await?;
        Ok(before)
    }

    /// Looks at the schema and changes nothing.
    pub async fn pending(config: &Config) -> Result<Migrations, PortError> {
        migrations::pending(config).await
    }

    /// Returns once the schema is known to be up to date.
    pub(super) async fn ready(&self) -> Result<(), PortError> {
        if self.0.migrated.initialized() {
            return Ok(());
        }
        // A task of its own: steps may take longer than a visitor waits, and are not to be begun again for each.
        let store = self.clone();
        let migrating = tokio::spawn(async move { store.migrated().await });
        match timeout(self.0.config.patience * 2, migrating).await {
            Ok(migrated) => migrated.unwrap_or_else(|_| Err(unready("the task that brings it up to date ended"))),
            Err(_) => Err(unready("its schema is being brought up to date")),
        }
    }

    async fn migrated(&self) -> Result<(), PortError> {
        let migrating = self.0.migrated.get_or_try_init(|| async {
            // Looked at here and not before: everybody who waited for a try that failed would else make his own.
            self.left_alone()?;
            let reached = self.reach().await;
            self.note(reached.as_ref().err());
            reached
        });
        migrating.await.copied()
    }

    async fn reach(&self) -> Result<(), PortError> {
        let mut line = migrations::run(&self.0.config).await?;
        let asked = within(self.0.config.overdue(), self.0.anchor.ask(&mut line)).await;
        asked.map_err(|cause| port_error("ask for the time", cause))?;
        self.keep_time();
        Ok(())
    }

    fn left_alone(&self) -> Result<(), PortError> {
        let away = self.0.away.lock().unwrap_or_else(PoisonError::into_inner);
        match &*away {
            Some((since, kind, summary)) if since.elapsed() < LEFT_ALONE => {
                Err(PortError::new(*kind, ADAPTER, "connect", summary.clone()))
            }
            _ => Ok(()),
        }
    }

    fn note(&self, error: Option<&PortError>) {
        let mut away = self.0.away.lock().unwrap_or_else(PoisonError::into_inner);
        *away = error.map(|error| (Instant::now(), error.kind, error.summary.clone()));
    }

    /// Waits until everything that was handed in is written, and closes every connection.
    pub async fn close(&self) {
        self.0.writer.close().await;
        self.0.pool.close().await;
    }

    /// Fails when the database does not answer a plain question.
    pub(super) async fn ask(&self) -> Result<(), PortError> {
        self.read("ask", |session| Box::pin(session.execute(sqlx::query("SELECT 1")))).await.map(drop)
    }
}
