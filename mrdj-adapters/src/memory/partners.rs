//! What partners say of ours.

use std::collections::btree_map::Entry;

use async_trait::async_trait;
use mrdj_core::error::PortError;
use mrdj_core::partners::{PartnerNews, PartnerStatus};
use uuid::Uuid;

use super::Memory;
use super::state::Record;

impl Record {
    /// Keeps what a partner says, unless it said something of a later moment.
    pub(super) fn note(&mut self, said: PartnerStatus) {
        match self.statuses.entry((said.subject, said.partner.clone())) {
            Entry::Vacant(place) => {
                place.insert(said);
            }
            Entry::Occupied(mut place) => {
                if said.follows(place.get()) {
                    place.insert(said);
                }
            }
        }
    }
}

#[async_trait]
impl PartnerNews for Memory {
    async fn of(&self, subject: Uuid) -> Result<Vec<PartnerStatus>, PortError> {
        Ok(self.record().statuses.values().filter(|said| said.subject == subject).cloned().collect())
    }
}
