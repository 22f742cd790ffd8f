//! A booking, as it stands in a calendar.

use super::{Booking, CalendarEvent, EventStatus, EventTime, Stage, When};

impl Booking {
    /// Its entry in a calendar, called `summary`; of all else only what every calendar may show.
    ///
    /// What identifies it never changes, and each version of the booking is a later version of the entry. It holds no
    /// moment but that of the booking's last change, so that the same booking makes the same file.
    pub fn appointment(&self, summary: impl Into<String>) -> CalendarEvent {
        CalendarEvent {
            uid: self.id.to_string(),
            sequence: self.version.saturating_sub(1),
            stamp: self.changed_at,
            when: When::of(&self.event.time),
            summary: summary.into(),
            description: None,
            location: None,
            status: EventStatus::of(&self.stage),
            organizer: None,
            alarm: None,
        }
    }
}

impl When {
    /// When an event is, in a calendar's words.
    pub fn of(time: &EventTime) -> Self {
        match time {
            EventTime::Day(day) => Self::Day(*day),
            EventTime::Hours(hours) => {
                Self::Hours { start: hours.start(), end: hours.end(), zone: hours.zone().clone() }
            }
        }
    }
}

impl EventStatus {
    /// How sure a booking is.
    pub const fn of(stage: &Stage) -> Self {
        match stage {
            Stage::Waiting | Stage::Held { .. } | Stage::Offered { .. } => Self::Tentative,
            Stage::Agreed | Stage::Deposit | Stage::Done => Self::Confirmed,
            Stage::Expired | Stage::Cancelled { .. } => Self::Cancelled,
        }
    }
}
