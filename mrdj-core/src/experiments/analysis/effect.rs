//! A difference with its standard error.

use serde::Serialize;

use super::Sample;

/// In which unit a difference is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// As a part of the baseline: 0.2 is 20 % more.
    Relative,
    /// In the metric's own unit: a rate, or cents per visitor.
    Absolute,
}

/// Why a normal approximation says nothing yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum TooLittle {
    /// A variant has fewer than two visitors.
    #[error("a variant has fewer than two visitors")]
    Visitors,
    /// The baseline has no conversion, so that no part of it can be told.
    #[error("the baseline has no conversion")]
    Baseline,
    /// All visitors of a variant did the same, so that nothing tells how much chance there is in it.
    #[error("all visitors of a variant did the same")]
    Spread,
}

/// A difference of two means with its standard error, both in the unit asked for.
///
/// ```
/// use mrdj_core::experiments::analysis::{Effect, Figures, TooLittle, Tuning, Unit, fixed_horizon};
///
/// let (old, new) = (Figures::counted(9_000, 180)?, Figures::counted(9_000, 260)?);
/// let effect = Effect::between(old.sample(), new.sample(), Unit::Relative).expect("enough");
/// let classic = fixed_horizon(&effect, Tuning::DEFAULT);
/// assert!((classic.estimate - 0.444).abs() < 0.001 && classic.p_value < 0.01);
///
/// let nobody = Effect::between(Figures::default().sample(), new.sample(), Unit::Relative);
/// assert_eq!(nobody, Err(TooLittle::Visitors));
/// # Ok::<(), mrdj_core::experiments::analysis::InvalidFigures>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// The challenger's mean less the baseline's.
    pub(super) estimate: f64,
    /// How far chance usually moves it; above 0.
    pub(super) standard_error: f64,
    /// Welch and Satterthwaite's degrees of freedom.
    pub(super) degrees: f64,
    /// The visitors of both.
    pub(super) visitors: f64,
}

impl Effect {
    /// The effect between two samples; that of a ratio by the delta method.
    pub fn between(baseline: Sample, challenger: Sample, unit: Unit) -> Result<Self, TooLittle> {
        let (a, b) = (baseline, challenger);
        if a.n < 2.0 || b.n < 2.0 {
            return Err(TooLittle::Visitors);
        }
        if a.mean <= 0.0 {
            return Err(TooLittle::Baseline);
        }
        if a.variance <= 0.0 || b.variance <= 0.0 {
            return Err(TooLittle::Spread);
        }
        let (of_a, of_b) = (a.variance / a.n, b.variance / b.n);
        let degrees = (of_a + of_b).powi(2) / (of_a.powi(2) / (a.n - 1.0) + of_b.powi(2) / (b.n - 1.0));
        let difference = b.mean - a.mean;
        let ratio = b.mean / a.mean;
        let (estimate, variance) = match unit {
            Unit::Absolute => (difference, of_a + of_b),
            Unit::Relative => (difference / a.mean, (of_b + of_a * ratio * ratio) / (a.mean * a.mean)),
        };
        Ok(Self { estimate, standard_error: variance.sqrt(), degrees, visitors: a.n + b.n })
    }
}
