//! The partners by their role: the CRM that keeps a card for each enquiry and, where it can, each agreed booking.
//!
//! A booking is put there from its agreement on, each time as it is then; every quarter of an hour is read back what the
//! CRM says of our bookings, and laid beside ours.

mod booking_card;
mod booking_state;
mod card;
#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "contract")]
pub mod contract_bookings;
mod courier;
#[cfg(test)]
mod fixture;
mod owes;
mod ports;

pub use booking_card::{BookingCard, BookingPut};
pub use booking_state::{BookingNews, BookingState, Compared};
pub use card::{Card, CardReceipt};
pub use courier::{BookingLane, CrmCourier};
pub use owes::{BOOKING, BOOKING_STATES, BookingForCrm, CARD, CRM, CardForLead, look_at_bookings};
pub use ports::{BookingCrm, BookingWatch, Crm, CrmNews};
#[cfg(feature = "mocks")]
pub use ports::{MockBookingCrm, MockBookingWatch, MockCrm, MockCrmNews};
