//! An enquiry, as we keep it.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{Enquiry, EventType, Mark};
use crate::contacts::{ContactKey, EmailAddress, PersonName, Phone};
use crate::id::Id;
use crate::messages::Language;

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

/// Crockford's alphabet: no letter that is mistaken for another when read out on the phone.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl Reference {
    /// The reference of lead `id`: the day it came in, on the business's calendar, and 75 bits of its id.
    pub fn of(id: LeadId, at: Timestamp, zone: &TimeZone) -> Self {
        let day = at.to_zoned(zone.clone()).date();
        // The low 75 bits hold the 62 bits of chance in an id, two that never vary, and the fraction of its millisecond.
        let bits = id.uuid().as_u128();
        let tail: String = (0..15).rev().map(|n| char::from(ALPHABET[(bits >> (n * 5)) as usize & 31])).collect();
        Self(format!("web-{:04}{:02}{:02}-{tail}", day.year(), day.month(), day.day()))
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing speaks against it.
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
#[derive(Clone, Debug, PartialEq, Eq)]
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
