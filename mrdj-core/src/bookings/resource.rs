//! What is booked: a DJ, a set, equipment.

use std::fmt;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// What a [`Resource`] is called by: small letters, digits and hyphens; 1 to 40 of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResourceId(String);

/// The text names no resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a resource is named by 1 to 40 small letters, digits and hyphens")]
pub struct InvalidResourceId;

impl ResourceId {
    /// The longest, in characters.
    pub const MAX_CHARS: usize = 40;

    /// Reads `text` as one.
    pub fn parse(text: &str) -> Result<Self, InvalidResourceId> {
        let fits = (1..=Self::MAX_CHARS).contains(&text.len());
        let plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if fits && plain { Ok(Self(text.to_owned())) } else { Err(InvalidResourceId) }
    }

    /// Takes one as a store gave it back.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What kind of thing a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceKind {
    /// A DJ or a set: what an event cannot be without.
    Performer,
    /// Something that is brought along, of which there may be several.
    Equipment,
}

/// Something that can be booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// What it is called by.
    pub id: ResourceId,
    /// What people call it, at most 100 characters.
    pub name: String,
    /// What kind of thing it is.
    pub kind: ResourceKind,
    /// How many there are, from 1 to 1,000; those that are alike are one pool.
    pub units: u16,
    /// How long before an event it is needed already: on the road, setting up. At most twelve hours.
    pub before: SignedDuration,
    /// How long after an event it is needed still. At most twelve hours.
    pub after: SignedDuration,
    /// How long lies at least between two events at different places, beside both of the above. At most twelve hours.
    pub travel: SignedDuration,
    /// Whether it takes no new bookings any more.
    pub retired: bool,
}

/// A resource cannot be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct InvalidResource {
    /// The field.
    pub field: &'static str,
    /// What is wrong with it.
    pub message: &'static str,
}

impl Resource {
    /// The longest time before, after or between events.
    pub const LONGEST_BUFFER: SignedDuration = SignedDuration::from_hours(12);
    /// The most units of one pool.
    pub const MOST_UNITS: u16 = 1_000;
    /// The longest name, in characters.
    pub const MAX_NAME_CHARS: usize = 100;

    /// A DJ or set, with an hour and a half to set up, an hour to break down, and an hour between two places.
    pub fn performer(id: ResourceId, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            kind: ResourceKind::Performer,
            units: 1,
            before: SignedDuration::from_mins(90),
            after: SignedDuration::from_mins(60),
            travel: SignedDuration::from_mins(60),
            retired: false,
        }
    }

    /// So many pieces of equipment that are alike, with an hour before and after.
    pub fn equipment(id: ResourceId, name: impl Into<String>, units: u16) -> Self {
        let hour = SignedDuration::from_mins(60);
        Self {
            kind: ResourceKind::Equipment,
            units,
            before: hour,
            after: hour,
            travel: SignedDuration::ZERO,
            ..Self::performer(id, name)
        }
    }

    /// How far from an event something may lie that stands in its way; at most 24 hours.
    pub fn reach(&self) -> SignedDuration {
        self.before.max(self.after) + self.travel
    }

    /// Checks every bound, and tells all that are crossed.
    pub fn check(&self) -> Result<(), Vec<InvalidResource>> {
        let within = |length: SignedDuration| (SignedDuration::ZERO..=Self::LONGEST_BUFFER).contains(&length);
        let name = self.name.trim();
        let rules = [
            ("name", "1 to 100 characters", !name.is_empty() && name.chars().count() <= Self::MAX_NAME_CHARS),
            ("units", "from 1 to 1,000", (1..=Self::MOST_UNITS).contains(&self.units)),
            ("units", "a DJ or set is one", self.kind == ResourceKind::Equipment || self.units == 1),
            ("before", "at most twelve hours", within(self.before)),
            ("after", "at most twelve hours", within(self.after)),
            ("travel", "at most twelve hours", within(self.travel)),
        ];
        let broken = rules.into_iter().filter(|(.., holds)| !holds);
        let broken: Vec<_> = broken.map(|(field, message, _)| InvalidResource { field, message }).collect();
        if broken.is_empty() { Ok(()) } else { Err(broken) }
    }
}
