//! The spool: enquiries on this machine's disk while the store of record is away.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::contacts::ContactKey;
use mrdj_core::error::PortError;
use mrdj_core::idempotency::{IdempotencyKey, KEPT_FOR};
use mrdj_core::leads::{LeadId, Spool, SpoolFigures, Spooled};
use mrdj_core::store::{Commit, Refusal};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::error::port_error;
use super::open::{Config, Inner, SPOOL};
use super::row::{bytes, json, maybe, micros, moment, uuid};

/// For so long others pass an enquiry that cannot be read.
const UNREADABLE: SignedDuration = SignedDuration::from_hours(1);

/// The spool in one SQLite file of its own; clones share it.
///
/// It is written and read as the store of record is: one connection writes, and appends that arrive while a transaction
/// is on its way go together with the next. Several processes may share the file.
#[derive(Clone)]
pub struct SqliteSpool(Arc<Inner>);

impl SqliteSpool {
    /// Opens the file, makes it when it is not there, and brings its schema up to date.
    pub async fn open(config: &Config) -> Result<Self, PortError> {
        Ok(Self(Arc::new(Inner::open(config, &SPOOL).await?)))
    }

    /// Waits until everything that was handed in is written, and closes the file, which then is all there is to copy.
    pub async fn close(&self) {
        self.0.close().await;
    }

    /// Lets others pass an enquiry that cannot be read: it stays for a person to look at.
    async fn pass_over(&self, row: &SqliteRow, cause: sqlx::Error, now: Timestamp) -> Result<(), PortError> {
        let error = port_error("read the spool", cause);
        let id = uuid(row, "id").map_err(|cause| port_error("read the spool", cause))?;
        let until = now.checked_add(UNREADABLE).unwrap_or(Timestamp::MAX);
        self.set_aside(LeadId::from_uuid(id), &format!("{}: {}", error.kind, error.summary), until).await
    }
}

#[async_trait]
impl Spool for SqliteSpool {
    async fn append(&self, spooled: &Spooled, newest: Option<LeadId>) -> Result<Commit, PortError> {
        let new = Arc::new(NewRow::of(spooled, newest));
        let appended = self.0.writer.write(move |connection| {
            let new = Arc::clone(&new);
            Box::pin(async move { append(connection, &new).await })
        });
        appended.await
    }

    async fn oldest(&self, limit: usize, now: Timestamp) -> Result<Vec<Spooled>, PortError> {
        let query = "SELECT * FROM spooled WHERE aside_until IS NULL OR aside_until <= $1 ORDER BY seq LIMIT $2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = sqlx::query(query).bind(micros(now)).bind(limit).fetch_all(&self.0.readers).await;
        let mut readable = Vec::new();
        for row in rows.map_err(|cause| port_error("read the spool", cause))? {
            match spooled(&row) {
                Ok(spooled) => readable.push(spooled),
                Err(cause) => self.pass_over(&row, cause, now).await?,
            }
        }
        Ok(readable)
    }

    async fn find_key(&self, key: &IdempotencyKey, now: Timestamp) -> Result<Option<Spooled>, PortError> {
        let query = "SELECT * FROM spooled WHERE key = $1 AND at > $2 ORDER BY seq DESC LIMIT 1";
        let row = sqlx::query(query).bind(key.as_str()).bind(forgotten(now)).fetch_optional(&self.0.readers).await;
        one(row)
    }

    async fn newest_of(&self, contact: &ContactKey) -> Result<Option<Spooled>, PortError> {
        let query = "SELECT * FROM spooled WHERE contact = $1 ORDER BY seq DESC LIMIT 1";
        one(sqlx::query(query).bind(contact.as_str()).fetch_optional(&self.0.readers).await)
    }

    async fn remove(&self, id: LeadId) -> Result<(), PortError> {
        let removed = self.0.writer.write(move |connection| {
            let remove = sqlx::query("DELETE FROM spooled WHERE id = $1").bind(bytes(id.uuid()));
            Box::pin(async move { remove.execute(connection).await.map(drop) })
        });
        removed.await
    }

    async fn set_aside(&self, id: LeadId, why: &str, until: Timestamp) -> Result<(), PortError> {
        let why = why.to_owned();
        let put = self.0.writer.write(move |connection| {
            let put = sqlx::query("UPDATE spooled SET aside_why = $1, aside_until = $2 WHERE id = $3")
                .bind(why.clone())
                .bind(micros(until))
                .bind(bytes(id.uuid()));
            Box::pin(async move { put.execute(connection).await.map(drop) })
        });
        put.await
    }

    async fn figures(&self) -> Result<SpoolFigures, PortError> {
        let query = "SELECT count(*) AS waiting, count(aside_until) AS aside,
            (SELECT at FROM spooled ORDER BY seq LIMIT 1) AS since,
            (SELECT id FROM spooled WHERE aside_until IS NOT NULL ORDER BY seq LIMIT 1) AS aside_id,
            (SELECT aside_why FROM spooled WHERE aside_until IS NOT NULL ORDER BY seq LIMIT 1) AS aside_why
            FROM spooled";
        let row = sqlx::query(query).fetch_one(&self.0.readers).await;
        row.and_then(|row| figures(&row)).map_err(|cause| port_error("count the spool", cause))
    }
}

/// An enquiry as its row holds it, and what is believed of the person's others.
struct NewRow {
    id: Vec<u8>,
    contact: String,
    key: Option<String>,
    at: Timestamp,
    enquiry: String,
    newest: Option<Vec<u8>>,
}

impl NewRow {
    fn of(spooled: &Spooled, newest: Option<LeadId>) -> Self {
        Self {
            id: bytes(spooled.lead.id.uuid()),
            contact: spooled.lead.contact.as_str().to_owned(),
            key: spooled.key.as_ref().map(|(key, _)| key.as_str().to_owned()),
            at: spooled.at(),
            enquiry: serde_json::to_string(spooled).expect("an enquiry is plain data"),
            newest: newest.map(|id| bytes(id.uuid())),
        }
    }
}

async fn append(connection: &mut SqliteConnection, new: &NewRow) -> Result<Commit, sqlx::Error> {
    let statement = "INSERT INTO spooled (id, contact, key, at, enquiry) SELECT $1, $2, $3, $4, $5
        WHERE (SELECT id FROM spooled WHERE contact = $2 ORDER BY seq DESC LIMIT 1) IS $6
        AND NOT EXISTS (SELECT 1 FROM spooled WHERE key = $3 AND at > $7)";
    let inserted = sqlx::query(statement)
        .bind(new.id.as_slice())
        .bind(new.contact.as_str())
        .bind(new.key.as_deref())
        .bind(micros(new.at))
        .bind(new.enquiry.as_str())
        .bind(new.newest.as_deref())
        .bind(forgotten(new.at))
        .execute(&mut *connection)
        .await?;
    if inserted.rows_affected() == 1 {
        return Ok(Commit::Done);
    }
    let taken = sqlx::query("SELECT 1 FROM spooled WHERE key = $1 AND at > $2")
        .bind(new.key.as_deref())
        .bind(forgotten(new.at))
        .fetch_optional(connection)
        .await?;
    Ok(Commit::Refused(if taken.is_some() { Refusal::KeyTaken } else { Refusal::NotNewest }))
}

/// Keys from then and before are forgotten.
fn forgotten(now: Timestamp) -> i64 {
    micros(now.checked_sub(KEPT_FOR).unwrap_or(Timestamp::MIN))
}

fn one(row: Result<Option<SqliteRow>, sqlx::Error>) -> Result<Option<Spooled>, PortError> {
    row.and_then(|row| row.as_ref().map(spooled).transpose()).map_err(|cause| port_error("read the spool", cause))
}

fn spooled(row: &SqliteRow) -> Result<Spooled, sqlx::Error> {
    json(row, "enquiry")
}

fn figures(row: &SqliteRow) -> Result<SpoolFigures, sqlx::Error> {
    let id = maybe(row, "aside_id", uuid)?;
    let why: Option<String> = row.try_get("aside_why")?;
    Ok(SpoolFigures {
        waiting: row.try_get("waiting")?,
        since: maybe(row, "since", moment)?,
        aside: row.try_get("aside")?,
        first_aside: id.map(LeadId::from_uuid).zip(why),
    })
}

#[cfg(test)]
mod tests {
    use mrdj_core::error::ErrorKind;
    use mrdj_core::mocks::FakeChance;

    use super::*;

    const NOON: Timestamp = Timestamp::constant(1_795_262_400, 0);

    #[tokio::test]
    async fn what_cannot_be_read_blocks_nothing_and_is_named() {
        let directory = tempfile::tempdir().expect("a directory");
        let spool = SqliteSpool::open(&Config::at(directory.path().join("spool.db"))).await.expect("a spool");
        let id = LeadId::new(NOON, &FakeChance::seeded(1));
        let damaged = spool.0.writer.write(move |connection| {
            let insert = sqlx::query("INSERT INTO spooled (id, contact, at, enquiry) VALUES ($1, 'mail:x', 0, '{}')")
                .bind(bytes(id.uuid()));
            Box::pin(async move { insert.execute(connection).await.map(drop) })
        });
        damaged.await.expect("a row");
        assert_eq!(spool.oldest(10, NOON).await.expect("a look"), []);
        let figures = spool.figures().await.expect("figures");
        let why = "corrupt: a row is not what was once written".to_owned();
        assert_eq!((figures.waiting, figures.first_aside), (1, Some((id, why))));
        let error = spool.newest_of(&ContactKey::from_stored("mail:x".to_owned())).await.expect_err("it is damaged");
        assert_eq!(error.kind, ErrorKind::Corrupt);
    }
}
