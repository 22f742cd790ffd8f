//! The Bayesian reading of a normal effect, as GrowthBook shows it.

use serde::Serialize;

use super::error::checked;
use super::special::{normal_below, normal_density, normal_quantile};
use super::{Effect, Interval, InvalidFigures, Tuning};

/// What was believed of an effect before the first visitor, as a normal distribution in the effect's unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prior {
    mean: f64,
    deviation: f64,
}

impl Prior {
    /// Around `mean`, -1 to 10, with the standard deviation `deviation`, a millionth to 1,000.
    pub fn new(mean: f64, deviation: f64) -> Result<Self, InvalidFigures> {
        let mean = checked("mean", mean, -1.0..=10.0, "has to lie between -1 and 10")?;
        let range = "has to lie between a millionth and 1,000";
        Ok(Self { mean, deviation: checked("deviation", deviation, 1e-6..=1e3, range)? })
    }
}

/// What is believed of an effect after looking.
///
/// It answers "how sure may I be *now*", not "how often am I wrong when I stop at the first good sign": who stops at 95 % is wrong
/// oftener than five times in a hundred. Verdicts are built on [`Evidence`](super::Evidence).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Posterior {
    /// The chance that the challenger's mean is the greater one.
    pub chance_to_beat: f64,
    /// The effect that is expected, in its unit.
    pub expected: f64,
    /// The standard deviation of that belief.
    pub deviation: f64,
    /// The credible interval of 1 - alpha.
    pub interval: Interval,
    /// What is lost on average by keeping the baseline, in the effect's unit.
    pub loss_of_keeping: f64,
    /// What is lost on average by taking the challenger, in the effect's unit.
    pub loss_of_taking: f64,
}

/// The posterior of a normal effect; without a `prior` it is flat, and its interval is that of `tuning`'s alpha.
pub fn normal_posterior(effect: &Effect, prior: Option<Prior>, tuning: Tuning) -> Posterior {
    let precision = effect.standard_error.powi(-2);
    let before = prior.map_or((0.0, 0.0), |prior| (prior.mean, prior.deviation.powi(-2)));
    let deviation = (precision + before.1).sqrt().recip();
    let expected = (effect.estimate * precision + before.0 * before.1) / (precision + before.1);
    let z = expected / deviation;
    let width = normal_quantile(1.0 - 0.5 * tuning.alpha()) * deviation;
    Posterior {
        chance_to_beat: normal_below(z),
        expected,
        deviation,
        interval: Interval::new(expected - width, expected + width),
        loss_of_keeping: deviation * (normal_density(z) + z * normal_below(z)).max(0.0),
        loss_of_taking: deviation * (normal_density(z) - z * normal_below(-z)).max(0.0),
    }
}
