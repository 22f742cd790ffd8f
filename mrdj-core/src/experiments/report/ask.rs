//! What is asked of an experiment's figures.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// Whom figures count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Visitors who agreed to be known again, each once.
    People,
    /// Views of visitors who did not, and what pages say of them.
    Views,
}

impl Audience {
    /// Both.
    pub const ALL: [Self; 2] = [Self::People, Self::Views];

    /// The word under which it is asked for and told.
    pub const fn word(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Views => "views",
        }
    }

    /// How often one visitor may be counted, with room to spare: a view is not a visitor, and whoever looks at ten pages is shown
    /// the same variation ten times.
    pub(super) const fn repeated(self) -> u32 {
        match self {
            Self::People => 1,
            Self::Views => 10,
        }
    }
}

/// What is asked of an experiment's figures.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Whom to count; people, unless ten times as many views were counted.
    pub of: Option<Audience>,
    /// Which phase, from 1; the latest where nothing is said.
    pub phase: Option<u16>,
    /// The present.
    pub now: Timestamp,
    /// The business's civil time.
    pub zone: &'a TimeZone,
}

impl<'a> Ask<'a> {
    /// The latest phase, of whom there is something to tell.
    pub const fn latest(now: Timestamp, zone: &'a TimeZone) -> Self {
        Self { of: None, phase: None, now, zone }
    }
}

/// The experiment has no such phase: it was not started, or not begun anew so often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the experiment has no such phase")]
pub struct NoSuchPhase;
