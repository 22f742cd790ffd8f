//! The time as the database tells it.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use mrdj_core::clock::Clock;
use sqlx::Row;
use sqlx::postgres::PgConnection;
use tokio::time::Instant;

use super::open::Postgres;
use super::session::within;

/// How often the database is asked; between, the machine's steady clock counts.
pub(super) const ASKED_EVERY: Duration = Duration::from_secs(60);

/// One time for all who share a database, whatever their machines believe.
///
/// Leases run out by the clock: with two clocks ten minutes apart, one worker would take from another what it is just
/// carrying. Until the database was reached for the first time, the clock beneath is told.
#[derive(Clone)]
pub struct PostgresClock {
    pub(super) beneath: Arc<dyn Clock>,
    pub(super) anchor: Arc<Anchor>,
}

/// What the database last said, and when that was.
#[derive(Debug, Default)]
pub(super) struct Anchor(RwLock<Option<(Instant, Timestamp)>>);

impl Anchor {
    /// Asks for the time on `line`.
    pub(super) async fn ask(&self, line: &mut PgConnection) -> Result<(), sqlx::Error> {
        let asked = Instant::now();
        // One message, so that no pooler comes between question and answer.
        let query = sqlx::raw_sql("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS told");
        let told: i64 = query.fetch_one(line).await?.try_get("told")?;
        // It was told somewhere between question and answer.
        let at = asked + asked.elapsed() / 2;
        if let Ok(told) = Timestamp::from_microsecond(told) {
            *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((at, told));
        }
        Ok(())
    }

    fn now(&self) -> Option<Timestamp> {
        let (at, told) = (*self.0.read().unwrap_or_else(PoisonError::into_inner))?;
        let since = SignedDuration::try_from(at.elapsed()).ok()?;
        let now = told.checked_add(since).ok()?;
        Timestamp::from_microsecond(now.as_microsecond()).ok()
    }
}

impl Clock for PostgresClock {
    fn now(&self) -> Timestamp {
        self.anchor.now().unwrap_or_else(|| self.beneath.now())
    }
}

impl Postgres {
    /// The database's clock; until it was reached, the time is that of `beneath`.
    pub fn clock(&self, beneath: Arc<dyn Clock>) -> PostgresClock {
        PostgresClock { beneath, anchor: Arc::clone(&self.0.anchor) }
    }

    /// Returns once the database was reached: its schema is up to date and its time is known.
    pub async fn reached(&self) {
        while self.ready().await.is_err() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// Asks for the time again and again, for as long as the store is there.
    pub(super) fn keep_time(&self) {
        let inner = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(ASKED_EVERY).await;
                let Some(inner) = inner.upgrade() else { return };
                if let Ok(mut line) = inner.pool.acquire().await {
                    let asked = within(inner.config.overdue(), inner.anchor.ask(&mut line)).await;
                    if asked.is_err() {
                        // While the database is away the machine's steady clock goes on counting.
                        drop(line.detach());
                    }
                }
            }
        });
    }
}
