//! The booking form as a stranger sends it, and what it says.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::{Client, Event, EventHours, EventTime};
use crate::contacts::{ContactKey, EmailAddress, PersonName};
use crate::leads::{
    EventType, Fault, FaultCode, Faults, Loose, Scales, field, line_fault, name_fault, parse_event_date,
};
use crate::messages::Language;
use crate::text::{Line, clean};

/// When an event is, as a form says it: a day, or an object with `start`, `end` and `timezone`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LooseTime {
    /// A day in text, or nothing.
    Day(Loose),
    /// A beginning, an end and a zone.
    Range {
        /// `start`, `date` or `from`.
        start: Loose,
        /// `end`, `until` or `to`.
        end: Loose,
        /// `timezone` or `timeZone`.
        zone: Loose,
    },
    /// Not there.
    #[default]
    Absent,
}

impl<'de> Deserialize<'de> for LooseTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Null => Self::Absent,
            Value::String(text) => Self::Day(Loose::Text(text)),
            Value::Object(fields) => Self::Range {
                start: first(&fields, &["start", "date", "from"]),
                end: first(&fields, &["end", "until", "to"]),
                zone: first(&fields, &["timezone", "timeZone"]),
            },
            _ => Self::Day(Loose::NotText),
        })
    }
}

fn first(fields: &Map<String, Value>, names: &[&str]) -> Loose {
    match names.iter().find_map(|name| fields.get(*name)) {
        None | Some(Value::Null) => Loose::Absent,
        Some(Value::String(text)) => Loose::Text(text.clone()),
        Some(_) => Loose::NotText,
    }
}

/// Yes or no, as a form says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LooseTruth {
    /// Not there.
    #[default]
    Absent,
    /// `true`, `yes`, `on` or `1`; or the opposite.
    Is(bool),
    /// Neither.
    NotTruth,
}

impl<'de> Deserialize<'de> for LooseTruth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Null => Self::Absent,
            Value::Bool(truth) => Self::Is(truth),
            Value::String(text) => match text.trim() {
                "" => Self::Absent,
                "true" | "yes" | "on" | "1" => Self::Is(true),
                "false" | "no" | "off" | "0" => Self::Is(false),
                _ => Self::NotTruth,
            },
            _ => Self::NotTruth,
        })
    }
}

/// A booking form, field by field as it was sent; unknown fields are nobody's business.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BookingForm {
    /// Who books; required.
    pub name: Loose,
    /// Their mailbox; required.
    pub email: Loose,
    /// Their phone; required.
    pub phone: Loose,
    /// What for; required.
    pub event_type: Loose,
    /// When; required.
    pub event_date: LooseTime,
    /// From when to when on that day, e.g. `20:00-01:00`; in place of the next two.
    pub hours: Loose,
    /// When on that day it begins, e.g. `20:00`.
    pub start_time: Loose,
    /// When it ends; a time that is not later than the beginning is the next morning's.
    pub end_time: Loose,
    /// Whose clocks; the business's when nothing is said.
    pub time_zone: Loose,
    /// Where, at most 200 characters.
    pub location: Loose,
    /// Which package, at most 100 characters.
    pub package_id: Loose,
    /// What they write, at most 4,000 characters.
    pub message: Loose,
    /// The language to answer in: `nl` or `en`.
    pub language: Loose,
    /// Whether to stand in line where the evening is held for somebody else.
    pub wait_behind: LooseTruth,
    /// A field that people do not see; whoever fills it in is none.
    pub website: Loose,
}

/// What a booking form says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Who books.
    pub client: Client,
    /// What finds them again.
    pub contact: ContactKey,
    /// What is to be booked.
    pub event: Event,
    /// Whether to stand in line where the evening is held for somebody else.
    pub wait_behind: bool,
}

impl Wish {
    /// The longest message, in characters.
    pub const MAX_MESSAGE_CHARS: usize = 4_000;
    /// The longest place, in characters.
    pub const MAX_PLACE_CHARS: usize = 200;
    /// The longest name of a package, in characters.
    pub const MAX_PACKAGE_CHARS: usize = 100;

    /// Parses `form` at `now`, or tells everything that is wrong with it; `is_package` knows the packages.
    pub fn parse(
        form: &BookingForm,
        now: Timestamp,
        scales: Scales<'_>,
        is_package: impl Fn(&str) -> bool,
    ) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let name = field(&mut faults, "name", &form.name, true, |text| PersonName::parse(text).map_err(name_fault));
        let email = field(&mut faults, "email", &form.email, true, |text| {
            EmailAddress::parse(text).map_err(|_| FaultCode::NotEmail)
        });
        let phone = field(&mut faults, "phone", &form.phone, true, |text| {
            scales.phones.normalize(text).map_err(|_| FaultCode::NotPhone)
        });
        let kind = field(&mut faults, "eventType", &form.event_type, true, |text| {
            EventType::parse(text).map_err(|fault| line_fault(fault.0))
        });
        let time = form.time(now, scales.zone).map_err(|fault| faults.push(fault)).ok();
        let line = |max| move |text: &str| Line::parse(text, max).map_err(line_fault);
        let place = Self::place(form).unwrap_or_else(|fault| {
            faults.push(fault);
            None
        });
        let package = field(&mut faults, "packageId", &form.package_id, false, line(Self::MAX_PACKAGE_CHARS));
        if package.as_deref().is_some_and(|package| !is_package(package)) {
            faults.push(Fault { field: "packageId", code: FaultCode::Unknown });
        }
        let message = field(&mut faults, "message", &form.message, false, |text| {
            let message = clean(text);
            let fits = message.chars().count() <= Self::MAX_MESSAGE_CHARS;
            if fits { Ok(message) } else { Err(FaultCode::TooLong(Self::MAX_MESSAGE_CHARS)) }
        });
        if form.wait_behind == LooseTruth::NotTruth {
            faults.push(Fault { field: "waitBehind", code: FaultCode::NotTruth });
        }
        let (Some(name), Some(email), Some(phone), Some(kind), Some(time), true) =
            (name, email, phone, kind, time, faults.is_empty())
        else {
            return Err(Faults(faults));
        };
        let contact = ContactKey::of(Some(&email), Some(&phone)).expect("it has a mailbox");
        let language = form.language.filled().map_or(scales.language, Language::prefer);
        let message = message.filter(|text| !text.is_empty());
        Ok(Self {
            client: Client { name, email, phone, language },
            contact,
            event: Event { kind, time, place, package, message },
            wait_behind: form.wait_behind == LooseTruth::Is(true),
        })
    }
}

impl Wish {
    /// Where the event is, if the form says so.
    pub fn place(form: &BookingForm) -> Result<Option<String>, Fault> {
        let mut faults = Vec::new();
        let parse = |text: &str| Line::parse(text, Self::MAX_PLACE_CHARS).map_err(line_fault);
        let place = field(&mut faults, "location", &form.location, false, parse);
        faults.pop().map_or(Ok(place), Err)
    }
}

impl BookingForm {
    /// When the event is, which is not over at `now`.
    pub fn time(&self, now: Timestamp, zone: &TimeZone) -> Result<EventTime, Fault> {
        let time = match &self.event_date {
            LooseTime::Absent => Err(Fault { field: "eventDate", code: FaultCode::Missing }),
            LooseTime::Day(day) => self.on_day(day, zone),
            LooseTime::Range { start, end, zone: named } => range(start, end, named, zone),
        }?;
        let over = time.span(zone).end <= now;
        if over { Err(Fault { field: "eventDate", code: FaultCode::InThePast }) } else { Ok(time) }
    }

    fn on_day(&self, day: &Loose, zone: &TimeZone) -> Result<EventTime, Fault> {
        let text = needed("eventDate", day)?;
        let day = parse_event_date(text, zone).map_err(|_| Fault { field: "eventDate", code: FaultCode::NotDate })?;
        let Some((start, end)) = self.clocks()? else { return Ok(EventTime::Day(day)) };
        let zone = named_zone("timeZone", &self.time_zone, zone)?;
        let last = if end > start { day } else { day.tomorrow().unwrap_or(Date::MAX) };
        hours(day.to_datetime(start), last.to_datetime(end), zone, "hours")
    }

    /// From when to when, if that is said; both or neither.
    fn clocks(&self) -> Result<Option<(Time, Time)>, Fault> {
        let not_time = Fault { field: "hours", code: FaultCode::NotTime };
        // A field that a browser sends empty says nothing.
        let said = |one: &Loose| one.filled().is_some() || *one == Loose::NotText;
        match (&self.hours, self.hours.filled()) {
            (_, Some(text)) => {
                let (start, end) = text.split_once(['-', '–']).ok_or(not_time)?;
                Ok(Some((clock("hours", &start.into())?, clock("hours", &end.into())?)))
            }
            (Loose::NotText, None) => Err(Fault { field: "hours", code: FaultCode::NotText }),
            _ if !said(&self.start_time) && !said(&self.end_time) => Ok(None),
            _ => Ok(Some((clock("startTime", &self.start_time)?, clock("endTime", &self.end_time)?))),
        }
    }
}

fn range(start: &Loose, end: &Loose, named: &Loose, zone: &TimeZone) -> Result<EventTime, Fault> {
    let zone = named_zone("eventDate", named, zone)?;
    let text = needed("eventDate", start)?;
    let not_date = Fault { field: "eventDate", code: FaultCode::NotDate };
    let Some(end) = end.filled() else {
        return parse_event_date(text, &zone).map(EventTime::Day).map_err(|_| not_date);
    };
    let (start, end) = (civil(text, &zone).ok_or(not_date)?, civil(end, &zone).ok_or(not_date)?);
    hours(start, end, zone, "eventDate")
}

fn hours(start: DateTime, end: DateTime, zone: TimeZone, field: &'static str) -> Result<EventTime, Fault> {
    EventHours::new(start, end, zone).map(EventTime::Hours).map_err(|_| Fault { field, code: FaultCode::NotHours })
}

/// A civil moment as written; one with `Z` or an offset is read on the clocks of `zone`.
fn civil(text: &str, zone: &TimeZone) -> Option<DateTime> {
    let text = text.trim();
    let day = parse_event_date(text, zone).ok()?;
    match text.parse::<Timestamp>() {
        Ok(moment) => Some(moment.to_zoned(zone.clone()).datetime()),
        Err(_) => text.parse().ok().or_else(|| Some(day.at(0, 0, 0, 0))),
    }
}

fn needed<'t>(field: &'static str, value: &'t Loose) -> Result<&'t str, Fault> {
    let code = if *value == Loose::NotText { FaultCode::NotText } else { FaultCode::Missing };
    value.filled().ok_or(Fault { field, code })
}

fn clock(field: &'static str, value: &Loose) -> Result<Time, Fault> {
    let text = needed(field, value)?.trim().replace('.', ":");
    let time = if text.len() <= 8 { text.parse::<Time>().ok() } else { None };
    time.ok_or(Fault { field, code: FaultCode::NotTime })
}

fn named_zone(field: &'static str, value: &Loose, zone: &TimeZone) -> Result<TimeZone, Fault> {
    match value.filled() {
        None if *value == Loose::NotText => Err(Fault { field, code: FaultCode::NotText }),
        None => Ok(zone.clone()),
        Some(name) => TimeZone::get(name.trim()).map_err(|_| Fault { field, code: FaultCode::NotTime }),
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jiff::civil::date;

    use super::*;
    use crate::contacts::{InvalidPhone, Phone, PhoneNormalizer};

    struct Plain;

    impl PhoneNormalizer for Plain {
        fn normalize(&self, text: &str) -> Result<Phone, InvalidPhone> {
            Phone::dialled(text).map(Phone::known)
        }
    }

    fn parse(json: &str) -> Result<Wish, Vec<(&'static str, FaultCode)>> {
        let form: BookingForm = serde_json::from_str(json).expect("a form");
        let zone = TimeZone::get("Europe/Amsterdam").expect("a zone of the list");
        let scales = Scales { phones: &Plain, zone: &zone, language: Language::Nl };
        let now: Timestamp = "2024-06-01T12:00:00Z".parse().expect("a moment");
        let wish = Wish::parse(&form, now, scales, |package| package == "silver");
        wish.map_err(|faults| faults.0.into_iter().map(|fault| (fault.field, fault.code)).collect())
    }

    fn with(fields: &str) -> Result<EventTime, Vec<(&'static str, FaultCode)>> {
        let who = r#""name":"Jan","email":"jan@example.com","phone":"0612345678","eventType":"Feest""#;
        parse(&format!("{{{who},{fields}}}")).map(|wish| wish.event.time)
    }

    fn start_and_end(fields: &str) -> (String, String) {
        let time = with(fields).expect("a time");
        let span = time.hours().expect("hours").span();
        (span.start.to_string(), span.end.to_string())
    }

    #[test]
    fn a_day_is_that_day() {
        assert_eq!(with(r#""eventDate":"2025-12-31""#), Ok(EventTime::Day(date(2025, 12, 31))));
        assert_eq!(with(r#""eventDate":{"date":"31-12-2025"}"#), Ok(EventTime::Day(date(2025, 12, 31))));
        assert_eq!(with(r#""eventDate":"2025-12-30T23:00:00.000Z""#), Ok(EventTime::Day(date(2025, 12, 31))));
    }

    #[test]
    fn hours_are_read_on_the_clocks_of_the_business() {
        let naive = r#""eventDate":{"start":"2024-07-10T18:00","end":"2024-07-10T23:00"}"#;
        assert_eq!(start_and_end(naive).0, "2024-07-10T16:00:00Z");
        let overnight =
            r#""eventDate":{"from":"2024-08-15T20:00","until":"2024-08-16T02:00","timeZone":"Europe/Amsterdam"}"#;
        assert_eq!(start_and_end(overnight).1, "2024-08-16T00:00:00Z");
        let spoken = r#""eventDate":"2024-08-15","startTime":"20:00","endTime":"02:00""#;
        assert_eq!(start_and_end(spoken), ("2024-08-15T18:00:00Z".to_owned(), "2024-08-16T00:00:00Z".to_owned()));
        let in_one = r#""eventDate":"2024-08-15","hours":"20:00 - 02:00""#;
        assert_eq!(start_and_end(in_one), start_and_end(spoken));
        let elsewhere = r#""eventDate":"2024-08-15","startTime":"20.00","endTime":"23:30","timeZone":"Europe/London""#;
        assert_eq!(start_and_end(elsewhere).0, "2024-08-15T19:00:00Z");
    }

    #[test]
    fn every_fault_is_named() {
        let all =
            parse(r#"{"name":"","email":"x","phone":"x","eventType":3,"eventDate":7,"packageId":"x","message":[]}"#);
        let expected = [
            ("name", FaultCode::Missing),
            ("email", FaultCode::NotEmail),
            ("phone", FaultCode::NotPhone),
            ("eventType", FaultCode::NotText),
            ("eventDate", FaultCode::NotText),
            ("packageId", FaultCode::Unknown),
            ("message", FaultCode::NotText),
        ];
        assert_eq!(all, Err(expected.to_vec()));
        let cases = [
            (r#""eventDate":null"#, "eventDate", FaultCode::Missing),
            (r#""eventDate":"2025-02-31""#, "eventDate", FaultCode::NotDate),
            (r#""eventDate":"2024-05-31""#, "eventDate", FaultCode::InThePast),
            (r#""eventDate":"2025-02-28","startTime":"20:00""#, "endTime", FaultCode::Missing),
            (r#""eventDate":"2025-02-28","hours":"20:00""#, "hours", FaultCode::NotTime),
            (r#""eventDate":"2025-02-28","hours":["20:00"]"#, "hours", FaultCode::NotText),
            (r#""eventDate":"2025-02-28","startTime":"25:00","endTime":"02:00""#, "startTime", FaultCode::NotTime),
            (
                r#""eventDate":"2025-02-28","startTime":"20:00","endTime":"23:00","timeZone":"Mars""#,
                "timeZone",
                FaultCode::NotTime,
            ),
            (r#""eventDate":{"start":"2025-02-28T20:00","end":"2025-02-28T19:00"}"#, "eventDate", FaultCode::NotHours),
            (r#""eventDate":{"start":"2025-02-28T20:00","end":"2025-03-08T19:00"}"#, "eventDate", FaultCode::NotHours),
            (r#""eventDate":{"start":[]}"#, "eventDate", FaultCode::NotText),
        ];
        for (fields, name, code) in cases {
            assert_eq!(with(fields), Err(vec![(name, code)]), "{fields}");
        }
    }

    #[test]
    fn today_s_evening_can_still_be_booked() {
        let today = with(r#""eventDate":"2024-06-01""#).expect("today");
        assert_eq!(today.span(&TimeZone::UTC).length(), SignedDuration::from_hours(24));
    }
}
