//! What a booking says by mail.
//!
//! What happened to it owes letters ([`MailsForBooking`]); before one leaves it is looked whether it is still true, so that
//! nobody hears of a hold that has ended or is reminded of an evening that was moved.

mod attached;
mod courier;
mod letter;
mod owes;
mod timely;

pub use attached::booking_file;
pub use courier::ClientLinks;
pub use letter::BookingLetter;
pub use owes::MailsForBooking;
