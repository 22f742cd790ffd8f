//! Routes, room by room: each translates, calls one service, and translates back.

mod bookings;
mod client;
mod delivery;
mod docs;
mod experiments;
mod leads;
mod map;
mod messages;
mod observability;
mod partners;
mod personalization;
mod variants;
mod visitor;
mod webhooks;

pub(crate) use docs::show_index;
pub(crate) use map::{
    booking_forms, call_back_form, client_forms, client_pages, contact_form, docs, operator, personalization, public,
    uploads, variants, views, visitor_forms,
};
pub use messages::{MailboxNews, ReadNews, WebhookDoor};
pub use webhooks::{SignedDoor, SignedDoors};
