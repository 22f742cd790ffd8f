//! What a calendar file says about a zone's clock, so that a reader needs no database of its own.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use jiff::tz::{Dst, Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::lines::Lines;

/// What a file calls `zone`; `None` when its moments are written in UTC: it is UTC, or has no name that others know.
pub(super) fn name(zone: &TimeZone) -> Option<&str> {
    let known = |name: &&str| name.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"/_+-".contains(&octet));
    let is_utc = zone.is_unknown() || zone.to_offset_info(Timestamp::UNIX_EPOCH).abbreviation() == "UTC";
    zone.iana_name().filter(known).filter(|_| !is_utc)
}

/// A date and a time of day as files write them; they know no fractions of seconds.
pub(super) fn local(time: DateTime) -> String {
    let (year, month, day) = (time.year(), time.month(), time.day());
    format!("{year:04}{month:02}{day:02}T{:02}{:02}{:02}", time.hour(), time.minute(), time.second())
}

/// The zones that a file uses, each with the years it is used in.
#[derive(Default)]
pub(super) struct Zones<'a>(BTreeMap<&'a str, (&'a TimeZone, Date, Date)>);

impl<'a> Zones<'a> {
    /// Notes that a file speaks of `zone` from `first` to `last`.
    pub(super) fn note(&mut self, zone: &'a TimeZone, first: Date, last: Date) {
        let Some(name) = name(zone) else { return };
        let (_, from, until) = self.0.entry(name).or_insert((zone, first, last));
        (*from, *until) = (first.min(*from), last.max(*until));
    }

    /// Writes a VTIMEZONE for each.
    pub(super) fn write(&self, lines: &mut Lines) {
        for (name, (zone, first, last)) in &self.0 {
            lines.add("BEGIN", "VTIMEZONE");
            lines.add("TZID", name);
            for onset in onsets(zone, new_year(first.year() - 1), new_year(last.year() + 2)) {
                onset.write(lines);
            }
            lines.add("END", "VTIMEZONE");
        }
    }
}

/// When a year begins; the ends of time where the calendar has no such year.
fn new_year(year: i16) -> Timestamp {
    let midnight = Date::new(year, 1, 1).ok().and_then(|day| Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok());
    midnight.unwrap_or(if year < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// From a moment on, a clock goes by another offset.
struct Onset {
    /// What the clock showed at that moment, by the offset before.
    time: DateTime,
    from: Offset,
    to: Offset,
    abbreviation: String,
    is_daylight: bool,
}

/// Every change of the clock until `until`, beginning with the one that holds at `from`.
fn onsets(zone: &TimeZone, from: Timestamp, until: Timestamp) -> Vec<Onset> {
    // A clock that never changed before is told as if it began at `from`.
    let first = zone.preceding(from).next().map_or(from, |change| change.timestamp());
    let later = zone.following(first).map(|change| change.timestamp()).take_while(|moment| *moment < until);
    std::iter::once(first).chain(later).map(|moment| Onset::at(zone, moment)).collect()
}

impl Onset {
    fn at(zone: &TimeZone, moment: Timestamp) -> Self {
        let shortly_before = moment.checked_sub(SignedDuration::from_secs(1)).unwrap_or(moment);
        let (from, after) = (zone.to_offset(shortly_before), zone.to_offset_info(moment));
        Self {
            time: from.to_datetime(moment),
            from,
            to: after.offset(),
            abbreviation: after.abbreviation().to_owned(),
            is_daylight: after.dst() == Dst::Yes,
        }
    }

    fn write(&self, lines: &mut Lines) {
        let kind = if self.is_daylight { "DAYLIGHT" } else { "STANDARD" };
        lines.add("BEGIN", kind);
        lines.add("DTSTART", &local(self.time));
        lines.add("TZOFFSETFROM", &offset(self.from));
        lines.add("TZOFFSETTO", &offset(self.to));
        lines.text("TZNAME", &self.abbreviation);
        lines.add("END", kind);
    }
}

/// Hours and minutes, and seconds only where there are some, as before there were time zones.
fn offset(offset: Offset) -> String {
    let (sign, seconds) = (if offset.is_negative() { '-' } else { '+' }, offset.seconds().unsigned_abs());
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if seconds == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{seconds:02}")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZoneDatabase;

    use super::*;

    /// What a reader makes of a written zone: the moment of each onset, and the offsets after and before it.
    fn read(text: &str) -> Vec<(Timestamp, Offset, Offset)> {
        let value = |part: &str, name: &str| {
            let line = part.lines().find_map(|line| line.strip_prefix(name)).expect("a line of that name");
            line.to_owned()
        };
        let onset = |part: &str| {
            let time = DateTime::strptime("%Y%m%dT%H%M%S", value(part, "DTSTART:")).expect("a time");
            let from = read_offset(&value(part, "TZOFFSETFROM:"));
            (from.to_timestamp(time).expect("a moment"), read_offset(&value(part, "TZOFFSETTO:")), from)
        };
        text.split("BEGIN:").skip(2).map(onset).collect()
    }

    fn read_offset(text: &str) -> Offset {
        let part = |at: usize| text.get(at..at + 2).map_or(0, |digits| digits.parse::<i32>().expect("digits"));
        assert_ne!(text, "-0000", "the format forbids it");
        let seconds = part(1) * 3600 + part(3) * 60 + part(5);
        Offset::from_seconds(if text.starts_with('-') { -seconds } else { seconds }).expect("an offset")
    }

    fn written(zone: &TimeZone, first: Date, last: Date) -> String {
        let (mut zones, mut lines) = (Zones::default(), Lines::default());
        zones.note(zone, first, last);
        zones.write(&mut lines);
        lines.into_text()
    }

    #[test]
    fn a_reader_finds_every_zones_clock_in_the_years_around() {
        let database = TimeZoneDatabase::bundled();
        let (mut zones, mut in_utc) = (0, Vec::new());
        for id in database.available() {
            let zone = database.get(id.as_str()).expect("a zone of the list");
            if name(&zone).is_none() {
                in_utc.push(id.as_str().to_owned());
                continue;
            }
            zones += 1;
            for year in [1890, 1945, 1994, 2011, 2026, 2060] {
                let told = read(&written(&zone, date(year, 1, 1), date(year, 12, 31)));
                let follows = |(first, to, _): &(Timestamp, _, _), (then, _, from): &(Timestamp, _, _)| {
                    first < then && to == from
                };
                assert!(told.is_sorted_by(follows), "{id} in {year}");
                let changes = zone.following(new_year(year - 1)).map(|change| change.timestamp());
                for change in changes.take_while(|change| *change < new_year(year + 2)).chain([new_year(year)]) {
                    for moment in
                        [change - SignedDuration::from_secs(1), change, change + SignedDuration::from_hours(1)]
                    {
                        let by = told.iter().rfind(|(onset, ..)| *onset <= moment).expect("an onset before");
                        assert_eq!(by.1, zone.to_offset(moment), "{id} at {moment}");
                    }
                }
            }
        }
        assert!(zones > 400, "the database is whole: {zones}");
        assert!(
            in_utc.iter().all(|id| ["UTC", "UCT", "Zulu", "Universal"].iter().any(|end| id.ends_with(end))),
            "{in_utc:?}"
        );
    }

    #[test]
    fn a_zone_without_a_known_name_is_written_in_utc() {
        let strange = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a rule");
        for zone in [TimeZone::UTC, TimeZone::unknown(), TimeZone::fixed(jiff::tz::offset(2)), strange] {
            assert_eq!(name(&zone), None, "{zone:?}");
        }
    }

    #[test]
    fn one_zone_of_many_events_is_told_once_for_all_their_years() {
        let zone = TimeZone::get("Europe/Amsterdam").expect("a zone of the list");
        let (mut zones, mut lines) = (Zones::default(), Lines::default());
        for year in [2028, 2026, 2027] {
            zones.note(&zone, date(year, 6, 20), date(year, 6, 21));
        }
        zones.write(&mut lines);
        assert_eq!(lines.into_text(), written(&zone, date(2026, 1, 1), date(2028, 1, 1)));
    }

    #[test]
    fn the_ends_of_the_calendar_are_survived() {
        let zone = TimeZone::get("Europe/Amsterdam").expect("a zone of the list");
        for day in [Date::MIN, Date::MAX] {
            assert!(written(&zone, day, day).contains("BEGIN:STANDARD"), "{day}");
        }
    }
}
