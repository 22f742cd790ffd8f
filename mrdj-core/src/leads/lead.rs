//! An enquiry, as we keep it.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{Enquiry, EventType, Mark};
use crate::contacts::{ContactKey, EmailAddress, PersonName, Phone};
use crate::experiments::Seen;
use crate::id::Id;
use crate::messages::Language;
use crate::text::base32;

/// The id of a [`Lead`].
pub type LeadId = Id<Lead>;

/// Which form an enquiry came in by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadKind {
    /// The contact form.
    Contact,
    /// The wish to be called back.
    CallBack,
}

impl LeadKind {
    /// The word under which it is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::CallBack => "call_back",
        }
    }
}

/// What a person may quote: `web-20261121-…`, unique over all tenants, safe in an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reference(String);

impl Reference {
    /// The reference of lead `id`: the business's day and time of day at which it came in, and 36 bits of its chance.
    ///
    /// References of one day sort by time, so that an index over them grows at its end, wherever it is kept.
    pub fn of(id: LeadId, at: Timestamp, zone: &TimeZone) -> Self {
        let local = at.to_zoned(zone.clone());
        let day = local.date();
        let since_midnight = local.time().duration_since(Time::midnight()).as_millis();
        let bits = id.uuid().as_u128();
        // The fraction of the millisecond stands in the twelve bits behind the version, chance in the last 62.
        let (fraction, chance) = ((bits >> 64) & 0xFFF, bits & 0xF_FFFF_FFFF);
        let tail = (u128::try_from(since_midnight).unwrap_or(0) << 48) | (fraction << 36) | chance;
        Self(format!("web-{:04}{:02}{:02}-{}", day.year(), day.month(), day.day(), base32(tail, 15)))
    }

    /// Takes a reference as a store, or a person, gave it.
    pub fn from_text(text: String) -> Self {
        Self(text)
    }

    /// The reference as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether we believe that a person asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing speaks against it.
    #[default]
    Clear,
    /// It scored as junk: kept, and owing nothing.
    Suspicious,
    /// A person looked at it and let it through.
    Released,
}

impl Standing {
    /// The word under which it is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Suspicious => "suspicious",
            Self::Released => "released",
        }
    }
}

/// An enquiry that came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lead {
    /// Its id.
    pub id: LeadId,
    /// What a person may quote.
    pub reference: Reference,
    /// Which form it came in by.
    pub kind: LeadKind,
    /// Whose it is.
    pub contact: ContactKey,
    /// What was asked.
    pub enquiry: Enquiry,
    /// Whether we believe that a person asks.
    pub standing: Standing,
    /// The junk score, 0 to 100.
    pub score: u8,
    /// What was noticed about it, the reasons of the score among it.
    pub marks: Vec<Mark>,
    /// Where it came from, e.g. `mister-dj-website`; at most 120 characters.
    pub source: String,
    /// What its sender had seen of experiments.
    #[serde(default, skip_serializing_if = "Seen::is_empty")]
    pub seen: Seen,
    /// When it came in.
    pub submitted_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// Counts its changes, from 1.
    pub version: u32,
}

impl Lead {
    /// Who asks.
    pub fn name(&self) -> &PersonName {
        &self.enquiry.name
    }

    /// Their mailbox.
    pub fn email(&self) -> Option<&EmailAddress> {
        self.enquiry.email.as_ref()
    }

    /// Their phone.
    pub fn phone(&self) -> Option<&Phone> {
        self.enquiry.phone.as_ref()
    }

    /// What for.
    pub fn event_type(&self) -> Option<&EventType> {
        self.enquiry.event_type.as_ref()
    }

    /// Which civil day.
    pub fn event_date(&self) -> Option<Date> {
        self.enquiry.event_date
    }

    /// The language to answer in.
    pub fn language(&self) -> Language {
        self.enquiry.language
    }

    /// Whether it owes the world anything.
    pub fn is_believed(&self) -> bool {
        self.standing != Standing::Suspicious
    }

    /// The same lead, let through by a person at `now`; `None` when it was not held back.
    #[must_use]
    pub fn release(self, now: Timestamp) -> Option<Self> {
        let held = self.standing == Standing::Suspicious;
        held.then(|| Self { standing: Standing::Released, changed_at: now, version: self.version + 1, ..self })
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::chance::Chance;

    struct Odd;

    impl Chance for Odd {
        fn bits(&self) -> u64 {
            0x5555_5555_5555_5555
        }
    }

    #[test]
    fn references_sort_by_time_and_name_the_business_s_day() {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let midnight: Timestamp = "2026-11-20T23:00:00Z".parse().expect("a moment");
        let reference = |millis| {
            let at = midnight + SignedDuration::from_millis(millis);
            Reference::of(Id::new(at, &Odd), at, &zone)
        };
        let day: Vec<_> = (0..86_400_000).step_by(999_983).map(reference).collect();
        assert!(day.is_sorted());
        assert!(day.iter().all(|reference| reference.as_str().starts_with("web-20261121-")));
        assert!(day.iter().all(|reference| reference.as_str().len() == 28));
        assert!(reference(-1).as_str().starts_with("web-20261120-"));
    }
}
