//! From a wish to an agreed evening.

mod ics;
mod ics_lines;
#[cfg(test)]
mod ics_proof;
mod ics_zone;
mod reminders;

pub use ics::{CalendarEvent, CalendarFile, EventStatus, Method, When};
pub use reminders::{ReminderKind, follow_up, reminders};
