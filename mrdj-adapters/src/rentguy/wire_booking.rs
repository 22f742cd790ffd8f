//! The words of the dialect that takes bookings as such.

use std::borrow::Cow;

use jiff::civil::Date;
use mrdj_core::partners::BookingCard;
use serde::{Deserialize, Serialize};

use super::wire::fit;

/// A booking as it takes one: the whole of it each time, under the same id.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewBooking<'a> {
    booking_id: String,
    status: &'static str,
    event_type: Cow<'a, str>,
    /// The civil day alone, as of a card: a moment would make it another day in another zone. The hours stand in the notes.
    event_date: Date,
    event_end_date: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_time_zone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    package_id: Option<Cow<'a, str>>,
    contact: Contact<'a>,
    notes: String,
    source: Cow<'a, str>,
    /// That the booking is safe with us.
    persisted: bool,
}

#[derive(Debug, Serialize)]
struct Contact<'a> {
    name: &'a str,
    email: &'a str,
    phone: Cow<'a, str>,
}

impl<'a> From<&'a BookingCard> for NewBooking<'a> {
    fn from(card: &'a BookingCard) -> Self {
        let hours = card.time.hours();
        let when = hours.map(|hours| format!("{} - {}", clock(hours.start()), clock(hours.end())));
        let told = [Some(card.reference.to_string()), when, card.place.clone(), card.message.clone()];
        Self {
            booking_id: card.booking.to_string(),
            status: card.stage.word(),
            event_type: fit(card.event_type.as_str(), 100),
            event_date: card.time.day(),
            event_end_date: card.time.last_day(),
            event_time_zone: hours.and_then(|hours| hours.zone().iana_name()),
            package_id: card.package.as_deref().map(|text| fit(text, usize::MAX)),
            contact: Contact {
                name: card.name.as_str(),
                email: card.email.as_str(),
                phone: fit(card.phone.as_str(), 50),
            },
            notes: told.into_iter().flatten().collect::<Vec<_>>().join("\n").replace('\0', ""),
            source: fit(&card.source, 120),
            persisted: true,
        }
    }
}

/// A moment as the clock on the wall shows it: `2027-12-31 20:00`.
pub(super) fn clock(moment: jiff::civil::DateTime) -> String {
    moment.strftime("%Y-%m-%d %H:%M").to_string()
}

/// What it answers to a booking.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Delivered {
    /// That it has it; its own id it does not say.
    #[serde(default)]
    pub(super) delivered: bool,
}
