//! A limit and what it says to one more.

use jiff::{SignedDuration, Timestamp};

/// At most `max` within `window`; a `max` of 0 switches the limit off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many.
    pub max: u32,
    /// Within how long; the window begins with the first one.
    pub window: SignedDuration,
}

/// What a limit says, with the figures of the `X-RateLimit-…` headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// Whether this one may.
    pub allowed: bool,
    /// How many may in all.
    pub max: u32,
    /// How many more may before `reset_at`.
    pub remaining: u32,
    /// When the window ends and the count begins again.
    pub reset_at: Timestamp,
}

/// How far a window is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Used in this window.
    pub used: u32,
    /// When the window ends.
    pub ends_at: Timestamp,
}

impl Limit {
    /// Counts one more at `now` on top of `before`, and says whether it may.
    ///
    /// ```
    /// use jiff::{SignedDuration, Timestamp};
    /// use mrdj_core::limits::Limit;
    ///
    /// let limit = Limit { max: 2, window: SignedDuration::from_mins(10) };
    /// let now = Timestamp::UNIX_EPOCH;
    /// let (count, first) = limit.take(None, now);
    /// let (count, second) = limit.take(Some(count), now);
    /// let (_, third) = limit.take(Some(count), now);
    /// assert_eq!([first, second, third].map(|ruling| (ruling.allowed, ruling.remaining)), [(true, 1), (true, 0), (false, 0)]);
    /// ```
    pub fn take(self, before: Option<Count>, now: Timestamp) -> (Count, Ruling) {
        let fresh = Count { used: 0, ends_at: now.checked_add(self.window).unwrap_or(Timestamp::MAX) };
        let mut count = before.filter(|count| count.ends_at > now).unwrap_or(fresh);
        let allowed = self.max == 0 || count.used < self.max;
        count.used = count.used.saturating_add(u32::from(allowed));
        let remaining = self.max.saturating_sub(count.used);
        (count, Ruling { allowed, max: self.max, remaining, reset_at: count.ends_at })
    }
}
