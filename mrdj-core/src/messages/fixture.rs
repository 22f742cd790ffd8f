//! What the tests of this room are given.

use jiff::Timestamp;
use jiff::civil::date;
use uuid::Uuid;

use super::{House, Language};
use crate::contacts::{ContactKey, EmailAddress, PersonName, Phone};
use crate::id::Id;
use crate::leads::{Enquiry, EventType, Lead, LeadKind, Mark, Reference, Standing};

/// A business that has everything but an inbox.
pub(super) fn house() -> House {
    House {
        name: "Mister Voorbeeld & Zn".to_owned(),
        phone: Some("085 000 00 00".to_owned()),
        inbox: None,
        base_url: Some("https://example.com/".to_owned()),
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
        submitted_at: Timestamp::UNIX_EPOCH,
        changed_at: Timestamp::UNIX_EPOCH,
        version: 1,
    }
}
