//! The sequential reading that GrowthBook shows, for many visitors.

use super::evidence::p_value;
use super::{Effect, Evidence, Interval, Sample, Tuning};

/// An asymptotic confidence sequence of an effect: always-valid once there are so many visitors that their mean is normal.
///
/// It is tuned in visitors ([`Tuning::new`]'s `sharpest_at`; GrowthBook begins with 5,000). At the first visitors it promises
/// nothing: with a rate of 2 % and daily looks it is wrong oftener than it says; [`rate_evidence`](super::rate_evidence) and
/// [`value_evidence`](super::value_evidence) hold from the first visitor on.
///
/// Source: I. Waudby-Smith and others, "Time-uniform central limit theory and asymptotic confidence sequences", 2023,
/// arXiv:2103.06476: equation 9 for the interval, 155 for the p-value, 161 for the tuning.
pub fn asymptotic_evidence(effect: &Effect, tuning: Tuning) -> Evidence {
    let (estimate, variance) = (effect.estimate, effect.standard_error.powi(2));
    let width = half_width(variance, effect.visitors, tuning);
    let grown = effect.visitors / tuning.prior_weight() + 1.0;
    let squared = estimate * estimate / variance;
    let evidence = 0.5 * squared * (1.0 - 1.0 / grown) - 0.5 * grown.ln();
    Evidence { p_value: p_value(evidence), uplift: Interval::new(estimate - width, estimate + width) }
}

/// The same kind of bounds for one variant's mean; nothing bounds it before two visitors, and where all did the same.
pub fn mean_band(sample: Sample, tuning: Tuning) -> Interval {
    if sample.n < 2.0 || sample.variance <= 0.0 {
        return Interval { low: None, high: None };
    }
    let width = half_width(sample.variance / sample.n, sample.n, tuning);
    Interval::new(sample.mean - width, sample.mean + width)
}

/// Half the interval around a mean of `n` whose own variance is `variance`.
fn half_width(variance: f64, n: f64, tuning: Tuning) -> f64 {
    let weight = tuning.prior_weight();
    let grown = n / weight + 1.0;
    (variance * 2.0 * (1.0 + weight / n) * (0.5 * grown.ln() + tuning.bar())).sqrt()
}
