//! From a wish to an agreed evening: on the right day, and never twice.
//!
//! [`Bookings::request`] reads a form, looks who is free, and commits the booking with everything it owes; the store
//! refuses it when the evening was taken meanwhile, by the same rule ([`clashes`]) that answers visitors. An evening is
//! kept for a while; whoever wants it too may stand in line, and moves up when it is given up or the hold runs out.
//!
//! ```text
//!                 ┌──promote── waiting (in line behind a hold, or doubted; takes nothing)
//!                 ▼
//! wish ──▶ held(until) ──offer──▶ offered(until) ──agree──▶ agreed ──pay──▶ deposit ──▶ done
//!            │  ▲ │                  │      │                  │               │
//!            │  └─┴──── challenge ───┘      │                  │               │
//!            │     (decide within 24 h)     │                  │               │
//!            └──────── until passed ────────┴──▶ expired       │               │
//!   any of these, while nothing is final ──cancel──────────────┴───────────────┴──▶ cancelled
//!
//!   a deposit while the evening is held or offered is an agreement, too; one for what is expired or cancelled, or after
//!   the hold ran out, is a named conflict (late payment) for a person, never a second booking
//! ```

mod appointment;
mod attachment;
mod block;
mod booking;
mod calendar;
mod change;
#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "contract")]
pub mod contract_book;
#[cfg(feature = "contract")]
pub mod contract_calendar;
mod desk;
mod error;
mod event_time;
mod fact;
mod feed;
mod files;
#[cfg(test)]
pub(crate) mod fixture;
mod form;
mod form_time;
mod free;
mod ics;
mod line;
mod link;
mod loose;
mod package;
mod ports;
mod reminders;
mod resource;
mod service;
mod span;
mod stage;
mod stock;
mod wish;
mod wizard;

pub use attachment::{Attachment, AttachmentId, FileKind, InvalidFile};
pub use block::{Block, BlockId};
pub use booking::{Booking, BookingId, BookingReference, Client, Event, Take};
pub use calendar::{Agenda, Clash, Occupation, Why, clashes};
pub use change::BookingChange;
pub use error::BookingError;
pub use event_time::{EventHours, EventTime, InvalidHours, day_of_business};
pub use fact::{BookingEntry, BookingEvent, BookingFact};
pub use form::BookingForm;
pub use free::{Free, free, take};
pub use ics::{CalendarEvent, CalendarFile, EventStatus, Method, When};
pub use link::LinkSigner;
pub use loose::{LooseTime, LooseTruth};
pub use package::{InvalidPackages, Package};
pub use ports::{BookingBook, BookingFilter, CalendarBook};
#[cfg(feature = "mocks")]
pub use ports::{MockBookingBook, MockCalendarBook};
pub use reminders::{ReminderKind, follow_up, reminders};
pub use resource::{InvalidResource, InvalidResourceId, Resource, ResourceId, ResourceKind};
pub use service::{BookingReceipt, BookingRules, Bookings};
pub use span::Span;
pub use stage::{Party, Stage, Step, StepRefused};
pub use wish::Wish;
pub use wizard::{BadStep, Progress, Selections, Visitor, WizardStep};
