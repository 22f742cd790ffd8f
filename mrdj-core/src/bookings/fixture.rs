//! A booking for the tests of this room and of others.

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::{Booking, BookingReference, Client, Event, EventTime, Resource, ResourceId, Stage, take};
use crate::contacts::{ContactKey, EmailAddress, PersonName, Phone};
use crate::experiments::Seen;
use crate::id::Id;
use crate::leads::{EventType, Standing};
use crate::messages::Language;

/// A wedding on the last evening of 2026, held by the first DJ.
pub(crate) fn booking() -> Booking {
    let (now, zone) = (Timestamp::UNIX_EPOCH, TimeZone::UTC);
    let id = Id::from_uuid(Uuid::from_u128(7));
    let email = EmailAddress::parse("jan@example.com").expect("an address");
    let time = EventTime::Day(date(2026, 12, 31));
    let dj = Resource::performer(ResourceId::from_stored("dj-1".to_owned()), "DJ");
    Booking {
        id,
        reference: BookingReference::from_text("bk-20261121-0123456789".to_owned()),
        lead: None,
        contact: ContactKey::of(Some(&email), None).expect("a mailbox"),
        client: Client {
            name: PersonName::parse("Jan Jansen").expect("a name"),
            email,
            phone: Phone::known("+31612345678".to_owned()),
            language: Language::Nl,
        },
        takes: vec![take(&dj, 1, &time, &zone)],
        event: Event {
            kind: EventType::parse("bruiloft").expect("a kind"),
            time,
            place: None,
            package: None,
            message: None,
        },
        stage: Stage::held(Timestamp::constant(86_400, 0)),
        standing: Standing::Clear,
        marks: Vec::new(),
        seen: Seen::default(),
        created_at: now,
        changed_at: now,
        version: 1,
    }
}
