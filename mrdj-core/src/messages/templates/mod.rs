//! The letters we write.
//!
//! A letter is a typed template per language and form; what a template names is checked when the program is built. The
//! sentences lie in `templates/` beside `src/`, the words that are looked up (kinds, days, marks) in `words.rs`.
//!
//! A stranger decides who gets a confirmation, so it holds nothing he wrote but a name that passes
//! [`PersonName::greeting`](crate::contacts::PersonName::greeting). The notice holds everything, defanged.
//!
//! The seventeen letters about bookings share one page in each form; their sentences lie side by side in
//! `sentences.rs` and `notices.rs`.

mod booking;
mod confirmation;
mod house;
mod notice;
mod notices;
#[cfg(test)]
mod proof;
#[cfg(test)]
mod proof_of_bookings;
mod sentences;
mod words;

pub use booking::{Occasion, booking_letter};
pub use confirmation::confirmation;
pub use house::{House, Letter};
pub use notice::notice;
pub use words::day as written_day;
pub(super) use words::kind as kind_in_words;
