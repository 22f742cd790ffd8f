//! Calendar files (RFC 5545) that every calendar opens.
//!
//! `file` says what is written, `lines` how a line is folded and escaped, `zone` which rules of the clock go with it.

mod file;
mod lines;
#[cfg(test)]
mod proof;
mod zone;

pub use file::{CalendarEvent, CalendarFile, EventStatus, Method, When};
