//! A booking, as we keep it.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::free::exact_place;
use super::{EventTime, Occupation, ResourceId, Span, Stage, Step, StepRefused, Why};
use crate::contacts::{ContactKey, EmailAddress, PersonName, Phone};
use crate::experiments::Seen;
use crate::id::Id;
use crate::leads::{EventType, LeadId, Mark, Standing};
use crate::messages::Language;
use crate::text::base32;

/// The id of a [`Booking`].
pub type BookingId = Id<Booking>;

/// What a person may quote: `bk-20261121-…`, with the day on which the booking was made.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BookingReference(String);

impl BookingReference {
    /// The reference of booking `id`: the business's day, and 50 bits of the id's chance.
    pub fn of(id: BookingId, at: Timestamp, zone: &TimeZone) -> Self {
        let day = at.to_zoned(zone.clone()).date();
        let chance = id.uuid().as_u128() & 0x3_FFFF_FFFF_FFFF;
        Self(format!("bk-{:04}{:02}{:02}-{}", day.year(), day.month(), day.day(), base32(chance, 10)))
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

impl fmt::Display for BookingReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who books.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Their name.
    pub name: PersonName,
    /// Their mailbox.
    pub email: EmailAddress,
    /// Their phone.
    pub phone: Phone,
    /// The language to answer in.
    pub language: Language,
}

/// What is booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What for.
    pub kind: EventType,
    /// When.
    pub time: EventTime,
    /// Where, at most 200 characters.
    pub place: Option<String>,
    /// Which package, at most 100 characters.
    pub package: Option<String>,
    /// What the client wrote, at most 4,000 characters.
    pub message: Option<String>,
}

impl Event {
    /// Whether time and package are those that were `agreed`.
    pub fn is_as_agreed(&self, agreed: &Self) -> bool {
        self.time == agreed.time && self.package == agreed.package
    }
}

/// What a booking takes while it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Take {
    /// Of what.
    pub resource: ResourceId,
    /// How many.
    pub units: u16,
    /// For how long, with the time before and after the event.
    pub span: Span,
}

/// An evening on its way from wish to agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// Its id.
    pub id: BookingId,
    /// What a person may quote.
    pub reference: BookingReference,
    /// The enquiry that it came from, if it did.
    pub lead: Option<LeadId>,
    /// Whose it is.
    pub contact: ContactKey,
    /// Who books.
    pub client: Client,
    /// What is booked.
    pub event: Event,
    /// What it takes.
    pub takes: Vec<Take>,
    /// How far it has come.
    pub stage: Stage,
    /// Whether it is believed: one that is not stands in line until a person lets it through.
    #[serde(default)]
    pub standing: Standing,
    /// What was noticed about its form.
    #[serde(default)]
    pub marks: Vec<Mark>,
    /// What its client had seen of experiments.
    #[serde(default, skip_serializing_if = "Seen::is_empty")]
    pub seen: Seen,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// Counts its changes, from 1.
    pub version: u32,
}

impl Booking {
    /// The stretch of time of its event; a day without hours is read on the clocks of `zone`.
    pub fn span(&self, zone: &TimeZone) -> Span {
        self.event.time.span(zone)
    }

    /// Whether it may hold an evening and owes the world anything.
    pub fn is_believed(&self) -> bool {
        self.standing != Standing::Suspicious
    }

    /// What it takes in the calendar, as it is now.
    pub fn occupations(&self) -> Vec<Occupation> {
        let why = match &self.stage {
            // What is not believed stands in nobody's line either.
            Stage::Waiting if !self.is_believed() => return Vec::new(),
            Stage::Waiting => Why::Waiting,
            Stage::Held { until, .. } | Stage::Offered { until, .. } => Why::Held { until: *until },
            Stage::Agreed | Stage::Deposit | Stage::Done => Why::Booked,
            Stage::Expired | Stage::Cancelled { .. } => return Vec::new(),
        };
        let place = exact_place(&self.event.time, self.event.place.as_deref());
        self.takes.iter().map(|take| take.occupation(self.id.uuid(), place.clone(), why.clone())).collect()
    }

    /// The same booking after `step` at `now`; a day without hours is read on the clocks of `zone`.
    pub fn step(&self, step: &Step, now: Timestamp, zone: &TimeZone) -> Result<Self, StepRefused> {
        let stage = self.stage.take(step, now, self.span(zone).end)?;
        Ok(self.changed(now, |booking| booking.stage = stage))
    }

    /// The same booking, changed at `now`.
    #[must_use]
    pub fn changed(&self, now: Timestamp, change: impl FnOnce(&mut Self)) -> Self {
        let mut booking = self.clone();
        change(&mut booking);
        booking.changed_at = now.max(self.changed_at);
        booking.version = self.version + 1;
        booking
    }
}

impl Take {
    /// What `owner` takes by it, at `place`.
    pub fn occupation(&self, owner: Uuid, place: Option<String>, why: Why) -> Occupation {
        let Self { resource, units, span } = self.clone();
        Occupation { owner, resource, units, span, place, why }
    }
}
