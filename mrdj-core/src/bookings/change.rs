//! What a client or an operator changes of a booking.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{BookingForm, Event, EventTime, LooseTime};
use crate::leads::{Faults, Loose, noted};

/// What a client or an operator changes of a booking; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookingChange {
    /// Another time.
    pub time: Option<EventTime>,
    /// Another place, or none any more.
    pub place: Option<Option<String>>,
    /// Another package, or none any more.
    pub package: Option<Option<String>>,
    /// Another message, or none any more.
    pub message: Option<Option<String>>,
}

impl BookingChange {
    /// Reads what `form` changes, or tells everything that is wrong with it: a field that is not there, and a day that is
    /// empty, stay as they were; any other field that is empty is taken away.
    pub fn parse(
        form: &BookingForm,
        now: Timestamp,
        zone: &TimeZone,
        is_package: impl Fn(&str) -> bool,
    ) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let says_when = match &form.event_date {
            LooseTime::Absent => false,
            LooseTime::Day(day) => day.filled().is_some() || *day == Loose::NotText,
            LooseTime::Range { .. } => true,
        };
        let time = if says_when { noted(&mut faults, form.time(now, zone).map(Some)) } else { None };
        let said = |value: &Loose| *value != Loose::Absent;
        let place = said(&form.location).then(|| noted(&mut faults, form.place()));
        let package = said(&form.package_id).then(|| noted(&mut faults, form.package(is_package)));
        let message = said(&form.message).then(|| noted(&mut faults, form.message()));
        if faults.is_empty() { Ok(Self { time, place, package, message }) } else { Err(Faults(faults)) }
    }

    /// What is booked, changed so.
    pub(super) fn of(&self, event: &Event) -> Event {
        let Event { kind, time, place, package, message } = event.clone();
        Event {
            kind,
            time: self.time.clone().unwrap_or(time),
            place: self.place.clone().unwrap_or(place),
            package: self.package.clone().unwrap_or(package),
            message: self.message.clone().unwrap_or(message),
        }
    }
}
