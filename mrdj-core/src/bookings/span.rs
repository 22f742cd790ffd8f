//! A stretch of time.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// From a moment up to, and without, a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// Its first moment.
    pub start: Timestamp,
    /// The first moment after it.
    pub end: Timestamp,
}

impl Span {
    /// Whether both have a moment in common; spans that touch have none.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether all of the other lies within it.
    pub fn covers(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The same, begun `before` earlier and ended `after` later, as far as time reaches.
    #[must_use]
    pub fn widened(self, before: SignedDuration, after: SignedDuration) -> Self {
        Self {
            start: self.start.checked_sub(before).unwrap_or(Timestamp::MIN),
            end: self.end.checked_add(after).unwrap_or(Timestamp::MAX),
        }
    }

    /// What both have in common, if anything.
    #[must_use]
    pub fn common(self, other: Self) -> Option<Self> {
        self.overlaps(other).then(|| Self { start: self.start.max(other.start), end: self.end.min(other.end) })
    }

    /// How long nothing is between the two; zero when they touch or overlap.
    pub fn gap(self, other: Self) -> SignedDuration {
        let gap = if self.start >= other.end {
            self.start.duration_since(other.end)
        } else {
            other.start.duration_since(self.end)
        };
        gap.max(SignedDuration::ZERO)
    }

    /// How long it is.
    pub fn length(self) -> SignedDuration {
        self.end.duration_since(self.start)
    }
}
