//! How much longer it takes.

use serde::Serialize;

/// How much longer an experiment has to run, as far as its visitors so far can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wait {
    /// Nothing is missing.
    None,
    /// About so many more days; a hundred years where it is more.
    Days(u32),
    /// Nobody came yet, so that nothing tells.
    Unknown,
}

/// A hundred years.
const LONGEST_DAYS: f64 = 36_525.0;

impl Wait {
    /// Until `missing` more are counted, at so many `per_day`.
    pub(super) fn for_count(missing: f64, per_day: f64) -> Self {
        if missing <= 0.0 {
            return Self::None;
        }
        if per_day <= 0.0 {
            return Self::Unknown;
        }
        Self::for_days((missing / per_day).min(LONGEST_DAYS).ceil() as u32)
    }

    /// So many days.
    pub(super) const fn for_days(days: u32) -> Self {
        if days == 0 { Self::None } else { Self::Days(days) }
    }

    /// Until both are over.
    #[must_use]
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::None, wait) | (wait, Self::None) => wait,
            (Self::Days(one), Self::Days(other)) => Self::Days(one.max(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_have_to_be_over() {
        assert_eq!(Wait::for_count(450.0, 50.0 / 30.0), Wait::Days(270));
        assert_eq!(Wait::for_count(1e12, 1e-9), Wait::Days(36_525));
        assert_eq!(Wait::for_days(5).and(Wait::None), Wait::Days(5));
        assert_eq!(Wait::for_days(5).and(Wait::for_days(9)), Wait::Days(9));
        assert_eq!(Wait::for_count(1.0, 0.0).and(Wait::None), Wait::Unknown);
        assert_eq!(Wait::for_count(-3.0, 0.0), Wait::None);
    }
}
