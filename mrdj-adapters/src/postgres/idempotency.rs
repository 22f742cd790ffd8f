//! Answers by idempotency key.

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::error::PortError;
use mrdj_core::idempotency::{Fingerprint, IdempotencyBook, IdempotencyKey, IdempotencyRecord, KEPT_FOR};
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::error::corrupt;
use super::open::Postgres;
use super::row::{column, micros, moment};
use super::session::Session;

#[async_trait]
impl IdempotencyBook for Postgres {
    async fn recall(&self, key: &IdempotencyKey, now: Timestamp) -> Result<Option<IdempotencyRecord>, PortError> {
        let query = sqlx::query("SELECT * FROM mrdj.answer WHERE key = $1 AND at > $2");
        let query = query.bind(key.as_str().to_owned()).bind(oldest(now));
        let found = self.read("recall an answer", |session| {
            Box::pin(async move { session.row(query).await?.as_ref().map(record).transpose() })
        });
        found.await
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<u64, PortError> {
        let statement = "DELETE FROM mrdj.answer WHERE key = ANY(ARRAY(
            SELECT key FROM mrdj.answer WHERE at <= $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED))";
        let statement = sqlx::query(statement).bind(oldest(now)).bind(i64::try_from(limit).unwrap_or(i64::MAX));
        self.write("sweep answers", |session| Box::pin(async move { session.execute(statement).await })).await
    }
}

fn oldest(now: Timestamp) -> i64 {
    micros(now.checked_sub(KEPT_FOR).unwrap_or(Timestamp::MIN))
}

/// Writes answers over those that were forgotten.
pub(super) async fn remember(session: &mut Session<'_>, records: &[&IdempotencyRecord]) -> Result<(), sqlx::Error> {
    if records.is_empty() {
        return Ok(());
    }
    let statement = "INSERT INTO mrdj.answer (key, fingerprint, answer, at)
        SELECT * FROM unnest($1::text[], $2::bytea[], $3::text[], $4::bigint[])
        ON CONFLICT (key) DO UPDATE
            SET fingerprint = excluded.fingerprint, answer = excluded.answer, at = excluded.at";
    let statement = sqlx::query(statement)
        .bind(column(records, |record| record.key.as_str().to_owned()))
        .bind(column(records, |record| record.fingerprint.0.to_vec()))
        .bind(column(records, |record| record.answer.clone()))
        .bind(column(records, |record| micros(record.at)));
    session.execute(statement).await?;
    Ok(())
}

fn record(row: &PgRow) -> Result<IdempotencyRecord, sqlx::Error> {
    let fingerprint: &[u8] = row.try_get("fingerprint")?;
    Ok(IdempotencyRecord {
        key: IdempotencyKey::from_stored(row.try_get("key")?),
        fingerprint: Fingerprint(fingerprint.try_into().map_err(|_| corrupt("a fingerprint has not 32 bytes"))?),
        answer: row.try_get("answer")?,
        at: moment(row, "at")?,
    })
}
