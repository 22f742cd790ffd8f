//! Days on which the business is not there.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::event_time::day_of_business;
use super::{Occupation, Resource, ResourceId, Span, Why};
use crate::id::Id;

/// The id of a [`Block`].
pub type BlockId = Id<Block>;

/// One day on which a resource is not to be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Its id.
    pub id: BlockId,
    /// What is not to be had.
    pub resource: ResourceId,
    /// How many of it: all there were when the day was blocked.
    pub units: u16,
    /// On which day of the business, which lasts until six the next morning.
    pub day: Date,
    /// The stretch of time that the day takes.
    pub span: Span,
    /// Why, at most 200 characters; visitors are told no more than that the day is blocked.
    pub reason: String,
}

impl Block {
    /// Blocks `day`, on the clocks of `zone`, for all of `resource`.
    pub fn new(id: BlockId, resource: &Resource, day: Date, zone: &TimeZone, reason: impl Into<String>) -> Self {
        let (units, span) = (resource.units, day_of_business(day, zone));
        Self { id, resource: resource.id.clone(), units, day, span, reason: reason.into() }
    }

    /// What it takes of its resource.
    pub fn occupation(&self) -> Occupation {
        let Self { id, resource, units, span, reason, .. } = self.clone();
        Occupation { owner: id.uuid(), resource, units, span, place: None, why: Why::Blocked { reason } }
    }
}
