//! What we say, to whom, in which language.
//!
//! An enquiry owes two mails: a confirmation to the customer and a notice to the business. Templates are typed, escaped
//! and known when the program is built. A confirmation costs postage, so that nobody can use our form to flood a
//! stranger: of enquiries and of bookings one per mailbox and day, and a ceiling per hour over all. Nothing a visitor wrote is reflected as a link.
//!
//! A booking owes letters for what happens to it, reminders before its day, and a calendar file once it is agreed.

mod attachment;
mod bookings;
#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "contract")]
pub mod contract_post_office;
mod courier;
mod defang;
#[cfg(test)]
pub(crate) mod fixture;
mod language;
mod mail;
mod owes;
mod ports;
mod postage;
mod templates;

pub use attachment::{Attachment, InvalidAttachment};
pub use bookings::{BookingLetter, ClientLinks, MailsForBooking, booking_file};
pub use courier::MailCourier;
pub use defang::defang;
pub use language::Language;
pub use mail::{Mail, MailReceipt};
pub use owes::{CONFIRMATION, MAIL, MailsForLead, NOTICE};
pub use ports::{Mailer, PostOffice};
#[cfg(feature = "mocks")]
pub use ports::{MockMailer, MockPostOffice};
pub use postage::{Postage, PostageRule, Purse, Suppression};
pub use templates::{House, Letter, Occasion, booking_letter, confirmation, notice, written_day};
