//! Which variant of the site fits what a visit says about itself.
//!
//! [`Personalization`] is the content: variants and cities, each with the words that lead to it. [`Clues`] take in the texts
//! of a visit, each from a [`Source`], and [`Clues::choose`] names the page that fits best and the [`Reason`].
//!
//! A word leads somewhere only as a whole and only when the content knows it, after case and accents are left off: `event`
//! leads to no city that has these letters in its name. Of what a visitor wrote nothing is kept and nothing is said again; an
//! answer holds the content's own texts alone.
//!
//! | What was found | Points |
//! | --- | --- |
//! | a keyword of a variant, or the name of a city | 25 |
//! | an intent tag of a variant | 20 |
//! | the same with nothing beside it in its text | 15 more |
//!
//! The points are multiplied with the [weight](Source::weight) of the text. A page's score is its best reason, and one for
//! each further term that was found; the highest wins, of equals the one that stands first in the content.

mod builder;
mod choice;
mod city;
mod clues;
mod content;
mod fault;
mod fold;
mod index;
mod page;
#[cfg(test)]
mod proof;
#[cfg(test)]
mod proof_of_content;
mod reading;
mod shape;
mod source;

pub use choice::{Choice, MatchType, Reason};
pub use city::City;
pub use clues::Clues;
pub use content::Personalization;
pub use fault::{ContentFault, InvalidContent};
pub use page::Page;
pub use source::Source;
