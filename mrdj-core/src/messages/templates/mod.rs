//! The letters we write.
//!
//! A letter is a typed template per language and form; what a template names is checked when the program is built. The
//! sentences lie in `templates/` beside `src/`, the words that are looked up (kinds, days, marks) in `words.rs`.
//!
//! A stranger decides who gets a confirmation, so it holds nothing he wrote but a name that passes
//! [`PersonName::greeting`](crate::contacts::PersonName::greeting). The notice holds everything, defanged.

mod confirmation;
mod house;
mod notice;
#[cfg(test)]
mod proof;
mod words;

pub use confirmation::confirmation;
pub use house::{House, Letter};
pub use notice::notice;
pub use words::day as written_day;
