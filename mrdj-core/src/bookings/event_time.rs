//! When an event is, in civil time.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Span;

/// When an event is: on a civil day, or between two civil moments in a zone.
///
/// A day without hours is that day in every zone; it is never turned into a moment and back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventTime {
    /// On this day, at hours that are not known yet.
    Day(Date),
    /// Between these hours.
    Hours(EventHours),
}

/// Two civil moments in a zone, the second after the first; past midnight and across a change of the clocks alike.
///
/// ```
/// use jiff::{SignedDuration, civil::date, tz::TimeZone};
/// use mrdj_core::bookings::EventHours;
///
/// # if let Ok(zone) = TimeZone::get("Europe/Amsterdam") {
/// // The night in which the clocks go back has an hour more.
/// let night = date(2026, 10, 24);
/// let hours = EventHours::new(night.at(20, 0, 0, 0), date(2026, 10, 25).at(4, 0, 0, 0), zone).expect("a party");
/// assert_eq!(hours.span().length(), SignedDuration::from_hours(9));
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventHours {
    start: DateTime,
    end: DateTime,
    #[serde(with = "zone_by_name")]
    zone: TimeZone,
}

/// A zone by its name; some names, like `GMT+0`, would also be rules of another notation.
mod zone_by_name {
    use jiff::fmt::temporal::DateTimeParser;
    use jiff::tz::TimeZone;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(zone: &TimeZone, serializer: S) -> Result<S::Ok, S::Error> {
        match zone.iana_name() {
            Some(name) => serializer.serialize_str(name),
            None => jiff::fmt::serde::tz::required::serialize(zone, serializer),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TimeZone, D::Error> {
        let text = String::deserialize(deserializer)?;
        let named = TimeZone::get(&text).or_else(|_| DateTimeParser::new().parse_time_zone(&text));
        named.map_err(D::Error::custom)
    }
}

/// The hours of an event cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHours {
    /// The end is not after the beginning.
    #[error("an event ends after it begins")]
    EndsBeforeItBegins,
    /// It is longer than [`EventHours::LONGEST`].
    #[error("an event takes three days at most")]
    TooLong,
    /// The moments lie outside of time.
    #[error("that is outside of time")]
    OutsideOfTime,
}

/// A day of the business begins at this hour: what goes on after midnight belongs to the evening before.
const DAY_BEGINS: Time = Time::constant(6, 0, 0, 0);

impl EventHours {
    /// The longest event.
    pub const LONGEST: SignedDuration = SignedDuration::from_hours(72);

    /// From `start` to `end` on the clocks of `zone`.
    ///
    /// A moment that the clocks skip is the one as much later; of one that they show twice, the first begins an event,
    /// and ends it.
    pub fn new(start: DateTime, end: DateTime, zone: TimeZone) -> Result<Self, InvalidHours> {
        let moment = |civil: DateTime| zone.to_timestamp(civil).map_err(|_| InvalidHours::OutsideOfTime);
        let length = moment(end)?.duration_since(moment(start)?);
        if length <= SignedDuration::ZERO {
            return Err(InvalidHours::EndsBeforeItBegins);
        }
        if length > Self::LONGEST { Err(InvalidHours::TooLong) } else { Ok(Self { start, end, zone }) }
    }

    /// When it begins, on the clocks of its zone.
    pub const fn start(&self) -> DateTime {
        self.start
    }

    /// When it ends, on the clocks of its zone.
    pub const fn end(&self) -> DateTime {
        self.end
    }

    /// Whose clocks.
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The stretch of time that it takes.
    pub fn span(&self) -> Span {
        Span { start: moment(&self.zone, self.start), end: moment(&self.zone, self.end) }
    }
}

fn moment(zone: &TimeZone, civil: DateTime) -> Timestamp {
    // Hours were looked at when they were made, and a day lies within the years that a form may name.
    zone.to_timestamp(civil).unwrap_or(if civil.year() < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

impl EventTime {
    /// The civil day that it is listed under: the one on which it begins.
    pub fn day(&self) -> Date {
        match self {
            Self::Day(day) => *day,
            Self::Hours(hours) => hours.start.date(),
        }
    }

    /// The last civil day that it is listed under: what ends by six in the morning belongs to the evening before.
    pub fn last_day(&self) -> Date {
        let Self::Hours(hours) = self else { return self.day() };
        let end = hours.end;
        let belongs_before = end.time() <= DAY_BEGINS;
        let last = if belongs_before { end.date().yesterday().unwrap_or(end.date()) } else { end.date() };
        last.max(self.day())
    }

    /// The hours, where they are known.
    pub const fn hours(&self) -> Option<&EventHours> {
        match self {
            Self::Day(_) => None,
            Self::Hours(hours) => Some(hours),
        }
    }

    /// The stretch of time that it may take: its hours, or the day of the business, from six in the morning to six in
    /// the morning on the clocks of `zone`.
    pub fn span(&self, zone: &TimeZone) -> Span {
        match self {
            Self::Day(day) => day_of_business(*day, zone),
            Self::Hours(hours) => hours.span(),
        }
    }
}

/// The day of the business, which lasts until the morning after.
pub fn day_of_business(day: Date, zone: &TimeZone) -> Span {
    let next = day.tomorrow().unwrap_or(Date::MAX);
    Span { start: moment(zone, day.to_datetime(DAY_BEGINS)), end: moment(zone, next.to_datetime(DAY_BEGINS)) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("a zone of the list")
    }

    #[test]
    fn the_last_day_of_the_year_is_that_day_wherever_it_is_read() {
        let time = EventTime::Day(date(2025, 12, 31));
        let json = serde_json::to_string(&time).expect("plain data");
        assert_eq!(json, r#"{"day":"2025-12-31"}"#);
        for name in ["UTC", "Europe/Amsterdam", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"] {
            let read: EventTime = serde_json::from_str(&json).expect("read back");
            assert_eq!(read.day(), date(2025, 12, 31));
            let begins = read.span(&zone(name)).start.to_zoned(zone(name));
            assert_eq!((begins.date(), begins.hour()), (date(2025, 12, 31), 6), "{name}");
        }
    }

    #[test]
    fn an_evening_goes_on_past_midnight_and_stays_its_day_s() {
        let hours = |start, end| EventHours::new(start, end, zone("Europe/Amsterdam"));
        let evening = hours(date(2025, 12, 31).at(20, 0, 0, 0), date(2026, 1, 1).at(2, 0, 0, 0)).expect("hours");
        let time = EventTime::Hours(evening.clone());
        assert_eq!(time.day(), date(2025, 12, 31));
        assert_eq!(time.span(&TimeZone::UTC).length(), SignedDuration::from_hours(6));
        assert!(time.span(&TimeZone::UTC).overlaps(EventTime::Day(date(2025, 12, 31)).span(evening.zone())));
        assert!(!time.span(&TimeZone::UTC).overlaps(EventTime::Day(date(2026, 1, 1)).span(evening.zone())));
        let json = serde_json::to_string(&time).expect("plain data");
        assert_eq!(serde_json::from_str::<EventTime>(&json).expect("read back"), time);
        let backwards = hours(date(2026, 1, 1).at(2, 0, 0, 0), date(2025, 12, 31).at(20, 0, 0, 0));
        assert_eq!(backwards, Err(InvalidHours::EndsBeforeItBegins));
        let endless = hours(date(2026, 1, 1).at(2, 0, 0, 0), date(2026, 1, 4).at(2, 0, 1, 0));
        assert_eq!(endless, Err(InvalidHours::TooLong));
    }

    #[test]
    fn what_ends_by_six_in_the_morning_belongs_to_the_evening_before() {
        let last = |start, end| {
            let hours = EventHours::new(start, end, zone("Europe/Amsterdam")).expect("hours");
            EventTime::Hours(hours).last_day()
        };
        let eve = date(2026, 12, 31);
        let next = date(2027, 1, 1);
        assert_eq!(last(eve.at(20, 0, 0, 0), next.at(2, 0, 0, 0)), eve);
        assert_eq!(last(eve.at(20, 0, 0, 0), next.at(6, 0, 0, 0)), eve);
        assert_eq!(last(eve.at(20, 0, 0, 0), next.at(6, 1, 0, 0)), next);
        assert_eq!(last(eve.at(2, 0, 0, 0), eve.at(5, 0, 0, 0)), eve, "never before it begins");
        assert_eq!(last(eve.at(12, 0, 0, 0), eve.at(23, 0, 0, 0)), eve);
        assert_eq!(EventTime::Day(eve).last_day(), eve);
    }

    #[test]
    fn a_night_in_which_the_clocks_change_is_as_long_as_it_is() {
        let night = |day: Date| {
            let end = day.tomorrow().expect("in range").at(4, 0, 0, 0);
            EventHours::new(day.at(22, 0, 0, 0), end, zone("Europe/Amsterdam")).expect("hours").span().length()
        };
        assert_eq!(night(date(2026, 3, 28)), SignedDuration::from_hours(5));
        assert_eq!(night(date(2026, 10, 24)), SignedDuration::from_hours(7));
        assert_eq!(night(date(2026, 6, 20)), SignedDuration::from_hours(6));
    }

    proptest! {
        /// In every zone, in every year: what was said is what is told, and a day is its own.
        #[test]
        fn civil_time_comes_back_in_every_zone(
            which in 0_usize..600, year in 1970_i16..2100, day in 1_i16..366, minute in 0_i32..1440, length in 15_i32..4320,
        ) {
            let names: Vec<_> = jiff::tz::db().available().map(|name| name.to_string()).collect();
            let zone = zone(&names[which % names.len()]);
            let day = Date::new(year, 1, 1).expect("a year").checked_add(SignedDuration::from_hours(24 * i64::from(day - 1)))
                .expect("in range");
            let start = day.at(0, 0, 0, 0).checked_add(SignedDuration::from_mins(minute.into())).expect("in range");
            let end = start.checked_add(SignedDuration::from_mins(length.into())).expect("in range");
            let Ok(hours) = EventHours::new(start, end, zone.clone()) else { return Ok(()) };
            let time = EventTime::Hours(hours);
            let json = serde_json::to_string(&time).expect("plain data");
            let back: EventTime = serde_json::from_str(&json).expect("read back");
            prop_assert_eq!(&back, &time);
            prop_assert_eq!(back.day(), start.date());
            prop_assert!(back.span(&TimeZone::UTC).start < back.span(&TimeZone::UTC).end);

            let whole = EventTime::Day(day);
            let json = serde_json::to_string(&whole).expect("plain data");
            prop_assert_eq!(json, format!("{{\"day\":\"{day}\"}}"));
            // Days of the business neither overlap nor leave a gap, whatever the clocks do.
            let next = EventTime::Day(day.tomorrow().expect("in range"));
            prop_assert_eq!(whole.span(&zone).end, next.span(&zone).start);
        }
    }
}
