//! Commits decisions, many in one transaction, each whole or not at all.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::contacts::{Contact, ContactKey};
use mrdj_core::delivery::{Delivery, ScheduleName, Tick};
use mrdj_core::error::PortError;
use mrdj_core::idempotency::{IdempotencyRecord, KEPT_FOR};
use mrdj_core::leads::{Lead, LeadId};
use mrdj_core::store::{Change, Changes, Commit, Expect, Refusal, Store};
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::open::Sqlite;
use super::row::{batch, hex, micros, uuid};
use super::writer::Decision;
use super::{contacts, delivery, idempotency, leads, schedules};

#[async_trait]
impl Store for Sqlite {
    async fn commit(&self, changes: Changes) -> Result<Commit, PortError> {
        if changes.facts.is_empty() && changes.expects.is_empty() {
            return Ok(Commit::Done);
        }
        self.0.writer.commit(changes).await
    }
}

/// The present, as far as a batch of decisions asks about it; it moves on with every decision that holds.
#[derive(Default)]
struct Present {
    newest: HashMap<ContactKey, (LeadId, i64)>,
    versions: HashMap<LeadId, u32>,
    answered: HashSet<String>,
    ticks: HashMap<ScheduleName, i64>,
}

/// What is written, each kind by one statement.
#[derive(Default)]
pub(super) struct Batch<'a> {
    pub(super) contacts: Vec<(&'a Contact, Option<&'a Lead>)>,
    pub(super) inserts: Vec<&'a Lead>,
    pub(super) updates: Vec<&'a Lead>,
    pub(super) deliveries: Vec<&'a Delivery>,
    pub(super) answers: Vec<&'a IdempotencyRecord>,
    pub(super) ticks: Vec<&'a Tick>,
}

/// Judges every decision by the present and writes those that hold.
pub(super) async fn commit_all(
    connection: &mut SqliteConnection,
    decisions: &mut [Decision],
) -> Result<(), sqlx::Error> {
    let mut present = Present::read(connection, decisions).await?;
    let mut batch = Batch::default();
    for decision in decisions {
        decision.outcome = match present.refuses(&decision.changes) {
            Some(refusal) => Commit::Refused(refusal),
            None => {
                present.moves_on(&decision.changes);
                batch.add(&decision.changes);
                Commit::Done
            }
        };
    }
    batch.write(connection).await
}

impl Present {
    async fn read(connection: &mut SqliteConnection, decisions: &[Decision]) -> Result<Self, sqlx::Error> {
        let (mut people, mut leads, mut keys, mut now) = (Vec::new(), Vec::new(), Vec::new(), Timestamp::MIN);
        let mut schedules = Vec::new();
        for decision in decisions {
            for expect in &decision.changes.expects {
                match expect {
                    Expect::NewestLead { contact, .. } => people.push(contact.as_str()),
                    Expect::LeadVersion { id, .. } => leads.push(hex(id.uuid())),
                    Expect::LastTick { schedule, .. } => schedules.push(schedule.as_str()),
                }
            }
            for fact in &decision.changes.facts {
                if let Change::Remember(record) = fact {
                    keys.push(record.key.as_str());
                    now = now.max(record.at);
                }
            }
        }
        let mut present = Self::default();
        present.read_newest(connection, &people).await?;
        present.read_versions(connection, &leads).await?;
        present.read_answered(connection, &keys, now).await?;
        present.read_ticks(connection, &schedules).await?;
        Ok(present)
    }

    async fn read_newest(&mut self, connection: &mut SqliteConnection, people: &[&str]) -> Result<(), sqlx::Error> {
        if people.is_empty() {
            return Ok(());
        }
        let query = "SELECT key, newest_lead, newest_lead_at FROM contact
            WHERE key IN (SELECT value FROM json_each($1)) AND newest_lead IS NOT NULL";
        for row in sqlx::query(query).bind(batch(people)).fetch_all(connection).await? {
            let key = ContactKey::from_stored(row.try_get("key")?);
            let id = LeadId::from_uuid(uuid(&row, "newest_lead")?);
            self.newest.insert(key, (id, row.try_get("newest_lead_at")?));
        }
        Ok(())
    }

    async fn read_versions(&mut self, connection: &mut SqliteConnection, leads: &[String]) -> Result<(), sqlx::Error> {
        if leads.is_empty() {
            return Ok(());
        }
        let query = "SELECT id, version FROM lead WHERE id IN (SELECT unhex(value) FROM json_each($1))";
        for row in sqlx::query(query).bind(batch(leads)).fetch_all(connection).await? {
            self.versions.insert(LeadId::from_uuid(uuid(&row, "id")?), row.try_get("version")?);
        }
        Ok(())
    }

    async fn read_answered(
        &mut self,
        connection: &mut SqliteConnection,
        keys: &[&str],
        now: Timestamp,
    ) -> Result<(), sqlx::Error> {
        if keys.is_empty() {
            return Ok(());
        }
        let oldest = micros(now.checked_sub(KEPT_FOR).unwrap_or(Timestamp::MIN));
        let query = "SELECT key FROM answer WHERE key IN (SELECT value FROM json_each($1)) AND at > $2";
        let rows = sqlx::query_scalar(query).bind(batch(keys)).bind(oldest).fetch_all(connection).await?;
        self.answered.extend(rows);
        Ok(())
    }

    async fn read_ticks(&mut self, connection: &mut SqliteConnection, schedules: &[&str]) -> Result<(), sqlx::Error> {
        if schedules.is_empty() {
            return Ok(());
        }
        let query = "SELECT schedule, at FROM schedule_tick WHERE schedule IN (SELECT value FROM json_each($1))";
        for row in sqlx::query(query).bind(batch(schedules)).fetch_all(connection).await? {
            self.ticks.insert(ScheduleName::from_stored(row.try_get("schedule")?), row.try_get("at")?);
        }
        Ok(())
    }

    fn refuses(&self, changes: &Changes) -> Option<Refusal> {
        let mut own = HashSet::new();
        let taken = changes.facts.iter().any(|fact| match fact {
            Change::Remember(record) => self.answered.contains(record.key.as_str()) || !own.insert(&record.key),
            _ => false,
        });
        if taken {
            return Some(Refusal::KeyTaken);
        }
        changes.expects.iter().find_map(|expect| match expect {
            Expect::NewestLead { contact, since, is } => {
                let newest = self.newest.get(contact).filter(|(_, at)| *at > micros(*since)).map(|(id, _)| *id);
                (newest != *is).then_some(Refusal::NotNewest)
            }
            Expect::LeadVersion { id, version } => {
                (self.versions.get(id) != Some(version)).then_some(Refusal::VersionMoved)
            }
            Expect::LastTick { schedule, is } => {
                (self.ticks.get(schedule).copied() != is.map(micros)).then_some(Refusal::TickMoved)
            }
        })
    }

    fn moves_on(&mut self, changes: &Changes) {
        for fact in &changes.facts {
            match fact {
                Change::InsertLead(lead) => {
                    let at = micros(lead.submitted_at);
                    if self.newest.get(&lead.contact).is_none_or(|(_, newest)| at >= *newest) {
                        self.newest.insert(lead.contact.clone(), (lead.id, at));
                    }
                    self.versions.insert(lead.id, lead.version);
                }
                Change::UpdateLead(lead) => {
                    self.versions.insert(lead.id, lead.version);
                }
                Change::Remember(record) => {
                    self.answered.insert(record.key.as_str().to_owned());
                }
                Change::Tick(tick) => {
                    self.ticks.insert(tick.schedule.clone(), micros(tick.at));
                }
                Change::MeetContact(_) | Change::Deliver(_) => {}
            }
        }
    }
}

impl<'a> Batch<'a> {
    fn add(&mut self, changes: &'a Changes) {
        for fact in &changes.facts {
            match fact {
                Change::InsertLead(lead) => self.inserts.push(lead),
                Change::UpdateLead(lead) => self.updates.push(lead),
                Change::MeetContact(contact) => self.contacts.push((contact, lead_of(changes, &contact.key))),
                Change::Deliver(delivery) => self.deliveries.push(delivery),
                Change::Remember(record) => self.answers.push(record),
                Change::Tick(tick) => self.ticks.push(tick),
            }
        }
    }

    async fn write(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        contacts::meet(connection, &self.contacts).await?;
        leads::insert(connection, &self.inserts).await?;
        leads::update(connection, &self.updates).await?;
        delivery::insert(connection, &self.deliveries).await?;
        idempotency::remember(connection, &self.answers).await?;
        schedules::tick_on(connection, &self.ticks).await
    }
}

/// The newest lead that a decision brings for the person of `key`.
fn lead_of<'a>(changes: &'a Changes, key: &ContactKey) -> Option<&'a Lead> {
    changes.facts.iter().rev().find_map(|fact| match fact {
        Change::InsertLead(lead) if lead.contact == *key => Some(lead),
        _ => None,
    })
}
