//! Answers by idempotency key.

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::error::PortError;
use mrdj_core::idempotency::{Fingerprint, IdempotencyBook, IdempotencyKey, IdempotencyRecord, KEPT_FOR};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::error::{corrupt, port_error};
use super::open::Sqlite;
use super::row::{micros, moment};

#[async_trait]
impl IdempotencyBook for Sqlite {
    async fn recall(&self, key: &IdempotencyKey, now: Timestamp) -> Result<Option<IdempotencyRecord>, PortError> {
        let row = sqlx::query("SELECT * FROM answer WHERE key = $1 AND at > $2").bind(key.as_str()).bind(oldest(now));
        let row = row.fetch_optional(&self.0.readers).await;
        row.and_then(|row| row.as_ref().map(record).transpose()).map_err(|cause| port_error("recall an answer", cause))
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<u64, PortError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.0.writer.write(move |connection| Box::pin(sweep(connection, now, limit))).await
    }
}

fn oldest(now: Timestamp) -> i64 {
    micros(now.checked_sub(KEPT_FOR).unwrap_or(Timestamp::MIN))
}

pub(super) const SWEEP: &str =
    "DELETE FROM answer WHERE key IN (SELECT key FROM answer WHERE at <= $1 ORDER BY at LIMIT $2)";

async fn sweep(connection: &mut SqliteConnection, now: Timestamp, limit: i64) -> Result<u64, sqlx::Error> {
    let swept = sqlx::query(SWEEP).bind(oldest(now)).bind(limit).execute(connection).await?;
    Ok(swept.rows_affected())
}

/// Writes answers over those that were forgotten, and sweeps up a few more of those.
pub(super) async fn remember(
    connection: &mut SqliteConnection,
    records: &[&IdempotencyRecord],
) -> Result<(), sqlx::Error> {
    let Some(now) = records.iter().map(|record| record.at).max() else { return Ok(()) };
    sweep(connection, now, 32).await?;
    for record in records {
        let statement = "INSERT INTO answer (key, fingerprint, answer, at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = excluded.answer, at = excluded.at";
        sqlx::query(statement)
            .bind(record.key.as_str())
            .bind(record.fingerprint.0.to_vec())
            .bind(record.answer.as_str())
            .bind(micros(record.at))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

fn record(row: &SqliteRow) -> Result<IdempotencyRecord, sqlx::Error> {
    let fingerprint: &[u8] = row.try_get("fingerprint")?;
    Ok(IdempotencyRecord {
        key: IdempotencyKey::from_stored(row.try_get("key")?),
        fingerprint: Fingerprint(fingerprint.try_into().map_err(|_| corrupt("a fingerprint has not 32 bytes"))?),
        answer: row.try_get("answer")?,
        at: moment(row, "at")?,
    })
}
