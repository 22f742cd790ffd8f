//! Keeps enquiries while the store of record is away; here they end with the process.

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::contacts::ContactKey;
use mrdj_core::error::PortError;
use mrdj_core::idempotency::{IdempotencyKey, KEPT_FOR};
use mrdj_core::leads::{LeadId, Spool, SpoolFigures, Spooled};
use mrdj_core::store::{Commit, Refusal};

use super::Memory;
use super::state::conflict;

/// Enquiries in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Line(Vec<Waiting>);

#[derive(Debug)]
struct Waiting {
    spooled: Spooled,
    aside: Option<(Timestamp, String)>,
}

impl Line {
    fn all(&self) -> impl DoubleEndedIterator<Item = &Spooled> {
        self.0.iter().map(|waiting| &waiting.spooled)
    }

    fn find_key(&self, key: &IdempotencyKey, now: Timestamp) -> Option<&Spooled> {
        let recent = |spooled: &&Spooled| now.duration_since(spooled.at()) < KEPT_FOR;
        self.all().rev().filter(recent).find(|spooled| spooled.key.as_ref().is_some_and(|(own, _)| own == key))
    }

    fn newest_of(&self, contact: &ContactKey) -> Option<&Spooled> {
        self.all().rev().find(|spooled| spooled.lead.contact == *contact)
    }
}

#[async_trait]
impl Spool for Memory {
    async fn append(&self, spooled: &Spooled, newest: Option<LeadId>) -> Result<Commit, PortError> {
        let mut line = self.line();
        if line.newest_of(&spooled.lead.contact).map(|spooled| spooled.lead.id) != newest {
            return Ok(Commit::Refused(Refusal::NotNewest));
        }
        if spooled.key.as_ref().is_some_and(|(key, _)| line.find_key(key, spooled.at()).is_some()) {
            return Ok(Commit::Refused(Refusal::KeyTaken));
        }
        if line.all().any(|other| other.lead.id == spooled.lead.id) {
            return Err(conflict("spool", "an enquiry of that id waits already"));
        }
        line.0.push(Waiting { spooled: spooled.clone(), aside: None });
        Ok(Commit::Done)
    }

    async fn oldest(&self, limit: usize, now: Timestamp) -> Result<Vec<Spooled>, PortError> {
        let line = self.line();
        let due = line.0.iter().filter(|waiting| waiting.aside.as_ref().is_none_or(|(until, _)| *until <= now));
        Ok(due.take(limit).map(|waiting| waiting.spooled.clone()).collect())
    }

    async fn find_key(&self, key: &IdempotencyKey, now: Timestamp) -> Result<Option<Spooled>, PortError> {
        Ok(self.line().find_key(key, now).cloned())
    }

    async fn newest_of(&self, contact: &ContactKey) -> Result<Option<Spooled>, PortError> {
        Ok(self.line().newest_of(contact).cloned())
    }

    async fn remove(&self, id: LeadId) -> Result<(), PortError> {
        self.line().0.retain(|waiting| waiting.spooled.lead.id != id);
        Ok(())
    }

    async fn set_aside(&self, id: LeadId, why: &str, until: Timestamp) -> Result<(), PortError> {
        for waiting in self.line().0.iter_mut().filter(|waiting| waiting.spooled.lead.id == id) {
            waiting.aside = Some((until, why.to_owned()));
        }
        Ok(())
    }

    async fn figures(&self) -> Result<SpoolFigures, PortError> {
        let line = self.line();
        let mut aside = line.0.iter().filter_map(|waiting| Some((waiting.spooled.lead.id, waiting.aside.as_ref()?)));
        let count = aside.clone().count();
        Ok(SpoolFigures {
            waiting: line.0.len() as u64,
            since: line.all().next().map(Spooled::at),
            aside: count as u64,
            first_aside: aside.next().map(|(id, (_, why))| (id, why.clone())),
        })
    }
}
