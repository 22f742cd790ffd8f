//! What pages tell.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use mrdj_core::error::PortError;
use mrdj_core::experiments::funnel::{FunnelCell, FunnelFigures, FunnelLog, PageEvent, VariantId};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use uuid::Uuid;

use super::bulk::Bulk;
use super::error::{corrupt, port_error};
use super::open::Sqlite;
use super::row::{bytes, micros, uuid, word};

#[async_trait]
impl FunnelLog for Sqlite {
    async fn record_page_events(&self, events: &[PageEvent]) -> Result<u64, PortError> {
        let events: Arc<[PageEvent]> = events.into();
        self.0
            .writer
            .write(move |connection| {
                let events = Arc::clone(&events);
                Box::pin(async move { record(connection, &events).await })
            })
            .await
    }

    async fn funnel_figures(&self, from: Date, to: Date) -> Result<FunnelFigures, PortError> {
        let query = "SELECT day, variant, kind, events FROM funnel WHERE day >= $1 AND day < $2";
        let query = sqlx::query(query).bind(from.to_string()).bind(to.to_string());
        let rows = query.fetch_all(&self.0.readers).await;
        rows.and_then(|rows| rows.iter().map(counted).collect()).map_err(|cause| port_error("read the funnel", cause))
    }

    async fn sweep_page_event_ids(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.0.writer.write(move |connection| Box::pin(sweep(connection, before, limit))).await
    }
}

const IDS: Bulk = Bulk {
    head: "INSERT INTO page_event_id (id, at) VALUES",
    row: "?, ?",
    tail: "ON CONFLICT (id) DO NOTHING RETURNING id",
};
const FUNNEL: Bulk = Bulk {
    head: "INSERT INTO funnel (day, variant, kind, events) VALUES",
    row: "?, ?, ?, ?",
    tail: "ON CONFLICT (day, variant, kind) DO UPDATE SET events = events + excluded.events",
};

/// Counts the events whose ids are new.
async fn record(connection: &mut SqliteConnection, events: &[PageEvent]) -> Result<u64, sqlx::Error> {
    let new =
        IDS.run(connection, events, |query, event| query.bind(bytes(event.id.uuid())).bind(micros(event.at))).await?;
    let mut new: HashSet<Uuid> = new.iter().map(|row| uuid(row, "id")).collect::<Result<_, _>>()?;
    let fresh = new.len() as u64;
    // Each id counts for the first that came with it.
    let figures = FunnelFigures::of(events.iter().filter(|event| new.remove(&event.id.uuid())));
    FUNNEL
        .run(connection, &figures.cells().collect::<Vec<_>>(), |query, (cell, events)| {
            query
                .bind(cell.day.to_string())
                .bind(cell.variant.as_str())
                .bind(cell.kind.word())
                .bind(i64::try_from(*events).unwrap_or(i64::MAX))
        })
        .await?;
    Ok(fresh)
}

async fn sweep(connection: &mut SqliteConnection, before: Timestamp, limit: i64) -> Result<u64, sqlx::Error> {
    let ids = "DELETE FROM page_event_id WHERE id IN
        (SELECT id FROM page_event_id WHERE at < $1 ORDER BY at LIMIT $2)";
    Ok(sqlx::query(ids).bind(micros(before)).bind(limit).execute(connection).await?.rows_affected())
}

fn counted(row: &SqliteRow) -> Result<(FunnelCell, u64), sqlx::Error> {
    let cell = FunnelCell {
        day: row.try_get::<&str, _>("day")?.parse().map_err(|_| corrupt("a day is none"))?,
        variant: VariantId::from_stored(row.try_get("variant")?),
        kind: word(row, "kind")?,
    };
    let events =
        u64::try_from(row.try_get::<i64, _>("events")?).map_err(|_| corrupt("a number is out of its range"))?;
    Ok((cell, events))
}
