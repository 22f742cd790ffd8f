//! From what was counted of an experiment to what that says.
//!
//! [`Experiment::report`](super::Experiment::report) is the door: it takes the [`Figures`](super::Figures) of an experiment, which
//! lie by phase, day, variation and whether visitors are known again, and answers a [`Report`]: of one phase, of people or of
//! views, with the [`Analysis`](super::analysis::Analysis), one sentence for an owner, and a point for every civil day.
//! [`Experiment::summary`](super::Experiment::summary) is the same without the days. All of it is pure.
//!
//! ```
//! use jiff::Timestamp;
//! use jiff::tz::TimeZone;
//! use mrdj_core::experiments::report::Ask;
//! use mrdj_core::experiments::{Experiment, Figures, Step};
//!
//! let now = Timestamp::UNIX_EPOCH;
//! let running = Experiment::samples()[0].step(&Step::Start, "rik", now).expect("a draft can be started");
//! let report = running.report(&Figures::new(), &Ask::latest(now, &TimeZone::UTC)).expect("it has a phase");
//! assert_eq!(report.summary.sentences.en, "Too early to say: nobody has been counted yet.");
//! ```

mod ask;
mod bridge;
mod days;
#[cfg(test)]
mod proof;
mod said;
mod series;
mod span;
mod summary;

pub use ask::{Ask, Audience, NoSuchPhase};
pub use series::{Report, Series};
pub use summary::{Sentences, Summary, Unreadable, VariationFigures};
