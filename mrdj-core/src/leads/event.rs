//! What for, and on which day.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::text::{Line, LineFault};

/// The kind of an event, normalised so that each kind has one spelling; at most 100 characters.
///
/// ```
/// use mrdj_core::leads::EventType;
///
/// let kind = |text| EventType::parse(text).expect("a kind").as_str().to_owned();
/// assert_eq!(kind(" Bruiloft "), "bruiloft");
/// assert_eq!(kind("WEDDING"), "bruiloft");
/// assert_eq!(kind("Silent disco"), "silent-disco");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventType(String);

/// The text is no kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct InvalidEventType(#[from] pub LineFault);

/// The kinds that have a name of their own, each with the other words for it.
const KINDS: &[(&str, &[&str])] = &[
    ("bruiloft", &["wedding", "trouwen", "trouwerij", "trouwfeest", "huwelijk", "huwelijksfeest", "bruiloftsfeest"]),
    ("bedrijfsfeest", &["corporate", "corporate-event", "bedrijf", "personeelsfeest", "zakelijk", "company-party"]),
    ("verjaardag", &["birthday", "birthday-party", "verjaardagsfeest"]),
    ("jubileum", &["anniversary"]),
    ("feest", &["party", "prive", "privé", "privefeest", "privéfeest", "private-party"]),
    ("festival", &[]),
    ("schoolfeest", &["school", "gala", "prom"]),
    ("anders", &["overig", "other", "anders-namelijk"]),
];

impl EventType {
    /// The longest kind, in characters.
    pub const MAX_CHARS: usize = 100;

    /// Parses `text`: lower case, hyphens for spaces, one word per kind.
    pub fn parse(text: &str) -> Result<Self, InvalidEventType> {
        let slug = Line::parse(text, Self::MAX_CHARS)?.to_lowercase().replace(' ', "-");
        // Lower-casing may lengthen a text (`İ`), and the CRM counts what it gets.
        let slug: String = slug.chars().take(Self::MAX_CHARS).collect();
        let known = KINDS.iter().find(|(kind, words)| *kind == slug || words.contains(&slug.as_str()));
        Ok(Self(known.map_or(slug, |(kind, _)| (*kind).to_owned())))
    }

    /// The kind if it has a name of its own, and otherwise `anders`: nothing that a visitor wrote.
    pub fn kind(&self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self.0).map_or("anders", |(kind, _)| kind)
    }

    /// Takes a kind as a store gave it back.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The kind.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is one of the kinds with a name of their own.
    pub fn is_known(&self) -> bool {
        KINDS.iter().any(|(kind, _)| *kind == self.0)
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text names no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date; write it like 2026-06-20")]
pub struct InvalidDate;

/// Reads the civil day of an event, which stays that day in every zone.
///
/// A bare date, Dutch or ISO, and a time with an offset or with none mean the day as written. A time in `Z` is a moment,
/// as `toISOString()` writes it, and means the day it falls on in the business's `zone`.
///
/// ```
/// use jiff::{civil::date, tz::{self, TimeZone}};
/// use mrdj_core::leads::parse_event_date;
///
/// let zone = TimeZone::fixed(tz::offset(1));
/// let day = |text| parse_event_date(text, &zone).ok();
/// assert_eq!(day("2025-12-31"), Some(date(2025, 12, 31)));
/// assert_eq!(day("31-12-2025"), Some(date(2025, 12, 31)));
/// assert_eq!(day("2025-12-31T00:30:00+09:00"), Some(date(2025, 12, 31)));
/// assert_eq!(day("2025-12-30T23:00:00.000Z"), Some(date(2025, 12, 31)));
/// assert_eq!(day("2025-02-31"), None);
/// ```
pub fn parse_event_date(text: &str, zone: &TimeZone) -> Result<Date, InvalidDate> {
    let text = text.trim();
    if text.len() > 40 || !text.is_ascii() {
        return Err(InvalidDate);
    }
    let day = match text.len() {
        8..=10 if !text.contains('T') => text.parse().ok().or_else(|| dutch(text)),
        _ if text.ends_with(['Z', 'z']) => {
            text.parse::<Timestamp>().ok().map(|moment| moment.to_zoned(zone.clone()).date())
        }
        _ => text.parse::<DateTime>().ok().map(DateTime::date),
    };
    // A year outside this range is a slip of the hand, and some partners store four digits.
    day.filter(|day| (1900..=2999).contains(&day.year())).ok_or(InvalidDate)
}

fn dutch(text: &str) -> Option<Date> {
    let mut parts = text.split(['-', '/', '.']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = parts.next().is_none() && year.len() == 4;
    whole.then(|| Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok())?
}
