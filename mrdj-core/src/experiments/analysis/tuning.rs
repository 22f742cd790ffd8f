//! What is fixed before the first visitor: the odds of the coin, how often we may be wrong, where to look sharpest.

use super::InvalidFigures;
use super::error::checked;

/// The part of the visitors of two variants that the challenger gets, between 0 and 1.
///
/// It is the share that was *planned*, never the one that was counted: that both agree is what
/// [`SplitReading`](super::SplitReading) watches over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share(f64);

impl Share {
    /// An equal part.
    pub const HALF: Self = Self(0.5);

    /// The challenger's part of two weights; both are above 0.
    pub fn of(baseline_weight: f64, challenger_weight: f64) -> Result<Self, InvalidFigures> {
        let weight = |weight| checked("weight", weight, 1e-6..=1e6, "has to lie between a millionth and a million");
        let (baseline, challenger) = (weight(baseline_weight)?, weight(challenger_weight)?);
        Ok(Self(challenger / (baseline + challenger)))
    }

    /// The part itself.
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// How an always-valid reading is tuned. It is chosen before the first visitor and kept: a tuning that follows the figures
/// breaks the promise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuning {
    alpha: f64,
    sharpest_at: f64,
}

impl Tuning {
    /// Where nothing is planned: five times in a hundred wrong, sharpest at 400 conversions.
    pub const DEFAULT: Self = Self { alpha: 0.05, sharpest_at: 400.0 };

    /// `alpha` is how often, over the whole life of an experiment, a reading may claim what is not so, from a millionth to a
    /// half. `sharpest_at` is the number of observations, of both variants together, at which the interval is narrowest for its
    /// time: conversions in the exact readings, visitors in the asymptotic one, from 1 to a thousand million.
    pub fn new(alpha: f64, sharpest_at: f64) -> Result<Self, InvalidFigures> {
        let alpha = checked("alpha", alpha, 1e-6..=0.5, "has to lie between a millionth and a half")?;
        let range = "has to lie between 1 and a thousand million";
        Ok(Self { alpha, sharpest_at: checked("sharpest_at", sharpest_at, 1.0..=1e9, range)? })
    }

    /// That of a plan, which was checked.
    pub(super) fn planned(alpha: f64, conversions: f64) -> Self {
        Self { alpha, sharpest_at: conversions.clamp(1.0, 1e9) }
    }

    /// The same for one of `many` comparisons, so that all of them together are wrong no oftener (Bonferroni's correction).
    #[must_use]
    pub fn shared_by(self, many: usize) -> Self {
        Self { alpha: self.alpha / many.max(1) as f64, ..self }
    }

    /// The same, wrong as often as a plan says that was checked.
    #[must_use]
    pub(super) const fn with_alpha(self, alpha: f64) -> Self {
        Self { alpha, ..self }
    }

    /// How often a reading may be wrong.
    pub const fn alpha(self) -> f64 {
        self.alpha
    }

    /// What evidence has to reach, as a logarithm.
    pub(super) fn bar(self) -> f64 {
        -self.alpha.ln()
    }

    /// The weight of the prior, in observations: how many are worth as much as what we believed before the first.
    ///
    /// It makes the interval about as narrow as can be at `sharpest_at` (I. Waudby-Smith and others, "Time-uniform central limit
    /// theory and asymptotic confidence sequences", appendix on the choice of rho).
    pub(super) fn prior_weight(self) -> f64 {
        self.sharpest_at / Self::depth(self.alpha)
    }

    /// How many times the prior's weight an experiment has to last for its interval to be narrowest.
    pub(super) fn depth(alpha: f64) -> f64 {
        let bar = -2.0 * alpha.ln();
        bar + (bar + 1.0).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_the_challengers_part() {
        assert_eq!(Share::of(0.8, 0.2).map(Share::get), Ok(0.2));
        assert_eq!(Share::of(1.0, 1.0), Ok(Share::HALF));
        let fault = Share::of(1.0, f64::NAN).unwrap_err();
        assert_eq!(fault.to_string(), "weight: has to lie between a millionth and a million");
    }

    #[test]
    fn many_comparisons_share_what_may_go_wrong() {
        assert!((Tuning::DEFAULT.shared_by(5).alpha() - 0.01).abs() < 1e-12);
        assert!((Tuning::DEFAULT.prior_weight() - 50.4).abs() < 0.1);
        assert!(Tuning::new(0.7, 400.0).is_err() && Tuning::new(0.05, f64::INFINITY).is_err());
    }
}
