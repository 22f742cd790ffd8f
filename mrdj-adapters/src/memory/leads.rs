//! Reads leads back.

use async_trait::async_trait;
use mrdj_core::contacts::ContactKey;
use mrdj_core::error::PortError;
use mrdj_core::leads::{Lead, LeadBook, LeadFilter, LeadId, Reference};

use super::Memory;
use super::state::Record;

impl Record {
    /// The lead of `contact` that came in last.
    pub(super) fn newest_of(&self, contact: &ContactKey) -> Option<&Lead> {
        let (_, id) = self.leads_of.get(contact)?.last()?;
        self.leads.get(id)
    }
}

#[async_trait]
impl LeadBook for Memory {
    async fn find(&self, id: LeadId) -> Result<Option<Lead>, PortError> {
        Ok(self.record().leads.get(&id).cloned())
    }

    async fn find_by_reference(&self, reference: &Reference) -> Result<Option<Lead>, PortError> {
        let record = self.record();
        Ok(record.references.get(reference).and_then(|id| record.leads.get(id)).cloned())
    }

    async fn newest_of(&self, contact: &ContactKey) -> Result<Option<Lead>, PortError> {
        Ok(self.record().newest_of(contact).cloned())
    }

    async fn list(&self, filter: &LeadFilter, limit: usize) -> Result<Vec<Lead>, PortError> {
        let record = self.record();
        let fits = |lead: &&Lead| {
            filter.standing.is_none_or(|standing| lead.standing == standing)
                && filter.before.is_none_or(|before| lead.id < before)
        };
        Ok(record.leads.values().rev().filter(fits).take(limit).cloned().collect())
    }
}
