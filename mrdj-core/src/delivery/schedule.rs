//! A schedule, and how far it has come.

use std::fmt;

use jiff::Timestamp;

/// The name of a schedule, e.g. `report.nightly`: 1 to 100 visible ASCII characters.
///
/// It is the schedule's identity: under another name it is another schedule, seen for the first time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScheduleName(String);

/// The name is empty, longer than 100 characters, or holds something else than visible ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a schedule's name has 1 to 100 visible ASCII characters")]
pub struct InvalidName;

impl ScheduleName {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let sound = (1..=100).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if sound { Ok(Self(text.to_owned())) } else { Err(InvalidName) }
    }

    /// Takes a name as a store gave it back.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ScheduleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How far a schedule has come: what its line says up to that moment is done with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// Which schedule.
    pub schedule: ScheduleName,
    /// Up to which moment: that of its last occurrence, or that at which it was new.
    pub at: Timestamp,
    /// The line and the zone it had then, so that an edited one is told from the same.
    pub line: String,
}
