//! What pages tell.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use mrdj_core::error::PortError;
use mrdj_core::experiments::funnel::{FunnelCell, FunnelFigures, FunnelLog, PageEvent, VariantId};
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::error::corrupt;
use super::open::Postgres;
use super::row::{column, micros, whole, word};

/// Nothing was counted before it, and Postgres knows fewer days than we do.
const FIRST_DAY: Date = date(1, 1, 1);

/// Ids are written in their order and cells in theirs, and all ids before any cell, so that two who record the same wait for
/// each other in one direction alone.
const RECORD: &str = "
    WITH told AS (
        SELECT DISTINCT ON (id) id, at, day, variant, kind
        FROM unnest($1::uuid[], $2::bigint[], $3::text[]::date[], $4::text[], $5::text[]) WITH ORDINALITY
            AS one (id, at, day, variant, kind, place)
        ORDER BY id, place),
    fresh AS (
        INSERT INTO mrdj.page_event_id (id, at) SELECT id, at FROM told ORDER BY id
        ON CONFLICT (id) DO NOTHING RETURNING id),
    counted AS (
        INSERT INTO mrdj.funnel (day, variant, kind, events)
        SELECT day, variant, kind, count(*) FROM told JOIN fresh USING (id) GROUP BY day, variant, kind
        ORDER BY day, variant, kind
        ON CONFLICT (day, variant, kind) DO UPDATE SET events = funnel.events + excluded.events)
    SELECT count(*) AS events FROM fresh";

#[async_trait]
impl FunnelLog for Postgres {
    async fn record_page_events(&self, events: &[PageEvent]) -> Result<u64, PortError> {
        if events.is_empty() {
            return Ok(0);
        }
        let statement = sqlx::query(RECORD)
            .bind(column(events, |one| one.id.uuid()))
            .bind(column(events, |one| micros(one.at)))
            .bind(column(events, |one| one.day.to_string()))
            .bind(column(events, |one| one.variant.as_str().to_owned()))
            .bind(column(events, |one| one.kind.word()));
        self.write("record page events", |session| {
            Box::pin(async move {
                let row = session.row(statement).await?.ok_or(sqlx::Error::RowNotFound)?;
                whole(&row, "events")
            })
        })
        .await
    }

    async fn funnel_figures(&self, from: Date, to: Date) -> Result<FunnelFigures, PortError> {
        let query = "SELECT day::text AS day, variant, kind, events FROM mrdj.funnel
            WHERE day >= $1::text::date AND day < $2::text::date";
        let query = sqlx::query(query).bind(from.max(FIRST_DAY).to_string()).bind(to.max(FIRST_DAY).to_string());
        self.read("read the funnel", |session| {
            Box::pin(async move { session.rows(query).await?.iter().map(counted).collect() })
        })
        .await
    }

    async fn sweep_page_event_ids(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        let ids = "DELETE FROM mrdj.page_event_id WHERE id = ANY(ARRAY(SELECT id FROM mrdj.page_event_id
            WHERE at < $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED))";
        self.sweep_of("sweep page events", ids, before, limit).await
    }
}

fn counted(row: &PgRow) -> Result<(FunnelCell, u64), sqlx::Error> {
    let cell = FunnelCell {
        day: row.try_get::<&str, _>("day")?.parse().map_err(|_| corrupt("a day is none"))?,
        variant: VariantId::from_stored(row.try_get("variant")?),
        kind: word(row, "kind")?,
    };
    Ok((cell, whole(row, "events")?))
}
