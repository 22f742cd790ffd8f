//! What partners told us.

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::batch::{Asked, Present};
use mrdj_core::error::PortError;
use mrdj_core::id::Id;
use mrdj_core::webhooks::{EventBook, EventFilter, EventLine, HeardEvent, MessageId, PartnerName};
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::error::corrupt;
use super::open::Postgres;
use super::row::{column, maybe_moment, micros, moment};
use super::session::Session;

#[async_trait]
impl EventBook for Postgres {
    async fn find(&self, partner: &PartnerName, id: &MessageId) -> Result<Option<HeardEvent>, PortError> {
        let query = sqlx::query("SELECT * FROM mrdj.heard_event WHERE partner = $1 AND id = $2");
        let query = query.bind(partner.as_str().to_owned()).bind(id.as_str().to_owned());
        let found = self.read("find an event", |session| {
            Box::pin(async move { session.row(query).await?.as_ref().map(event).transpose() })
        });
        found.await
    }

    async fn list(&self, filter: &EventFilter, limit: usize) -> Result<Vec<EventLine>, PortError> {
        let query = "SELECT key, partner, id, kind, at, heard_at FROM mrdj.heard_event
            WHERE ($1::text IS NULL OR partner = $1) AND ($2::uuid IS NULL OR key < $2) ORDER BY key DESC LIMIT $3";
        let query = sqlx::query(query)
            .bind(filter.partner.as_ref().map(ToString::to_string))
            .bind(filter.before.map(|key| key.uuid()))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let read = self.read("list events", |session| {
            Box::pin(async move { session.rows(query).await?.iter().map(line).collect() })
        });
        read.await
    }

    async fn sweep_events(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        let statement = "DELETE FROM mrdj.heard_event WHERE key = ANY(ARRAY(SELECT key FROM mrdj.heard_event
            WHERE heard_at < $1 ORDER BY heard_at, key LIMIT $2 FOR UPDATE SKIP LOCKED))";
        let statement = sqlx::query(statement).bind(micros(before)).bind(i64::try_from(limit).unwrap_or(i64::MAX));
        self.write("sweep events", |session| Box::pin(async move { session.execute(statement).await })).await
    }
}

/// Adds to `present` what a batch asks about events.
pub(super) async fn look(
    session: &mut Session<'_>,
    asked: &Asked<'_>,
    present: &mut Present,
) -> Result<(), sqlx::Error> {
    if asked.events.is_empty() {
        return Ok(());
    }
    let query = "SELECT heard_event.partner, heard_event.id FROM mrdj.heard_event
        JOIN unnest($1::text[], $2::text[]) AS asked (partner, id)
            ON heard_event.partner = asked.partner AND heard_event.id = asked.id";
    let query = sqlx::query(query)
        .bind(column(&asked.events, |(partner, _)| partner.as_str().to_owned()))
        .bind(column(&asked.events, |(_, id)| id.as_str().to_owned()));
    for row in session.rows(query).await? {
        present.heard.insert(name(&row)?);
    }
    Ok(())
}

/// Writes what was heard.
pub(super) async fn hear(session: &mut Session<'_>, events: &[&HeardEvent]) -> Result<(), sqlx::Error> {
    if events.is_empty() {
        return Ok(());
    }
    let statement = "INSERT INTO mrdj.heard_event (partner, id, key, kind, at, heard_at, body)
        SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::bigint[], $6::bigint[], $7::text[])";
    let statement = sqlx::query(statement)
        .bind(column(events, |event| event.line.partner.as_str().to_owned()))
        .bind(column(events, |event| event.line.id.as_str().to_owned()))
        .bind(column(events, |event| event.line.key.uuid()))
        .bind(column(events, |event| event.line.kind.clone()))
        .bind(column(events, |event| event.line.at.map(micros)))
        .bind(column(events, |event| micros(event.line.heard_at)))
        .bind(column(events, |event| event.body.clone()));
    session.execute(statement).await?;
    Ok(())
}

fn event(row: &PgRow) -> Result<HeardEvent, sqlx::Error> {
    Ok(HeardEvent { line: line(row)?, body: row.try_get("body")? })
}

fn line(row: &PgRow) -> Result<EventLine, sqlx::Error> {
    let (partner, id) = name(row)?;
    Ok(EventLine {
        key: Id::from_uuid(row.try_get("key")?),
        partner,
        id,
        kind: row.try_get("kind")?,
        at: maybe_moment(row, "at")?,
        heard_at: moment(row, "heard_at")?,
    })
}

fn name(row: &PgRow) -> Result<(PartnerName, MessageId), sqlx::Error> {
    let id = MessageId::parse(row.try_get("id")?).map_err(|_| corrupt("the id of a message is none"))?;
    Ok((PartnerName::from_stored(row.try_get("partner")?), id))
}
