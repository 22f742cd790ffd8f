//! The partners by their role: the CRM that keeps a card for each enquiry, and what partners say of what they have.
//!
//! A [`Listener`] hears events that a door has verified. Each is kept once, with what it means for us: the status of one
//! of our enquiries or bookings, which only moves forward in the partner's own time, in whatever order events come in. What happens here [`EventsForSubscribers`] owe those who want to hear of it.

mod card;
#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "contract")]
pub mod contract_news;
mod courier;
mod happenings;
mod owes;
mod ports;
mod service;
mod status;

pub use card::{Card, CardReceipt};
pub use courier::CrmCourier;
pub use happenings::EventsForSubscribers;
pub use owes::{CARD, CRM, CardForLead};
pub use ports::{Crm, PartnerNews};
#[cfg(feature = "mocks")]
pub use ports::{MockCrm, MockPartnerNews};
pub use service::{Hearing, HearingError, Listener, Message};
pub use status::{Mention, PartnerStatus, Told};
