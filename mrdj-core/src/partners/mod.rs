//! The partners by their role: the CRM that keeps a card for each enquiry and, where it can, each agreed booking; and what
//! partners say of what they have.
//!
//! A booking is put into the CRM from its agreement on, each time as it is then; every quarter of an hour is read back what
//! the CRM says of our bookings, and laid beside ours.
//!
//! A [`Listener`] hears events that a door has verified. Each is kept once, with what it means for us: the status of one
//! of our enquiries or bookings, which only moves forward in the partner's own time, in whatever order events come in.
//! What happens here [`EventsForSubscribers`] owe those who want to hear of it.

mod booking_card;
mod booking_state;
mod card;
#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "contract")]
pub mod contract_bookings;
#[cfg(feature = "contract")]
pub mod contract_news;
mod courier;
#[cfg(test)]
mod fixture;
mod happenings;
mod owes;
mod ports;
mod service;
mod status;

pub use booking_card::{BookingCard, BookingPut};
pub use booking_state::{BookingNews, BookingState, Compared};
pub use card::{Card, CardReceipt};
pub use courier::{BookingLane, CrmCourier};
pub use happenings::EventsForSubscribers;
pub use owes::{BOOKING, BOOKING_STATES, BookingForCrm, CARD, CRM, CardForLead, look_at_bookings};
pub use ports::{BookingCrm, BookingWatch, Crm, CrmNews, PartnerNews};
#[cfg(feature = "mocks")]
pub use ports::{MockBookingCrm, MockBookingWatch, MockCrm, MockCrmNews, MockPartnerNews};
pub use service::{Hearing, HearingError, Listener, Message};
pub use status::{Mention, PartnerStatus, Told};
