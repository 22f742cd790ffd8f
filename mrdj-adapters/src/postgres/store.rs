//! Commits decisions, many in one transaction, each whole or not at all.

use async_trait::async_trait;
use mrdj_core::batch::{Asked, Batch, Present};
use mrdj_core::contacts::ContactKey;
use mrdj_core::delivery::ScheduleName;
use mrdj_core::error::PortError;
use mrdj_core::leads::LeadId;
use mrdj_core::store::{Change, Changes, Commit, Expect, Store};
use sqlx::Row;

use super::locks::Locks;
use super::open::Postgres;
use super::row::{micros, moment, whole};
use super::session::Session;
use super::writer::Decision;
use super::{bookings, contacts, delivery, experiments, exposures, idempotency, leads, partners, schedules, webhooks};

#[async_trait]
impl Store for Postgres {
    async fn commit(&self, changes: Changes) -> Result<Commit, PortError> {
        if changes.facts.is_empty() && changes.expects.is_empty() {
            return Ok(Commit::Done);
        }
        self.ready().await?;
        self.0.writer.commit(changes).await
    }
}

/// What another process must not decide about at the same time.
pub(super) fn locks(decisions: &[Decision]) -> Locks {
    let mut locks = Locks::default();
    for changes in decisions.iter().map(|decision| &decision.changes) {
        for expect in &changes.expects {
            match expect {
                Expect::NewestLead { contact, .. } => locks.add("contact", contact.as_str().as_bytes()),
                Expect::LeadVersion { id, .. } => locks.add("lead", id.uuid().as_bytes()),
                Expect::LastTick { schedule, .. } => locks.add("schedule", schedule.as_str().as_bytes()),
                Expect::OpenBookings { contact, .. } => locks.add("contact", contact.as_str().as_bytes()),
            }
        }
        for fact in &changes.facts {
            match fact {
                Change::MeetContact(contact) => locks.add("contact", contact.key.as_str().as_bytes()),
                Change::UpdateLead(lead) => locks.add("lead", lead.id.uuid().as_bytes()),
                Change::Remember(record) => locks.add("answer", record.key.as_str().as_bytes()),
                Change::Tick(tick) => locks.add("schedule", tick.schedule.as_str().as_bytes()),
                // Two of one id or one fact are told apart by an index.
                Change::InsertLead(_)
                | Change::Deliver(_)
                | Change::NoteBooking(_)
                | Change::Attach { .. }
                | Change::Detach(_) => {}
                Change::KeepBooking(booking) => {
                    locks.add("booking", booking.id.uuid().as_bytes());
                    for take in &booking.takes {
                        locks.add("resource", take.resource.as_str().as_bytes());
                    }
                }
                Change::KeepResource(resource) => locks.add("resource", resource.id.as_str().as_bytes()),
                Change::Block(block) => locks.add("resource", block.resource.as_str().as_bytes()),
                // It only makes room.
                Change::Unblock(_) => {}
                Change::Hear(event) => {
                    let name = format!("{} {}", event.line.partner, event.line.id);
                    locks.add("event", name.as_bytes());
                }
                Change::NoteStatus(said) => locks.add("status", said.subject.as_bytes()),
                Change::KeepExperiment(experiment) => locks.add("experiment", experiment.key.as_str().as_bytes()),
                // Whoever counts takes a lock of its own, and the rows in the order of their keys.
                Change::Convert(_) => {}
            }
        }
    }
    locks
}

/// Judges every decision by the present, and writes those that hold.
pub(super) async fn commit_all(session: &mut Session<'_>, decisions: &mut [Decision]) -> Result<(), sqlx::Error> {
    let asked = Asked::by(decisions.iter().map(|decision| &decision.changes));
    let mut present = present(session, &asked).await?;
    let mut batch = Batch::default();
    for decision in decisions {
        decision.outcome = present.judge(&decision.changes);
        if decision.outcome == Commit::Done {
            batch.add(&decision.changes);
        }
    }
    contacts::meet(session, &batch.contacts).await?;
    leads::insert(session, &batch.inserts).await?;
    leads::update(session, &batch.updates).await?;
    delivery::insert(session, &batch.deliveries).await?;
    idempotency::remember(session, &batch.answers).await?;
    schedules::tick_on(session, &batch.ticks).await?;
    bookings::write(session, &batch).await?;
    webhooks::hear(session, &batch.heard).await?;
    experiments::keep(session, &batch.last_experiments()).await?;
    exposures::convert(session, &batch.conversions).await?;
    partners::note(session, &batch.statuses.into_values().collect::<Vec<_>>()).await
}

async fn present(session: &mut Session<'_>, asked: &Asked<'_>) -> Result<Present, sqlx::Error> {
    let mut present = Present::default();
    if !asked.people.is_empty() {
        let people: Vec<_> = asked.people.iter().map(|key| key.as_str().to_owned()).collect();
        let query = "SELECT key, newest_lead, newest_lead_at FROM mrdj.contact
            WHERE key = ANY($1) AND newest_lead IS NOT NULL";
        for row in session.rows(sqlx::query(query).bind(people)).await? {
            let key = ContactKey::from_stored(row.try_get("key")?);
            let id = LeadId::from_uuid(row.try_get("newest_lead")?);
            present.newest.insert(key, (id, moment(&row, "newest_lead_at")?));
        }
    }
    if !asked.leads.is_empty() {
        let ids: Vec<_> = asked.leads.iter().map(|id| id.uuid()).collect();
        let query = sqlx::query("SELECT id, version FROM mrdj.lead WHERE id = ANY($1)").bind(ids);
        for row in session.rows(query).await? {
            present.versions.insert(LeadId::from_uuid(row.try_get("id")?), whole(&row, "version")?);
        }
    }
    if !asked.keys.is_empty() {
        let keys: Vec<_> = asked.keys.iter().map(|key| key.as_str().to_owned()).collect();
        let query = sqlx::query("SELECT key FROM mrdj.answer WHERE key = ANY($1) AND at > $2").bind(keys);
        for row in session.rows(query.bind(micros(asked.forgotten))).await? {
            present.answered.insert(row.try_get("key")?);
        }
    }
    if !asked.schedules.is_empty() {
        let names: Vec<_> = asked.schedules.iter().map(|name| name.as_str().to_owned()).collect();
        let query = sqlx::query("SELECT schedule, at FROM mrdj.schedule_tick WHERE schedule = ANY($1)").bind(names);
        for row in session.rows(query).await? {
            present.ticks.insert(ScheduleName::from_stored(row.try_get("schedule")?), moment(&row, "at")?);
        }
    }
    bookings::look(session, asked, &mut present).await?;
    webhooks::look(session, asked, &mut present).await?;
    experiments::look(session, asked, &mut present).await?;
    Ok(present)
}
