//! The proof of calendar files: whole texts, and that no text by anybody changes what a file is made of.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{CalendarEvent, CalendarFile, EventStatus, Method, When};

fn stamp(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

fn event(when: When) -> CalendarEvent {
    CalendarEvent {
        uid: "b-1@example.com".to_owned(),
        sequence: 0,
        stamp: stamp("2026-01-02T03:04:05.678Z"),
        when,
        summary: "Bruiloft".to_owned(),
        description: None,
        location: None,
        status: EventStatus::Confirmed,
        organizer: None,
        alarm: None,
    }
}

fn file(event: CalendarEvent) -> CalendarFile {
    CalendarFile { method: Method::Publish, name: None, events: vec![event] }
}

/// Hours on the clock of a zone, from one day to the next.
fn night(first: Date, from: (i8, i8), until: (i8, i8), name: &str) -> When {
    When::Hours {
        start: first.at(from.0, from.1, 0, 0),
        end: first.tomorrow().expect("a day").at(until.0, until.1, 0, 0),
        zone: TimeZone::get(name).expect("a zone of the list"),
    }
}

/// The file around an event's `lines`, and its zones'.
fn golden(method: &str, lines: &str) -> String {
    let head =
        format!("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//mrdj//bookings//EN\nCALSCALE:GREGORIAN\nMETHOD:{method}\n");
    format!("{head}{lines}END:VCALENDAR\n").replace('\n', "\r\n")
}

const DAY: &str = "\
BEGIN:VEVENT
UID:b-1@example.com
DTSTAMP:20260102T030405Z
SEQUENCE:0
DTSTART;VALUE=DATE:20261231
DTEND;VALUE=DATE:20270101
SUMMARY:Bruiloft
STATUS:CONFIRMED
TRANSP:OPAQUE
END:VEVENT
";

#[test]
fn a_day_ends_where_the_next_begins() {
    assert_eq!(file(event(When::Day(date(2026, 12, 31)))).text(), golden("PUBLISH", DAY));
}

#[test]
fn the_last_day_of_the_calendar_has_no_end() {
    let text = file(event(When::Day(Date::MAX))).text();
    assert_eq!(
        text,
        golden("PUBLISH", &DAY.replace("20261231", "99991231").replace("DTEND;VALUE=DATE:20270101\n", ""))
    );
}

/// The clock of Amsterdam from the change before 2025 to the last of 2027.
const AMSTERDAM: &str = "\
BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:STANDARD
DTSTART:20241027T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20250330T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20251026T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20260329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20261025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20270328T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20271031T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
END:VTIMEZONE
";

/// An evening with everything there is to say about one.
const EVENING: &str = r#"BEGIN:VEVENT
UID:b-1@example.com
DTSTAMP:20260102T030405Z
SEQUENCE:3
DTSTART;TZID=Europe/Amsterdam:20260620T200000
DTEND;TZID=Europe/Amsterdam:20260621T013000
SUMMARY:Bruiloft Zoë & Jan 🎉
DESCRIPTION:Opbouw om 18:00\, ingang: "zij\\achter"\; bel even.\nTot dan!
LOCATION:De Hoeve\, IJsselkade 1\, Kampen
ORGANIZER;CN="Mister ^'DJ^'; Jan":mailto:jan+dj@example.com
STATUS:TENTATIVE
TRANSP:OPAQUE
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Bruiloft Zoë & Jan 🎉
TRIGGER:-PT24H
END:VALARM
END:VEVENT
"#;

fn evening() -> CalendarEvent {
    CalendarEvent {
        sequence: 3,
        summary: "Bruiloft Zoë & Jan 🎉".to_owned(),
        description: Some("Opbouw om 18:00, ingang: \"zij\\achter\"; bel even.\r\nTot dan!".to_owned()),
        location: Some("De Hoeve, IJsselkade 1, Kampen".to_owned()),
        status: EventStatus::Tentative,
        organizer: Some(("Mister \"DJ\"; Jan".to_owned(), "jan+dj@example.com".to_owned())),
        alarm: Some(SignedDuration::from_hours(24)),
        ..event(night(date(2026, 6, 20), (20, 0), (1, 30), "Europe/Amsterdam"))
    }
}

#[test]
fn an_evening_brings_its_zone_along() {
    assert_eq!(file(evening()).text(), golden("PUBLISH", &format!("{AMSTERDAM}{EVENING}")));
}

#[test]
fn a_cancellation_is_the_next_version_of_the_same_event() {
    let cancelled = file(evening()).cancellation(stamp("2026-06-01T12:00:00Z"));
    let lines = EVENING
        .replace("DTSTAMP:20260102T030405Z", "DTSTAMP:20260601T120000Z")
        .replace("SEQUENCE:3", "SEQUENCE:4")
        .replace("STATUS:TENTATIVE", "STATUS:CANCELLED")
        .replace("TRANSP:OPAQUE", "TRANSP:TRANSPARENT");
    let (lines, _) = lines.split_once("BEGIN:VALARM").expect("it rang");
    let expected = golden("CANCEL", &format!("{AMSTERDAM}{lines}END:VEVENT\n"));
    assert_eq!(cancelled.text(), expected);
    assert!(cancelled.events[0].sequence > evening().sequence && cancelled.events[0].uid == evening().uid);
}

#[test]
fn nights_across_changes_of_the_clock_keep_the_times_on_the_wall() {
    // From 21:00 until: as asked, as written.
    for (day, until, expected) in [
        (date(2026, 3, 28), (4, 0), "20260329T040000"),
        (date(2026, 10, 24), (4, 0), "20261025T040000"),
        // At 02:00 the clock shows 03:00, so that half an hour after that is 03:30.
        (date(2026, 3, 28), (2, 30), "20260329T033000"),
        (date(2026, 3, 28), (3, 0), "20260329T030000"),
        // At 03:00 the clock shows 02:00 once more; the first half past two is meant.
        (date(2026, 10, 24), (2, 30), "20261025T023000"),
        (date(2026, 10, 24), (3, 0), "20261025T030000"),
    ] {
        let lines = DAY
            .replace(";VALUE=DATE:20261231", &format!(";TZID=Europe/Amsterdam:{}T210000", day.strftime("%Y%m%d")))
            .replace(";VALUE=DATE:20270101", &format!(";TZID=Europe/Amsterdam:{expected}"));
        let text = file(event(night(day, (21, 0), until, "Europe/Amsterdam"))).text();
        assert_eq!(text, golden("PUBLISH", &format!("{AMSTERDAM}{lines}")), "{day} until {until:?}");
    }
}

#[test]
fn utc_needs_no_zone() {
    let lines =
        DAY.replace(";VALUE=DATE:20261231", ":20260620T200000Z").replace(";VALUE=DATE:20270101", ":20260621T013000Z");
    for zone in ["UTC", "Etc/UTC"] {
        let text = file(event(night(date(2026, 6, 20), (20, 0), (1, 30), zone))).text();
        assert_eq!(text, golden("PUBLISH", &lines), "{zone}");
    }
}

#[test]
fn an_end_that_is_not_after_the_start_is_left_out() {
    let (day, zone) = (date(2026, 3, 29), TimeZone::get("Europe/Amsterdam").expect("a zone of the list"));
    // The last: what begins at a time that is jumped over begins at 03:15.
    for (start, end) in [((20, 0), (20, 0)), ((20, 0), (1, 30)), ((2, 15), (3, 10))] {
        let (start, end) = (day.at(start.0, start.1, 0, 0), day.at(end.0, end.1, 0, 900));
        let text = file(event(When::Hours { start, end, zone: zone.clone() })).text();
        assert!(text.contains("DTSTART;") && !text.contains("DTEND"), "{start} to {end}");
    }
}

#[test]
fn a_calendar_rings_so_long_before() {
    for (before, expected) in [
        (SignedDuration::from_hours(48), "-PT48H"),
        (SignedDuration::from_mins(90), "-PT90M"),
        (SignedDuration::from_secs(3605), "-PT3605S"),
        (SignedDuration::ZERO, "PT0H"),
        (SignedDuration::from_mins(-15), "PT15M"),
    ] {
        let text = file(CalendarEvent { alarm: Some(before), ..evening() }).text();
        assert!(text.contains(&format!("\r\nTRIGGER:{expected}\r\n")), "{before:?}");
    }
}

#[test]
fn a_calendar_of_many_events_has_a_name_and_each_zone_once() {
    let lisbon = event(night(date(2026, 6, 27), (20, 0), (1, 30), "Europe/Lisbon"));
    let events = vec![evening(), event(When::Day(date(2026, 12, 31))), lisbon, evening()];
    let text = CalendarFile { method: Method::Publish, name: Some("Agenda, Mister DJ".to_owned()), events }.text();
    assert!(text.contains("\r\nNAME:Agenda\\, Mister DJ\r\nX-WR-CALNAME:Agenda\\, Mister DJ\r\n"));
    for (part, times) in [("BEGIN:VEVENT", 4), ("TZID:Europe/Amsterdam", 1), ("TZID:Europe/Lisbon", 1)] {
        assert_eq!(text.matches(&format!("\r\n{part}\r\n")).count(), times, "{part}");
    }
}

/// Any text, with more than its share of what could do harm.
pub(super) fn anything() -> impl Strategy<Value = String> {
    let harm = [
        "\r\n",
        "\r",
        "\n",
        "\r\n ",
        "\u{85}",
        "\u{2028}",
        "\u{2029}",
        "\0",
        "\u{7f}",
        "\\",
        "\\n",
        ";",
        ",",
        ":",
        "\"",
        "^",
        "^n",
        "%0D%0A",
        " ",
        "\t",
        "BEGIN:VEVENT",
        "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        "\nATTENDEE:mailto:a@example.com",
        "ë",
        "ĳ",
        "€",
        "🎉",
        "👩‍🎤",
    ];
    let piece =
        prop_oneof![prop::sample::select(harm.to_vec()).prop_map(str::to_owned), any::<char>().prop_map(String::from)];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// A file in which every text is `text`.
fn all_of(text: &str) -> CalendarFile {
    let full = CalendarEvent {
        uid: text.to_owned(),
        summary: text.to_owned(),
        description: Some(text.to_owned()),
        location: Some(text.to_owned()),
        organizer: Some((text.to_owned(), text.to_owned())),
        ..evening()
    };
    CalendarFile { name: Some(text.to_owned()), ..file(full) }
}

/// The name of each property, with its parameters but the one in quotes.
fn properties(file: &str) -> Vec<String> {
    let unfolded = file.replace("\r\n ", "");
    let names = unfolded.split_terminator("\r\n").map(|line| match line.split_once('"') {
        Some((before, rest)) if before.ends_with("CN=") => {
            let (_, after) = rest.split_once('"').expect("a quote ends");
            format!("{before}{}", after.split_once("mailto:").expect("an address").0)
        }
        _ => line.split_once(':').expect("a value").0.to_owned(),
    });
    names.collect()
}

proptest! {
    #[test]
    fn no_text_changes_what_a_file_is_made_of(text in anything()) {
        let (plain, written) = (all_of("x").text(), all_of(&text).text());
        prop_assert_eq!(properties(&written), properties(&plain));
        for part in ["BEGIN:", "END:"] {
            let lines = |file: &str| file.lines().filter(|line| line.starts_with(part)).map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(lines(&written), lines(&plain));
        }
        prop_assert!(written.ends_with("\r\nEND:VCALENDAR\r\n"));
        prop_assert!(!written.replace("\r\n", "").contains(|sign: char| sign.is_control() && sign != '\t'));
    }
}
