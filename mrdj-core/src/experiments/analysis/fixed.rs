//! The classic reading, for who looks once.

use serde::Serialize;

use super::special::{student_beyond, student_quantile};
use super::{Effect, Interval, Tuning};

/// What Welch's t-test says of an experiment that is read **once**, at an end that was fixed before.
///
/// Read oftener it lies: of experiments without any difference that are looked at daily for a year, nearly half show one. No
/// verdict is built on it; it is here to be compared with what other programs say.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FixedHorizon {
    /// The difference that was seen, in the effect's unit.
    pub estimate: f64,
    /// How far chance usually moves it.
    pub standard_error: f64,
    /// The two-sided p-value of "no difference", for a single look.
    pub p_value: f64,
    /// The confidence interval of 1 - alpha, for a single look.
    pub interval: Interval,
}

/// Welch's t-test of an effect, two-sided, with `tuning`'s alpha (B. L. Welch, "The generalization of Student's problem", 1947).
pub fn fixed_horizon(effect: &Effect, tuning: Tuning) -> FixedHorizon {
    let Effect { estimate, standard_error, degrees, .. } = *effect;
    let width = student_quantile(tuning.alpha(), degrees) * standard_error;
    FixedHorizon {
        estimate,
        standard_error,
        p_value: student_beyond(estimate / standard_error, degrees),
        interval: Interval::new(estimate - width, estimate + width),
    }
}
