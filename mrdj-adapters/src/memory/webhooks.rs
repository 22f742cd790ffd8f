//! Remembers which words were heard, for this process, and keeps what partners told us.

use std::collections::HashSet;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::error::PortError;
use mrdj_core::limits::Limit;
use mrdj_core::store::{Change, Changes, Refusal};
use mrdj_core::webhooks::{EventBook, EventFilter, EventLine, HeardEvent, MessageId, PartnerName, ReplayGuard};

use super::Memory;
use super::limits::MAX_KEYS;
use super::state::Record;

#[async_trait]
impl ReplayGuard for Memory {
    async fn first_time(
        &self,
        source: &str,
        id: &str,
        window: SignedDuration,
        now: Timestamp,
    ) -> Result<bool, PortError> {
        // The length says where the source ends, so that no two pairs are one key.
        let key = format!("{}:{source}:{id}", source.len());
        Ok(self.heard().take(&key, Limit { max: 1, window }, now, MAX_KEYS).allowed)
    }
}

impl Record {
    /// Whether a decision hears what was heard before.
    pub(super) fn has_heard(&self, changes: &Changes) -> Option<Refusal> {
        let mut own = HashSet::new();
        let mut names = changes.facts.iter().filter_map(|fact| match fact {
            Change::Hear(event) => Some((event.line.partner.clone(), event.line.id.clone())),
            _ => None,
        });
        names.any(|name| self.heard.contains_key(&name) || !own.insert(name)).then_some(Refusal::AlreadyHeard)
    }

    /// Keeps what was heard.
    pub(super) fn hear(&mut self, event: HeardEvent) {
        self.heard.insert((event.line.partner.clone(), event.line.id.clone()), event.line.key);
        self.events.insert(event.line.key, event);
    }
}

#[async_trait]
impl EventBook for Memory {
    async fn find(&self, partner: &PartnerName, id: &MessageId) -> Result<Option<HeardEvent>, PortError> {
        let record = self.record();
        let key = record.heard.get(&(partner.clone(), id.clone()));
        Ok(key.and_then(|key| record.events.get(key)).cloned())
    }

    async fn list(&self, filter: &EventFilter, limit: usize) -> Result<Vec<EventLine>, PortError> {
        let fits = |line: &&EventLine| {
            filter.partner.as_ref().is_none_or(|partner| line.partner == *partner)
                && filter.before.is_none_or(|before| line.key < before)
        };
        let record = self.record();
        let lines = record.events.values().rev().map(|event| &event.line).filter(fits);
        Ok(lines.take(limit).cloned().collect())
    }

    async fn sweep_events(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        let mut record = self.record();
        let old = record.events.values().filter(|event| event.line.heard_at < before).take(limit);
        let old: Vec<_> = old.map(|event| event.line.clone()).collect();
        for line in &old {
            record.events.remove(&line.key);
            record.heard.remove(&(line.partner.clone(), line.id.clone()));
        }
        Ok(old.len() as u64)
    }
}
