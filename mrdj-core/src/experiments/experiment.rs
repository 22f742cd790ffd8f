//! An experiment, as we keep it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::definition::Definition;
use super::life::{ExperimentEvent, LifeLine, Status};
use super::{ExperimentKey, Exposure, ExposureId, VisitorId};
use crate::id::Id;

/// The id of an [`Experiment`].
pub type ExperimentId = Id<Experiment>;

/// An experiment on its way from a draft to a winner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Experiment {
    /// Its id.
    pub id: ExperimentId,
    /// What it is called by.
    pub key: ExperimentKey,
    /// What it tries.
    pub definition: Definition,
    /// How far it has come.
    pub status: Status,
    /// Why its figures are not to be believed, where they are not: nobody new is shown anything, and nothing wins.
    pub frozen: Option<String>,
    /// Its latest phase, from 1; 0 before it was started. Figures of one phase say nothing about another.
    pub phase: u16,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was started.
    pub started_at: Option<Timestamp>,
    /// When its latest phase began.
    pub phase_at: Option<Timestamp>,
    /// When it was stopped.
    pub stopped_at: Option<Timestamp>,
    /// The phases that are over, from the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Phase>,
    /// Counts its changes, from 1.
    pub version: u32,
    /// What happened to it, in order.
    pub life: Vec<LifeLine>,
}

/// A phase that is over, since another took its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Phase {
    /// What it tried, and how it was judged.
    pub definition: Definition,
    /// When it began.
    pub begun_at: Timestamp,
    /// When the next one began.
    pub ended_at: Timestamp,
    /// Why its figures are not to be believed, where they are not.
    pub frozen: Option<String>,
}

/// A variation that cannot be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotShown {
    /// The experiment shows nothing: it was not started, is paused, frozen or stopped.
    #[error("the experiment shows nothing to anybody")]
    NotRunning,
    /// It has no variation of that name.
    #[error("the experiment has no variation of that name")]
    NoSuchVariation,
}

impl Experiment {
    /// A draft, made by `by` at `now`.
    pub fn draft(id: ExperimentId, key: ExperimentKey, definition: Definition, by: &str, now: Timestamp) -> Self {
        Self {
            id,
            key,
            definition,
            status: Status::Draft,
            frozen: None,
            phase: 0,
            created_at: now,
            started_at: None,
            phase_at: None,
            stopped_at: None,
            earlier: Vec::new(),
            version: 1,
            life: vec![LifeLine::new(ExperimentEvent::Created, by, String::new(), now)],
        }
    }

    /// Whether visitors are shown its variations.
    pub fn is_exposing(&self) -> bool {
        self.status == Status::Running && self.frozen.is_none()
    }

    /// How many things it tries.
    pub fn variations(&self) -> u8 {
        u8::try_from(self.definition.variations.len()).unwrap_or(u8::MAX)
    }

    /// That `visitor` saw the variation called `variation` at `at`; days are those of `zone`.
    pub fn exposure(
        &self,
        id: ExposureId,
        variation: &str,
        visitor: Option<VisitorId>,
        at: Timestamp,
        zone: &TimeZone,
    ) -> Result<Exposure, NotShown> {
        if !self.is_exposing() {
            return Err(NotShown::NotRunning);
        }
        let variation = self.definition.place_of(variation).ok_or(NotShown::NoSuchVariation)?;
        let (experiment, phase, day) = (self.key.clone(), self.phase, at.to_zoned(zone.clone()).date());
        Ok(Exposure { id, experiment, phase, variation, visitor, at, day })
    }
}
