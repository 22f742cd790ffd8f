//! What the tests of this room are given.

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{House, Language};
use crate::bookings::{Booking, BookingReference, Client, Event, EventHours, EventTime, Stage};
use crate::contacts::{ContactKey, EmailAddress, PersonName, Phone};
use crate::experiments::Seen;
use crate::id::Id;
use crate::leads::{Enquiry, EventType, Lead, LeadKind, Mark, Reference, Standing};

/// A business that has everything but an inbox.
pub(super) fn house() -> House {
    House {
        name: "Mister Voorbeeld & Zn".to_owned(),
        phone: Some("085 000 00 00".to_owned()),
        inbox: None,
        mailbox: EmailAddress::parse("dj@example.com").ok(),
        base_url: Some("https://example.com/".to_owned()),
        zone: amsterdam(),
    }
}

/// Where it is.
pub(super) fn amsterdam() -> TimeZone {
    TimeZone::get("Europe/Amsterdam").expect("a zone of the list")
}

/// A booking with everything filled in: from eight to one in the night after 19 June 2027, held for three days.
pub(super) fn booking(language: Language) -> Booking {
    let lead = lead(language);
    let day = date(2027, 6, 19);
    let hours = EventHours::new(day.at(20, 0, 0, 0), date(2027, 6, 20).at(1, 0, 0, 0), amsterdam()).expect("hours");
    let made = Timestamp::constant(1_795_262_400, 0);
    Booking {
        id: Id::from_uuid(Uuid::from_u128(0x19aa_0000_0000_7000_8000_0000_0000_0001)),
        reference: BookingReference::from_text("bk-20261121-0123456789".to_owned()),
        lead: None,
        contact: lead.contact,
        client: Client {
            name: lead.enquiry.name,
            email: EmailAddress::parse("jan@example.com").expect("an address"),
            phone: Phone::known("+31612345678".to_owned()),
            language,
        },
        event: Event {
            kind: EventType::parse("Bruiloft").expect("a kind"),
            time: EventTime::Hours(hours),
            place: Some("Zaal Voorbeeld, Dorpsstraat 1".to_owned()),
            package: Some("silver".to_owned()),
            message: Some("Graag veel disco.\n\nZie example.com".to_owned()),
        },
        takes: Vec::new(),
        stage: Stage::Held { until: made + SignedDuration::from_hours(72), challenged: false },
        standing: Standing::Clear,
        marks: Vec::new(),
        seen: Seen::default(),
        created_at: made,
        changed_at: made,
        version: 2,
    }
}

/// A lead with everything filled in.
pub(crate) fn lead(language: Language) -> Lead {
    let email = EmailAddress::parse("jan@example.com").expect("an address");
    let phone = Phone::known("+31612345678".to_owned());
    Lead {
        id: Id::from_uuid(Uuid::nil()),
        reference: Reference::from_text("web-20261121-0123456789abcde".to_owned()),
        kind: LeadKind::Contact,
        contact: ContactKey::of(Some(&email), None).expect("a mailbox"),
        enquiry: Enquiry {
            name: PersonName::parse("Jan d'Hondt").expect("a name"),
            email: Some(email),
            phone: Some(phone),
            event_type: Some(EventType::parse("Bruiloft").expect("a kind")),
            event_date: Some(date(2027, 6, 19)),
            package: Some("gold".to_owned()),
            message: Some("Wij trouwen.\n\nZie example.com".to_owned()),
            language,
        },
        standing: Standing::Clear,
        score: 10,
        marks: vec![Mark::UnknownPhone],
        source: "mister-dj-website".to_owned(),
        seen: Seen::default(),
        submitted_at: Timestamp::UNIX_EPOCH,
        changed_at: Timestamp::UNIX_EPOCH,
        version: 1,
    }
}
