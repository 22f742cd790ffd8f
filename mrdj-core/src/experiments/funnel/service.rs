//! What pages tell is taken in, and shown to operators.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::reading::{Told, read};
use super::{FunnelFigures, FunnelLog, KnownVariants, PageEvent, PageEventRecorder};
use crate::chance::Chance;
use crate::clock::Clock;
use crate::error::PortError;
use crate::id::Id;
use crate::leads::Faults;

/// Takes in what pages tell, and shows what was counted.
#[derive(Clone)]
pub struct Funnel {
    /// The variants of which pages may tell.
    pub variants: KnownVariants,
    /// Takes what they tell to the log.
    pub recorder: PageEventRecorder,
    /// Where is read what was counted.
    pub log: Arc<dyn FunnelLog>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes the ids of events that came without.
    pub chance: Arc<dyn Chance>,
    /// The business's civil time.
    pub zone: TimeZone,
}

impl Funnel {
    /// Takes in what a page tells, or says everything that is wrong with it.
    ///
    /// It is counted a moment later: while the store is away it waits, and what is dropped when too much waits is counted by
    /// the [recorder](PageEventRecorder). No page is asked to say it again, since none could do anything about it.
    pub async fn tell(&self, form: &Map<String, Value>) -> Result<PageEvent, Faults> {
        let Told { id, kind, variant } = read(form, &self.variants)?;
        let at = self.clock.now();
        let id = id.unwrap_or_else(|| Id::new(at, &*self.chance));
        let event = PageEvent { id, kind, variant, at, day: at.to_zoned(self.zone.clone()).date() };
        self.recorder.record(event.clone()).await;
        Ok(event)
    }

    /// What was counted on the days from `from` until before `to`.
    pub async fn figures(&self, from: Date, to: Date) -> Result<FunnelFigures, PortError> {
        self.log.funnel_figures(from, to).await
    }

    /// The business's present day.
    pub fn today(&self) -> Date {
        self.clock.now().to_zoned(self.zone.clone()).date()
    }
}
