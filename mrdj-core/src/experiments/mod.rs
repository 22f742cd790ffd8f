//! Experiments and personalisation: who sees which variant, and which one sells.
//!
//! - [`assignment`] decides who sees which variant, by GrowthBook's published rules.
//! - [`analysis`] reads figures: bounds that hold whenever one looks, whether visitors are divided as planned, what may not get
//!   worse, how much longer it takes, and one sentence for an owner.
//! - [`personalization`] finds the page that fits what a visit says about itself.
//! - [`funnel`] counts the steps that pages tell of.
//! - [`report`] leads from what was counted of an experiment to what that says.
//!
//! An [`Experiment`] is defined and seen through by [`Experiments`]. Who saw what is told to an [`ExposureRecorder`] and counted
//! by an [`ExposureLog`]; who was won is a [`Conversion`], written by the commit that makes it true. Both become [`Figures`] in
//! the transaction that writes them, by one rule ([`Known`]), so that reading them takes no counting.
//!
//! ```text
//!          ┌──change──┐         ┌──change (words alone)──┐
//!          ▼          │         ▼                        │
//!  form ──▶ draft ──start──▶ running ◀──resume──pause──▶ paused ──stop──▶ stopped (winner)
//!                            │  ▲  └──────────────stop──────────────────────▲
//!            freeze (shows   │  │ begin (a new phase counts anew)
//!            nothing more) ──┘  └── running or paused
//! ```
//!
//! Without consent nothing is stored that names a visitor: a view counts by its id alone, and what came of it by the word of the
//! page ([`Seen`]).

pub mod analysis;
pub mod assignment;
mod backlog;
#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "contract")]
pub mod contract_figures;
mod conversion;
mod counting;
mod definition;
mod desk;
mod error;
mod experiment;
mod exposure;
#[cfg(test)]
mod fixture;
mod flag;
pub mod funnel;
mod happenings;
mod key;
mod life;
mod payload;
pub mod personalization;
mod ports;
mod reading;
mod recorder;
pub mod report;
mod samples;
mod seen;
mod tally;
mod visitor;

pub use conversion::{Conversion, Goal};
pub use counting::{Counted, ExposedKey, Known, Stretch};
pub use definition::{Aim, Definition, Split, Variation};
pub use desk::Experiments;
pub use error::ExperimentError;
pub use experiment::{Experiment, ExperimentId, NotShown, Phase};
pub use exposure::{EXPOSURE_IDS_KEPT_FOR, EXPOSURES_KEPT_FOR, Exposed, Exposure, ExposureId};
pub use flag::{Flag, InvalidFlag};
pub use happenings::ExperimentsForSubscribers;
pub use key::{ExperimentKey, InvalidKey};
pub use life::{ExperimentEvent, ExperimentFact, LifeLine, Status, Step, StepRefused};
pub use payload::features;
pub use ports::{ExperimentBook, ExposureLog};
#[cfg(feature = "mocks")]
pub use ports::{MockExperimentBook, MockExposureLog};
pub use reading::{DefinitionFault, InvalidDefinition};
pub use recorder::{ExposureRecorder, Recorded, Recorder, RecorderFigures, RecorderRule};
pub use seen::{Seen, Shown};
pub use tally::{Cell, Figures, Tally};
pub use visitor::{Consent, Cookieless, DayKey, InvalidVisitorId, VisitorId};
