//! A booking in the CRM.

use super::CardReceipt;
use crate::bookings::{Booking, BookingId, BookingReference, EventTime, Stage};
use crate::contacts::{EmailAddress, PersonName, Phone};
use crate::leads::EventType;

/// What the CRM is told of a booking: all of it, as it is now, each time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingCard {
    /// Our id for it, which the CRM is searched for before anything is put there.
    pub booking: BookingId,
    /// What a person may quote.
    pub reference: BookingReference,
    /// Which edition of the booking this is.
    pub version: u32,
    /// How far it has come.
    pub stage: Stage,
    /// Where it came from, at most 120 characters.
    pub source: String,
    /// Who books.
    pub name: PersonName,
    /// Their mailbox.
    pub email: EmailAddress,
    /// Their phone.
    pub phone: Phone,
    /// What for.
    pub event_type: EventType,
    /// When.
    pub time: EventTime,
    /// Where, at most 200 characters.
    pub place: Option<String>,
    /// Which package, at most 100 characters.
    pub package: Option<String>,
    /// What they wrote, at most 4,000 characters.
    pub message: Option<String>,
}

impl BookingCard {
    /// The card of `booking` as it is now, which came from `source`.
    pub fn of(booking: &Booking, source: &str) -> Self {
        let (client, event) = (booking.client.clone(), booking.event.clone());
        Self {
            booking: booking.id,
            reference: booking.reference.clone(),
            version: booking.version,
            stage: booking.stage.clone(),
            source: source.to_owned(),
            name: client.name,
            email: client.email,
            phone: client.phone,
            event_type: event.kind,
            time: event.time,
            place: event.place,
            package: event.package,
            message: event.message,
        }
    }

    /// Whether it was called off.
    pub const fn is_cancelled(&self) -> bool {
        matches!(self.stage, Stage::Cancelled { .. })
    }
}

/// How putting a booking ended that did not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BookingPut {
    /// The CRM has this edition of it, or a newer one.
    Kept(CardReceipt),
    /// What happened cannot be said there.
    Left {
        /// Why; no personal data.
        reason: String,
    },
}
