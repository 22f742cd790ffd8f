//! What pages tell.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use mrdj_core::error::PortError;
use mrdj_core::experiments::funnel::{FunnelFigures, FunnelLog, PageEvent, PageEventId};

use super::Memory;
use super::experiments::oldest;

/// What was counted, and the ids of the last days.
#[derive(Debug, Default)]
pub(super) struct Told {
    ids: HashMap<PageEventId, Timestamp>,
    figures: FunnelFigures,
}

impl Told {
    fn record(&mut self, events: &[PageEvent]) -> u64 {
        let mut fresh = Vec::new();
        for event in events {
            if let Entry::Vacant(place) = self.ids.entry(event.id) {
                place.insert(event.at);
                fresh.push(event);
            }
        }
        let many = fresh.len() as u64;
        self.figures += FunnelFigures::of(fresh);
        many
    }

    fn sweep(&mut self, before: Timestamp, limit: usize) -> u64 {
        let old = oldest(self.ids.iter().map(|(id, at)| (*at, *id)), before, limit);
        self.ids.retain(|id, _| !old.contains(id));
        old.len() as u64
    }
}

#[async_trait]
impl FunnelLog for Memory {
    async fn record_page_events(&self, events: &[PageEvent]) -> Result<u64, PortError> {
        Ok(self.record().told.record(events))
    }

    async fn funnel_figures(&self, from: Date, to: Date) -> Result<FunnelFigures, PortError> {
        Ok(self.record().told.figures.between(from, to))
    }

    async fn sweep_page_event_ids(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        Ok(self.record().told.sweep(before, limit))
    }
}
