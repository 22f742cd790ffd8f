//! What stands of a booking in the notes of a project: one mark in brackets, among what people write there.
//!
//! A project has no field for our id, so it stands there, with the edition: what is searched before anything is created, and
//! what tells an older edition from a newer one.

use mrdj_core::bookings::{BookingId, EventTime};
use mrdj_core::partners::BookingCard;

use super::wire_booking::clock;

/// So many characters the notes hold.
const MAX_CHARS: usize = 1000;
const OPENS: &str = "[mrdj ";
const CLOSES: char = ']';

/// Which booking a project is, and which edition of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) booking: BookingId,
    pub(super) version: u32,
}

impl Mark {
    /// The mark in `notes`, if there is one that can be read.
    pub(super) fn read(notes: &str) -> Option<Self> {
        let (start, end) = place(notes)?;
        let mut words = notes[start + OPENS.len()..end].split([' ', CLOSES]);
        let booking = words.next()?.parse().ok()?;
        let version = words.next()?.strip_prefix('v')?.parse().ok()?;
        Some(Self { booking, version })
    }
}

/// `notes` with the mark of `card` in the place of the one that is there, or in front; `None` when there is no room.
///
/// What does not fit beside what people wrote is left out, beginning with place and package.
pub(super) fn marked(notes: &str, card: &BookingCard) -> Option<String> {
    let fits = |mark: String| {
        let notes = with(notes, &mark);
        (notes.chars().count() <= MAX_CHARS).then_some(notes)
    };
    fits(long(card)).or_else(|| fits(short(card)))
}

fn with(notes: &str, mark: &str) -> String {
    match place(notes) {
        Some((start, end)) => format!("{}{mark}{}", &notes[..start], &notes[end..]),
        None if notes.is_empty() => mark.to_owned(),
        None => format!("{mark}\n{notes}"),
    }
}

/// From where to where the mark stands.
fn place(notes: &str) -> Option<(usize, usize)> {
    let start = notes.find(OPENS)?;
    let end = start + notes[start..].find(CLOSES)?;
    Some((start, end + CLOSES.len_utf8()))
}

fn long(card: &BookingCard) -> String {
    let further = [&card.place, &card.package].into_iter().flatten();
    let further: String = further.map(|text| format!(" | {}", plain(text))).collect();
    format!("{OPENS}{}{further}{CLOSES}", core(card))
}

fn short(card: &BookingCard) -> String {
    format!("{OPENS}{}{CLOSES}", core(card))
}

fn core(card: &BookingCard) -> String {
    let when = match &card.time {
        EventTime::Day(day) => day.to_string(),
        EventTime::Hours(hours) => {
            let zone = hours.zone().iana_name().map(|name| format!(" {name}")).unwrap_or_default();
            format!("{} - {}{zone}", clock(hours.start()), clock(hours.end()))
        }
    };
    format!("{} v{} {} {} | {when}", card.booking, card.version, card.reference, card.stage.word())
}

/// `text` without what would end the mark.
fn plain(text: &str) -> String {
    let turned = |sign| match sign {
        '[' => '(',
        CLOSES => ')',
        sign if sign.is_control() => ' ',
        sign => sign,
    };
    text.chars().map(turned).collect()
}

#[cfg(test)]
mod tests {
    use mrdj_core::bookings::{BookingReference, EventHours, Stage};
    use mrdj_core::contacts::{EmailAddress, PersonName, Phone};
    use mrdj_core::leads::EventType;

    use super::*;

    fn card() -> BookingCard {
        BookingCard {
            booking: "019aa5b0-0000-7000-8000-000000000001".parse().expect("an id"),
            reference: BookingReference::from_text("bk-20261121-0123456789".to_owned()),
            version: 3,
            stage: Stage::Deposit,
            source: "website".to_owned(),
            name: PersonName::parse("Jan Jansen").expect("a name"),
            email: EmailAddress::parse("jan@example.com").expect("an address"),
            phone: Phone::known("+31612345678".to_owned()),
            event_type: EventType::parse("feest").expect("a kind"),
            time: EventTime::Day(jiff::civil::date(2027, 8, 15)),
            place: Some("Zaal [2]\nBreda".to_owned()),
            package: Some("gold".to_owned()),
            message: Some("Wij dansen".to_owned()),
        }
    }

    const MARK: &str = "[mrdj 019aa5b0-0000-7000-8000-000000000001 v3 bk-20261121-0123456789 deposit | 2027-08-15 | \
                        Zaal (2) Breda | gold]";

    #[test]
    fn a_mark_is_read_where_it_stands() {
        let notes = marked("", &card()).expect("room");
        assert_eq!(notes, MARK);
        let mark = Mark { booking: card().booking, version: 3 };
        for notes in
            [notes.clone(), format!("Sleutel [nr. 7]\n{notes} bel eerst"), marked("Bel", &card()).expect("room")]
        {
            assert_eq!(Mark::read(&notes), Some(mark), "{notes}");
        }
    }

    #[test]
    fn what_is_no_mark_is_none() {
        for notes in ["", "[mrdj ", "[mrdj ]", "[mrdj 7 v3]", "mrdj 019aa5b0-0000-7000-8000-000000000001 v3"] {
            assert_eq!(Mark::read(notes), None, "{notes:?}");
        }
        for version in ["", "3", "vx", "v-1", "v99999999999"] {
            let notes = format!("[mrdj 019aa5b0-0000-7000-8000-000000000001 {version}]");
            assert_eq!(Mark::read(&notes), None, "{notes:?}");
        }
    }

    #[test]
    fn what_people_wrote_around_it_stays() {
        let older = BookingCard { version: 2, ..card() };
        let notes = format!("Eerst bellen [nr. 7]\n{} en dan\n[klaar]", marked("", &older).expect("room"));
        assert_eq!(marked(&notes, &card()).expect("room"), format!("Eerst bellen [nr. 7]\n{MARK} en dan\n[klaar]"));
    }

    #[test]
    fn nobody_reads_there_how_the_client_is_reached_or_what_they_wrote() {
        let notes = marked("", &card()).expect("room");
        for word in ["jan@example.com", "+31612345678", "Wij dansen"] {
            assert!(!notes.contains(word), "{notes}");
        }
    }

    #[test]
    fn what_does_not_fit_is_ours() {
        let fills = |chars: usize| marked(&"é".repeat(chars), &card());
        let room = MAX_CHARS - MARK.len() - 1;
        assert!(fills(room).is_some_and(|notes| notes.contains("gold") && notes.chars().count() == MAX_CHARS));
        assert!(fills(room + 1).is_some_and(|notes| !notes.contains("gold") && notes.ends_with('é')));
        assert_eq!(fills(MAX_CHARS), None, "and what people wrote is cut never");
    }

    #[test]
    fn hours_are_shown_as_the_clock_shows_them() {
        let (start, end) =
            (jiff::civil::date(2027, 12, 31).at(20, 0, 0, 0), jiff::civil::date(2028, 1, 1).at(2, 0, 0, 0));
        let hours = EventHours::new(start, end, jiff::tz::TimeZone::UTC).expect("hours");
        let card = BookingCard { time: EventTime::Hours(hours), ..card() };
        let notes = marked("", &card).expect("room");
        assert!(notes.contains("2027-12-31 20:00 - 2028-01-01 02:00 UTC"), "{notes}");
    }
}
