//! What the tests of this room are given.

use jiff::Timestamp;
use jiff::civil::date;
use uuid::Uuid;

use crate::bookings::{Booking, BookingReference, Client, Event, EventTime, Stage};
use crate::contacts::{ContactKey, EmailAddress, PersonName, Phone};
use crate::id::Id;
use crate::leads::EventType;
use crate::messages::Language;

/// A booking that was agreed, in its second edition.
pub(super) fn booking() -> Booking {
    let email = EmailAddress::parse("jan@example.com").expect("an address");
    Booking {
        id: Id::from_uuid(Uuid::from_u128(7)),
        reference: BookingReference::from_text("bk-20261121-0123456789".to_owned()),
        lead: None,
        contact: ContactKey::of(Some(&email), None).expect("a mailbox"),
        client: Client {
            name: PersonName::parse("Jan d'Hondt").expect("a name"),
            email,
            phone: Phone::known("+31612345678".to_owned()),
            language: Language::Nl,
        },
        event: Event {
            kind: EventType::parse("Bruiloft").expect("a kind"),
            time: EventTime::Day(date(2027, 8, 15)),
            place: None,
            package: None,
            message: None,
        },
        takes: Vec::new(),
        stage: Stage::Agreed,
        created_at: Timestamp::UNIX_EPOCH,
        changed_at: Timestamp::UNIX_EPOCH,
        version: 2,
    }
}
