//! Commits decisions, many in one transaction, each whole or not at all.

use async_trait::async_trait;
use mrdj_core::batch::{Asked, Batch, Present};
use mrdj_core::contacts::ContactKey;
use mrdj_core::delivery::ScheduleName;
use mrdj_core::error::PortError;
use mrdj_core::leads::LeadId;
use mrdj_core::store::{Changes, Commit, Store};
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::open::Sqlite;
use super::row::{hex, json_list, micros, moment, uuid};
use super::writer::Decision;
use super::{bookings, contacts, delivery, experiments, exposures, idempotency, leads, partners, schedules, webhooks};

#[async_trait]
impl Store for Sqlite {
    async fn commit(&self, changes: Changes) -> Result<Commit, PortError> {
        if changes.facts.is_empty() && changes.expects.is_empty() {
            return Ok(Commit::Done);
        }
        self.0.writer.commit(changes).await
    }
}

/// Judges every decision by the present and writes those that hold.
pub(super) async fn commit_all(
    connection: &mut SqliteConnection,
    decisions: &mut [Decision],
) -> Result<(), sqlx::Error> {
    let asked = Asked::by(decisions.iter().map(|decision| &decision.changes));
    let mut present = present(connection, &asked).await?;
    let mut batch = Batch::default();
    for decision in decisions {
        decision.outcome = present.judge(&decision.changes);
        if decision.outcome == Commit::Done {
            batch.add(&decision.changes);
        }
    }
    contacts::meet(connection, &batch.contacts).await?;
    leads::insert(connection, &batch.inserts).await?;
    leads::update(connection, &batch.updates).await?;
    delivery::insert(connection, &batch.deliveries).await?;
    idempotency::remember(connection, &batch.answers).await?;
    schedules::tick_on(connection, &batch.ticks).await?;
    bookings::write(connection, &batch).await?;
    webhooks::hear(connection, &batch.heard).await?;
    // What is counted is of experiments as they are now.
    experiments::keep(connection, &batch.last_experiments()).await?;
    exposures::convert(connection, &batch.conversions).await?;
    partners::note(connection, &batch.statuses.into_values().collect::<Vec<_>>()).await
}

async fn present(connection: &mut SqliteConnection, asked: &Asked<'_>) -> Result<Present, sqlx::Error> {
    let mut present = Present::default();
    if !asked.people.is_empty() {
        let query = "SELECT key, newest_lead, newest_lead_at FROM contact
            WHERE key IN (SELECT value FROM json_each($1)) AND newest_lead IS NOT NULL";
        for row in sqlx::query(query).bind(json_list(&asked.people)).fetch_all(&mut *connection).await? {
            let key = ContactKey::from_stored(row.try_get("key")?);
            let id = LeadId::from_uuid(uuid(&row, "newest_lead")?);
            present.newest.insert(key, (id, moment(&row, "newest_lead_at")?));
        }
    }
    if !asked.leads.is_empty() {
        let ids: Vec<_> = asked.leads.iter().map(|id| hex(id.uuid())).collect();
        let query = "SELECT id, version FROM lead WHERE id IN (SELECT unhex(value) FROM json_each($1))";
        for row in sqlx::query(query).bind(json_list(&ids)).fetch_all(&mut *connection).await? {
            present.versions.insert(LeadId::from_uuid(uuid(&row, "id")?), row.try_get("version")?);
        }
    }
    if !asked.keys.is_empty() {
        let keys: Vec<_> = asked.keys.iter().map(|key| key.as_str()).collect();
        let query = "SELECT key FROM answer WHERE key IN (SELECT value FROM json_each($1)) AND at > $2";
        let rows = sqlx::query_scalar(query).bind(json_list(&keys)).bind(micros(asked.forgotten));
        present.answered.extend(rows.fetch_all(&mut *connection).await?);
    }
    if !asked.schedules.is_empty() {
        let names: Vec<_> = asked.schedules.iter().map(|name| name.as_str()).collect();
        let query = "SELECT schedule, at FROM schedule_tick WHERE schedule IN (SELECT value FROM json_each($1))";
        for row in sqlx::query(query).bind(json_list(&names)).fetch_all(&mut *connection).await? {
            present.ticks.insert(ScheduleName::from_stored(row.try_get("schedule")?), moment(&row, "at")?);
        }
    }
    bookings::look(connection, asked, &mut present).await?;
    webhooks::look(connection, asked, &mut present).await?;
    experiments::look(connection, asked, &mut present).await?;
    Ok(present)
}
