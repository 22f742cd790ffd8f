//! The calendar file that goes along with a letter.

use super::BookingLetter;
use super::timely::is_agreed;
use crate::bookings::{Booking, BookingEntry, CalendarFile, Method, Stage};
use crate::messages::defang::defang_line;
use crate::messages::templates::kind_in_words;
use crate::messages::{Attachment, House};

/// What the file is called.
const NAME: &str = "booking.ics";

/// The calendar file that goes along with `letter` about `booking`, whose history is `past`: what was agreed comes with one,
/// and so does whatever becomes of it later. Each is a later version of the one before.
pub fn booking_file(
    letter: BookingLetter,
    house: &House,
    booking: &Booking,
    past: &[BookingEntry],
) -> Option<Attachment> {
    file(letter, house, booking, past).map(|file| attached(&file))
}

fn file(letter: BookingLetter, house: &House, booking: &Booking, past: &[BookingEntry]) -> Option<CalendarFile> {
    let method = match (letter, &booking.stage) {
        (BookingLetter::Agreed | BookingLetter::Changed, _) if is_agreed(booking) => Method::Publish,
        // Who was never given the entry has none to take out.
        (BookingLetter::Cancelled, Stage::Cancelled { .. }) if BookingEntry::tell_of_agreement(past) => Method::Cancel,
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

fn attached(file: &CalendarFile) -> Attachment {
    let media_type = format!("text/calendar; charset=utf-8; method={}", file.method.word());
    Attachment::new(NAME, media_type, file.text().into_bytes())
        .expect("one event of bounded texts is far below the bound")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bookings::{BookingEvent, EventStatus, Party};
    use crate::id::Id;
    use crate::messages::Language;
    use crate::messages::fixture::{booking, house};

    fn entry(event: BookingEvent) -> BookingEntry {
        let booking = booking(Language::Nl);
        let id = Id::from_uuid(booking.id.uuid());
        BookingEntry { id, booking: booking.id, event, by: Party::Client, at: booking.changed_at, note: String::new() }
    }

    fn of(letter: BookingLetter, stage: Stage, version: u32, past: &[BookingEvent]) -> Option<CalendarFile> {
        let past: Vec<_> = past.iter().map(|event| entry(*event)).collect();
        file(letter, &house(), &Booking { stage, version, ..booking(Language::Nl) }, &past)
    }

    const CANCELLED: Stage = Stage::Cancelled { by: Party::Client };

    #[test]
    fn an_agreement_and_what_becomes_of_it_are_versions_of_one_entry() {
        let past = [BookingEvent::Created, BookingEvent::Agreed];
        let files = [
            (of(BookingLetter::Agreed, Stage::Agreed, 3, &past), Method::Publish, EventStatus::Confirmed),
            (of(BookingLetter::Changed, Stage::Deposit, 5, &past), Method::Publish, EventStatus::Confirmed),
            (of(BookingLetter::Cancelled, CANCELLED, 6, &past), Method::Cancel, EventStatus::Cancelled),
        ];
        let mut last = 0;
        for (file, method, status) in files {
            let file = file.expect("a file");
            let event = &file.events[0];
            assert_eq!((file.method, event.status), (method, status));
            assert_eq!(event.uid, booking(Language::Nl).id.to_string());
            assert!(event.sequence > last, "{} follows {last}", event.sequence);
            last = event.sequence;
            let organizer = event.organizer.as_ref().map(|(_, email)| email.as_str());
            assert_eq!(organizer, Some("dj@example.com"));
        }
    }

    #[test]
    fn what_was_never_agreed_is_in_nobodys_calendar() {
        let held = booking(Language::Nl).stage;
        let past = [BookingEvent::Created, BookingEvent::Offered];
        assert_eq!(of(BookingLetter::Cancelled, CANCELLED, 3, &past), None);
        assert_eq!(of(BookingLetter::Changed, held.clone(), 3, &past), None);
        assert_eq!(of(BookingLetter::Received, held, 1, &past), None);
    }

    #[test]
    fn the_type_of_the_file_repeats_its_method() {
        for (letter, stage, method) in
            [(BookingLetter::Agreed, Stage::Agreed, "PUBLISH"), (BookingLetter::Cancelled, CANCELLED, "CANCEL")]
        {
            let file = of(letter, stage, 3, &[BookingEvent::Agreed]).expect("a file");
            let attached = attached(&file);
            assert_eq!(attached.media_type(), format!("text/calendar; charset=utf-8; method={method}"));
            let text = String::from_utf8(attached.bytes().to_vec()).expect("text");
            assert!(text.contains(&format!("\r\nMETHOD:{method}\r\n")), "{text}");
        }
    }

    #[test]
    fn a_place_that_a_stranger_typed_is_no_link_in_a_calendar() {
        let mut booking = Booking { stage: Stage::Agreed, ..booking(Language::En) };
        booking.event.place = Some("https://evil.example/x\r\nATTENDEE:x".to_owned());
        let file = file(BookingLetter::Agreed, &house(), &booking, &[]).expect("a file");
        assert_eq!(file.events[0].location.as_deref(), Some("https[:]//evil[.]example/x ATTENDEE[:]x"));
        assert_eq!(file.events[0].summary, "Mister Voorbeeld & Zn: wedding");
    }
}
