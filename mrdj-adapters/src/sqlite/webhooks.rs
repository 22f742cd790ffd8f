//! What partners told us.

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::batch::{Asked, Present};
use mrdj_core::error::PortError;
use mrdj_core::id::Id;
use mrdj_core::webhooks::{EventBook, EventFilter, EventLine, HeardEvent, MessageId, PartnerName};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::bulk::Bulk;
use super::error::{corrupt, port_error};
use super::open::Sqlite;
use super::row::{bytes, json_list, maybe, micros, moment, uuid};

#[async_trait]
impl EventBook for Sqlite {
    async fn find(&self, partner: &PartnerName, id: &MessageId) -> Result<Option<HeardEvent>, PortError> {
        let query = sqlx::query("SELECT * FROM heard_event WHERE partner = $1 AND id = $2");
        let row = query.bind(partner.as_str()).bind(id.as_str()).fetch_optional(&self.0.readers).await;
        row.and_then(|row| row.as_ref().map(event).transpose()).map_err(|cause| port_error("find an event", cause))
    }

    async fn list(&self, filter: &EventFilter, limit: usize) -> Result<Vec<EventLine>, PortError> {
        let query = "SELECT key, partner, id, kind, at, heard_at FROM heard_event
            WHERE ($1 IS NULL OR partner = $1) AND ($2 IS NULL OR key < $2) ORDER BY key DESC LIMIT $3";
        let rows = sqlx::query(query)
            .bind(filter.partner.as_ref().map(PartnerName::as_str))
            .bind(filter.before.map(|key| bytes(key.uuid())))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(&self.0.readers)
            .await;
        rows.and_then(|rows| rows.iter().map(line).collect()).map_err(|cause| port_error("list events", cause))
    }

    async fn sweep_events(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.0.writer.write(move |connection| Box::pin(sweep(connection, before, limit))).await
    }
}

async fn sweep(connection: &mut SqliteConnection, before: Timestamp, limit: i64) -> Result<u64, sqlx::Error> {
    let statement = "DELETE FROM heard_event WHERE key IN
        (SELECT key FROM heard_event WHERE heard_at < $1 ORDER BY heard_at, key LIMIT $2)";
    let swept = sqlx::query(statement).bind(micros(before)).bind(limit).execute(connection).await?;
    Ok(swept.rows_affected())
}

/// Adds to `present` what a batch asks about events.
pub(super) async fn look(
    connection: &mut SqliteConnection,
    asked: &Asked<'_>,
    present: &mut Present,
) -> Result<(), sqlx::Error> {
    if asked.events.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = asked.events.iter().map(|(partner, id)| (partner.as_str(), id.as_str())).collect();
    let query = "SELECT heard_event.partner, heard_event.id FROM json_each($1) AS asked CROSS JOIN heard_event
        WHERE heard_event.partner = asked.value ->> 0 AND heard_event.id = asked.value ->> 1";
    for row in sqlx::query(query).bind(json_list(&names)).fetch_all(connection).await? {
        present.heard.insert(name(&row)?);
    }
    Ok(())
}

const EVENTS: Bulk = Bulk {
    head: "INSERT INTO heard_event (partner, id, key, kind, at, heard_at, body) VALUES",
    row: "?, ?, ?, ?, ?, ?, ?",
    tail: "",
};

/// Writes what was heard.
pub(super) async fn hear(connection: &mut SqliteConnection, events: &[&HeardEvent]) -> Result<(), sqlx::Error> {
    EVENTS
        .run(connection, events, |query, HeardEvent { line, body }| {
            query
                .bind(line.partner.as_str())
                .bind(line.id.as_str())
                .bind(bytes(line.key.uuid()))
                .bind(line.kind.as_str())
                .bind(line.at.map(micros))
                .bind(micros(line.heard_at))
                .bind(body.as_str())
        })
        .await?;
    Ok(())
}

fn event(row: &SqliteRow) -> Result<HeardEvent, sqlx::Error> {
    Ok(HeardEvent { line: line(row)?, body: row.try_get("body")? })
}

fn line(row: &SqliteRow) -> Result<EventLine, sqlx::Error> {
    let (partner, id) = name(row)?;
    Ok(EventLine {
        key: Id::from_uuid(uuid(row, "key")?),
        partner,
        id,
        kind: row.try_get("kind")?,
        at: maybe(row, "at", moment)?,
        heard_at: moment(row, "heard_at")?,
    })
}

fn name(row: &SqliteRow) -> Result<(PartnerName, MessageId), sqlx::Error> {
    let id = MessageId::parse(row.try_get("id")?).map_err(|_| corrupt("the id of a message is none"))?;
    Ok((PartnerName::from_stored(row.try_get("partner")?), id))
}
