//! Which one sells: what counted figures allow to conclude.
//!
//! [`Counts::analyze`] is the door: it takes what was counted and a [`Plan`] that was fixed before, and answers an
//! [`Analysis`] with a [`Verdict`] and its sentence. Everything here is a pure function of figures: same figures, same answer.
//!
//! ```text
//!               divided as planned? ──no──▶ frozen, with the likely cause
//!                        │ yes
//!               a guardrail broken? ──yes─▶ stop
//!                        │ no
//!  two weeks, enough conversions? ──no──▶ too early: so much longer
//!                        │ yes
//!         bounds clear of nothing? ──yes─▶ better by x to y, or the old one stays
//!                        │ no
//!         all that was planned there? ──no──▶ too early: so much longer
//!                        │ yes
//!                 no difference visible
//! ```
//!
//! Three readings stand beside each other. The **always-valid** one ([`rate_evidence`], [`value_evidence`]) decides: its promise
//! covers every look at any time, from the first visitor on. The **Bayesian** one ([`chances`], [`normal_posterior`]) says how sure
//! one may be now. The **classic** one ([`fixed_horizon`]) and GrowthBook's sequential one ([`asymptotic_evidence`]) are there to
//! be compared with other programs. Several challengers share the error that is allowed (Bonferroni's correction).
//!
//! `docs/analysis.md` says the same for owners, names every source, and lists where the figures coincide with `gbstats`.

mod asymptotic;
mod best;
mod cause;
mod coin;
mod comparison;
mod counts;
mod curve;
mod effect;
mod error;
mod evidence;
mod figures;
mod fixed;
mod gaussian;
mod guardrail;
mod interval;
mod judge;
mod metric;
mod plan;
#[cfg(test)]
mod proof;
mod rates;
mod reading;
mod sentence;
mod series;
mod special;
mod split;
mod tuning;
mod values;
mod verdict;
mod wait;
mod words;

pub use asymptotic::{asymptotic_evidence, mean_band};
pub use best::{Chances, chances, credible_uplift};
pub use cause::{Cause, DayVisitors, SourceVisitors};
pub use comparison::Comparison;
pub use counts::{Arm, Counts};
pub use effect::{Effect, TooLittle, Unit};
pub use error::InvalidFigures;
pub use evidence::Evidence;
pub use figures::{Figures, Sample};
pub use fixed::{FixedHorizon, fixed_horizon};
pub use gaussian::{Posterior, Prior, normal_posterior};
pub use guardrail::{GuardReading, GuardState, Guardrail};
pub use interval::Interval;
pub use metric::{Goal, Measure, Metric};
pub use plan::Plan;
pub use rates::{rate_band, rate_evidence};
pub use reading::Analysis;
pub use series::{DayFigures, Point, points_over_time, uplift_over_time};
pub use split::SplitReading;
pub use tuning::{Share, Tuning};
pub use values::value_evidence;
pub use verdict::Verdict;
pub use wait::Wait;
