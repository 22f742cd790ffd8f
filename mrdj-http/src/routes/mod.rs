//! Routes, room by room: each translates, calls one service, and translates back.

mod bookings;
mod delivery;
mod docs;
mod leads;
mod map;
mod messages;
mod observability;
mod partners;
mod webhooks;

pub(crate) use bookings::Reason;
pub(crate) use docs::show_index;
pub(crate) use map::{booking_forms, call_back_form, contact_form, docs, operator, public};
pub use messages::{MailboxNews, ReadNews, WebhookDoor};
pub use webhooks::{SignedDoor, SignedDoors};
