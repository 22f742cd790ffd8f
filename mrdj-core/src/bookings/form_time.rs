//! When an event is, as a booking form says it.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::{BookingForm, EventHours, EventTime, LooseTime};
use crate::leads::{Fault, FaultCode, Loose, parse_event_date, read, required};

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
        let day = required("eventDate", day, |text| parse_event_date(text, zone).map_err(|_| FaultCode::NotDate))?;
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
    let text = required("eventDate", start, Ok)?;
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

/// A civil moment as written; one with `Z` or an offset is read on the clocks of `zone`, where they tell it from others.
fn civil(text: &str, zone: &TimeZone) -> Option<DateTime> {
    let text = text.trim();
    let day = parse_event_date(text, zone).ok()?;
    match text.parse::<Timestamp>() {
        Ok(moment) => {
            let civil = moment.to_zoned(zone.clone()).datetime();
            // The second time that the clocks show an hour cannot be told from the first.
            zone.to_timestamp(civil).is_ok_and(|told| told == moment).then_some(civil)
        }
        Err(_) => text.parse().ok().or_else(|| Some(day.at(0, 0, 0, 0))),
    }
}

fn clock(field: &'static str, value: &Loose) -> Result<Time, Fault> {
    required(field, value, |text| {
        let text = text.trim().replace('.', ":");
        let time = if text.len() <= 8 { text.parse().ok() } else { None };
        time.ok_or(FaultCode::NotTime)
    })
}

fn named_zone(field: &'static str, value: &Loose, zone: &TimeZone) -> Result<TimeZone, Fault> {
    let named = read(field, value, false, |name| TimeZone::get(name.trim()).map_err(|_| FaultCode::NotTime))?;
    Ok(named.unwrap_or_else(|| zone.clone()))
}
