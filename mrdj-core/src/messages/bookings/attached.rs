//! The calendar file that goes along with a letter.

use super::BookingLetter;
use super::timely::is_agreed;
use crate::bookings::{Booking, BookingEntry, BookingEvent, CalendarFile, Method, Stage};
use crate::messages::defang::defang_line;
use crate::messages::templates::kind_in_words;
use crate::messages::{Attachment, House};

/// What the file is called.
const NAME: &str = "booking.ics";

/// The file that goes along with `letter`: what was agreed comes with one, and so does whatever becomes of it later.
pub(super) fn file(
    letter: BookingLetter,
    house: &House,
    booking: &Booking,
    past: &[BookingEntry],
) -> Option<CalendarFile> {
    let was_agreed = || past.iter().any(|entry| entry.event == BookingEvent::Agreed);
    let method = match (letter, &booking.stage) {
        (BookingLetter::Agreed | BookingLetter::Changed, _) if is_agreed(booking) => Method::Publish,
        // Who was never given the entry has none to take out.
        (BookingLetter::Cancelled, Stage::Cancelled { .. }) if was_agreed() => Method::Cancel,
        _ => return None,
    };
    let kind = kind_in_words(&booking.event.kind, booking.client.language);
    let summary = kind.map_or_else(|| house.name.clone(), |kind| format!("{}: {kind}", house.name));
    let mut event = booking.appointment(summary);
    event.description = Some(booking.reference.to_string());
    event.location = booking.event.place.as_deref().map(defang_line);
    event.organizer = house.mailbox.as_ref().map(|mailbox| (house.name.clone(), mailbox.as_str().to_owned()));
    Some(CalendarFile { method, name: None, events: vec![event] })
}

/// `file`, ready to go along.
pub(super) fn attached(file: &CalendarFile) -> Attachment {
    let media_type = format!("text/calendar; charset=utf-8; method={}", file.method.word());
    Attachment::new(NAME, media_type, file.text().into_bytes())
        .expect("one event of bounded texts is far below the bound")
}
