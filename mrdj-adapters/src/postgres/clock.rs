//! The time as the database tells it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use mrdj_core::clock::Clock;
use sqlx::Row;
use sqlx::postgres::PgConnection;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::open::Postgres;
use super::session::within;

/// How often the database is asked; between, the machine's steady clock counts.
pub(super) const ASKED_EVERY: Duration = Duration::from_secs(60);
/// By more than so many microseconds the machine's two clocks part only when it slept or was set: it is asked at once.
const PARTED: i64 = 1_000_000;

/// One time for all who share a database, whatever their machines believe.
///
/// Leases run out by the clock: with two clocks ten minutes apart, one worker would take from another what it is just
/// carrying. Until the database was reached for the first time, the clock beneath is told.
///
/// The steady clock that counts between two questions stands still while a machine sleeps. The clock beneath does not, and
/// once it has gone ahead of the other, the database is asked at once. A machine that is stopped from outside notices
/// nothing: it may be wrong for up to a minute, in which the fence of its leases keeps what others have done.
#[derive(Clone)]
pub struct PostgresClock {
    beneath: Arc<dyn Clock>,
    /// By how much the clock beneath was last seen to be ahead, in microseconds.
    ahead: Arc<AtomicI64>,
    anchor: Arc<Anchor>,
}

/// What the database last said, and when that was.
#[derive(Debug, Default)]
pub(super) struct Anchor {
    told: RwLock<Option<(Instant, Timestamp)>>,
    /// Rings when it is not to be relied on any more.
    parted: Notify,
}

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
            *self.told.write().unwrap_or_else(PoisonError::into_inner) = Some((at, told));
        }
        Ok(())
    }

    fn now(&self) -> Option<Timestamp> {
        let (at, told) = (*self.told.read().unwrap_or_else(PoisonError::into_inner))?;
        let since = SignedDuration::try_from(at.elapsed()).ok()?;
        let now = told.checked_add(since).ok()?;
        Timestamp::from_microsecond(now.as_microsecond()).ok()
    }
}

impl Clock for PostgresClock {
    fn now(&self) -> Timestamp {
        let Some(now) = self.anchor.now() else { return self.beneath.now() };
        let ahead = self.beneath.now().as_microsecond() - now.as_microsecond();
        if (ahead - self.ahead.load(Ordering::Relaxed)).abs() > PARTED {
            self.ahead.store(ahead, Ordering::Relaxed);
            self.anchor.parted.notify_one();
        }
        now
    }
}

impl Postgres {
    /// The database's clock; until it was reached, the time is that of `beneath`.
    pub fn clock(&self, beneath: Arc<dyn Clock>) -> PostgresClock {
        PostgresClock { beneath, ahead: Arc::default(), anchor: Arc::clone(&self.0.anchor) }
    }

    /// Returns once the database was reached: its schema is up to date and its time is known.
    pub async fn reached(&self) {
        while self.ready().await.is_err() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// Asks for the time again and again, for as long as the store is there.
    pub(super) fn keep_time(&self) {
        let (inner, anchor) = (Arc::downgrade(&self.0), Arc::clone(&self.0.anchor));
        tokio::spawn(async move {
            loop {
                let _ = timeout(ASKED_EVERY, anchor.parted.notified()).await;
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
