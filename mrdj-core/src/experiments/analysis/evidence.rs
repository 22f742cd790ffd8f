//! What an always-valid reading says.

use serde::Serialize;

use super::Interval;

/// How a challenger does beside the baseline, whenever one looks.
///
/// The promise is about the whole life of an experiment: the chance that the p-value *ever* falls to 5 % where nothing
/// differs is at most 5 %, and the chance that the interval *ever* leaves the truth out is at most 5 %, however often and
/// for whatever reason somebody looks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// The always-valid p-value of "no difference", between 0 and 1.
    pub p_value: f64,
    /// By which part the challenger is greater: 0.2 is 20 % more, -0.2 is 20 % less.
    pub uplift: Interval,
}

/// The p-value of the logarithm of evidence (Ville's inequality): evidence that began at 1 and is a fair game where nothing
/// differs reaches `1 / p` with a chance of at most `p`.
pub(super) fn p_value(log_evidence: f64) -> f64 {
    (-log_evidence).exp().min(1.0)
}
