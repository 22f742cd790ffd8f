//! What is written into a calendar file.
//!
//! Text by anybody stays within its property: it cannot end a line, begin another, or close an event.

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::lines::Lines;
use super::zone::{self, Zones};

/// Who wrote the file, as the format asks.
const WRITER: &str = "-//mrdj//bookings//EN";

/// A calendar file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarFile {
    /// What the reader is to do with it.
    pub method: Method,
    /// What the calendar is called where it is subscribed to.
    pub name: Option<String>,
    /// What is in it.
    pub events: Vec<CalendarEvent>,
}

/// What the reader of a calendar file is to do with it (RFC 5546).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Show it; nobody waits for an answer.
    Publish,
    /// Answer it.
    Request,
    /// Take out what came before.
    Cancel,
}

/// Something with a day or with hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarEvent {
    /// The same in every later version.
    pub uid: String,
    /// Higher in every later version.
    pub sequence: u32,
    /// When this version was written.
    pub stamp: Timestamp,
    /// When it is.
    pub when: When,
    /// What it is, in a line.
    pub summary: String,
    /// What else there is to say.
    pub description: Option<String>,
    /// Where it is.
    pub location: Option<String>,
    /// How sure it is.
    pub status: EventStatus,
    /// Name and mail address of whose event it is.
    pub organizer: Option<(String, String)>,
    /// So long before it begins the calendar rings.
    pub alarm: Option<SignedDuration>,
}

/// When an event is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// All of a day, whatever the zone of who looks.
    Day(Date),
    /// From one time on the clock of a zone to another; a time that comes twice is meant the first time, and one that is
    /// jumped over counts on from before the jump. An end that is not after the start is left out.
    Hours {
        /// When it begins.
        start: DateTime,
        /// When it ends, which for an evening may be the next day.
        end: DateTime,
        /// Whose clock that is.
        zone: TimeZone,
    },
}

/// How sure an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventStatus {
    /// It may yet change or fall through.
    Tentative,
    /// It is agreed.
    Confirmed,
    /// It is called off.
    Cancelled,
}

impl CalendarFile {
    /// The file, ready to be sent as `text/calendar; charset=utf-8`.
    ///
    /// ```
    /// use jiff::{Timestamp, civil::date};
    /// use mrdj_core::bookings::{CalendarEvent, CalendarFile, EventStatus, Method, When};
    ///
    /// let event = CalendarEvent {
    ///     uid: "b-1@example.com".to_owned(),
    ///     sequence: 0,
    ///     stamp: Timestamp::UNIX_EPOCH,
    ///     when: When::Day(date(2026, 6, 20)),
    ///     summary: "Bruiloft; Zoë, Jan".to_owned(),
    ///     description: None,
    ///     location: None,
    ///     status: EventStatus::Confirmed,
    ///     organizer: None,
    ///     alarm: None,
    /// };
    /// let text = CalendarFile { method: Method::Publish, name: None, events: vec![event] }.text();
    /// assert!(text.contains("\r\nDTSTART;VALUE=DATE:20260620\r\nDTEND;VALUE=DATE:20260621\r\n"));
    /// assert!(text.contains("\r\nSUMMARY:Bruiloft\\; Zoë\\, Jan\r\n"));
    /// ```
    pub fn text(&self) -> String {
        let mut lines = Lines::default();
        lines.add("BEGIN", "VCALENDAR");
        lines.add("VERSION", "2.0");
        lines.add("PRODID", WRITER);
        lines.add("CALSCALE", "GREGORIAN");
        lines.add("METHOD", self.method.word());
        if let Some(name) = &self.name {
            // The second is what calendars read before there was the first (RFC 7986), and most still do.
            lines.text("NAME", name);
            lines.text("X-WR-CALNAME", name);
        }
        self.zones().write(&mut lines);
        self.events.iter().for_each(|event| event.write(&mut lines));
        lines.add("END", "VCALENDAR");
        lines.into_text()
    }

    /// The file that takes every event of this one out of a calendar again.
    pub fn cancellation(&self, stamp: Timestamp) -> Self {
        let events = self.events.iter().map(|event| event.cancelled(stamp)).collect();
        Self { method: Method::Cancel, name: self.name.clone(), events }
    }

    fn zones(&self) -> Zones<'_> {
        let mut zones = Zones::default();
        for event in &self.events {
            if let When::Hours { start, end, zone } = &event.when {
                zones.note(zone, start.date(), end.date());
            }
        }
        zones
    }
}

impl Method {
    /// Its word, which the content type of a mail's attachment repeats.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

impl EventStatus {
    const fn word(self) -> &'static str {
        match self {
            Self::Tentative => "TENTATIVE",
            Self::Confirmed => "CONFIRMED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

impl CalendarEvent {
    /// The next version, in which it is called off and rings no more.
    pub fn cancelled(&self, stamp: Timestamp) -> Self {
        let sequence = self.sequence.saturating_add(1);
        Self { sequence, stamp, status: EventStatus::Cancelled, alarm: None, ..self.clone() }
    }

    fn write(&self, lines: &mut Lines) {
        lines.add("BEGIN", "VEVENT");
        lines.text("UID", &self.uid);
        lines.add("DTSTAMP", &utc(self.stamp));
        lines.add("SEQUENCE", &self.sequence.to_string());
        self.when.write(lines);
        lines.text("SUMMARY", &self.summary);
        for (name, text) in [("DESCRIPTION", &self.description), ("LOCATION", &self.location)] {
            text.iter().for_each(|text| lines.text(name, text));
        }
        if let Some((name, email)) = &self.organizer {
            lines.person("ORGANIZER", (name, email));
        }
        lines.add("STATUS", self.status.word());
        // What is called off keeps nobody from doing something else.
        lines.add("TRANSP", if self.status == EventStatus::Cancelled { "TRANSPARENT" } else { "OPAQUE" });
        self.alarm.iter().for_each(|before| self.write_alarm(*before, lines));
        lines.add("END", "VEVENT");
    }

    fn write_alarm(&self, before: SignedDuration, lines: &mut Lines) {
        lines.add("BEGIN", "VALARM");
        lines.add("ACTION", "DISPLAY");
        lines.text("DESCRIPTION", &self.summary);
        lines.add("TRIGGER", &trigger(before));
        lines.add("END", "VALARM");
    }
}

impl When {
    fn write(&self, lines: &mut Lines) {
        match self {
            Self::Day(day) => {
                lines.add("DTSTART;VALUE=DATE", &date(*day));
                // Without an end it is that one day, too; the calendar's last day has no next.
                day.tomorrow().iter().for_each(|next| lines.add("DTEND;VALUE=DATE", &date(*next)));
            }
            Self::Hours { start, end, zone } => {
                let (start, end) = (moment(*start, zone), moment(*end, zone));
                write_moment("DTSTART", start, zone, lines);
                if end.as_second() > start.as_second() {
                    write_moment("DTEND", end, zone, lines);
                }
            }
        }
    }
}

/// When the clock of `zone` shows `time`; only the day at each end of the calendar has no such moment.
fn moment(time: DateTime, zone: &TimeZone) -> Timestamp {
    zone.to_timestamp(time).unwrap_or(if time.year() < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

fn write_moment(name: &str, moment: Timestamp, zone: &TimeZone, lines: &mut Lines) {
    match zone::name(zone) {
        Some(id) => lines.add(&format!("{name};TZID={id}"), &zone::local(zone.to_datetime(moment))),
        None => lines.add(name, &utc(moment)),
    }
}

fn utc(moment: Timestamp) -> String {
    format!("{}Z", zone::local(Offset::UTC.to_datetime(moment)))
}

fn date(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

/// A negative duration is before the start; a single unit, since the format takes no hours with seconds alone.
fn trigger(before: SignedDuration) -> String {
    let (sign, seconds) = (if before.is_positive() { "-" } else { "" }, before.as_secs().unsigned_abs());
    match seconds {
        _ if seconds % 3600 == 0 => format!("{sign}PT{}H", seconds / 3600),
        _ if seconds % 60 == 0 => format!("{sign}PT{}M", seconds / 60),
        _ => format!("{sign}PT{seconds}S"),
    }
}
