//! Which of two variants brings more per visitor, where few visitors bring anything and some bring much.
//!
//! Every value is put on a coin: on the challenger's side of the scale where the challenger brought it, else on the
//! baseline's. Where the variants do the same, chance alone chose the side, so that the scale is a fair game whatever the values
//! are: rare, skewed, of another season. The evidence is measured by the squares of the values themselves, so that one large
//! booking moves the scale as much as it widens the doubt, and can decide nothing.
//!
//! Sources: R. A. Fisher, "The design of experiments", 1935 (chance from the assignment alone); B. Delyon, "Exponential
//! inequalities for sums of weakly dependent variables", 2009, and S. R. Howard and others, "Time-uniform Chernoff bounds via
//! nonnegative supermartingales", 2020 (a third of the squares seen and two thirds of those expected bound a fair game);
//! H. Robbins, 1970 (the normal mixture).
//!
//! The p-value is exact for "no difference to anybody". The interval is exact where the challenger makes every value the same
//! number of times as large, and holds as counts grow where it does not.

use super::evidence::p_value;
use super::{Evidence, Figures, Interval, Share, Tuning};

/// The two sides of the scale.
struct Scale {
    /// What the baseline brought, times the challenger's share; and what the challenger brought, times the baseline's.
    sums: [f64; 2],
    squares: [f64; 2],
    share: f64,
    /// The weight of the prior, in square cents.
    prior: f64,
    bar: f64,
}

impl Scale {
    /// The logarithm of the evidence against "the challenger brings `exp(ratio)` times as much".
    fn evidence(&self, ratio: f64) -> f64 {
        // The greater of the two units, so that neither side grows without end when the ratio does.
        let (here, there) = (ratio.max(0.0), ratio.min(0.0));
        let (baseline, challenger) = (there.exp(), (-here).exp());
        let tilt = self.sums[1] * challenger - self.sums[0] * baseline;
        let doubt = self.doubt(self.squares[0] * baseline.powi(2), self.squares[1] * challenger.powi(2));
        let grown = 1.0 + doubt / self.prior;
        tilt * tilt / (2.0 * self.prior * grown) - 0.5 * grown.ln()
    }

    /// The variance that bounds the game, by either of two rules that agree for equal shares.
    fn doubt(&self, baseline: f64, challenger: f64) -> f64 {
        let (share, rest) = (self.share, 1.0 - self.share);
        let seen = share * share * baseline + rest * rest * challenger;
        let expected = share * rest * (baseline + challenger);
        (seen / 3.0 + expected * 2.0 / 3.0).max(seen)
    }

    /// The bound on the way from the estimate towards `end`, both logarithms of a ratio; `end` itself where nothing stops us.
    fn bound(&self, estimate: f64, end: f64) -> f64 {
        if self.evidence(end) < self.bar {
            return end;
        }
        // Equal values are the one place where the units change: on either side of it, the evidence only grows outwards.
        let passes_equal = (estimate < 0.0) != (end < 0.0) && self.evidence(0.0) < self.bar;
        let (mut inside, mut outside) = (if passes_equal { 0.0 } else { estimate }, end);
        if !passes_equal && (estimate < 0.0) != (end < 0.0) {
            outside = 0.0;
        }
        for _ in 0..60 {
            let middle = 0.5 * (inside + outside);
            if self.evidence(middle) < self.bar {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        outside
    }
}

/// How much more a visitor of the challenger brings than one of the baseline; `typical_cents` is what a conversion is usually
/// worth, from a cent to ten million euro, chosen before the first visitor.
///
/// ```
/// use mrdj_core::experiments::analysis::{Figures, Share, Tuning, value_evidence};
///
/// // Nine bookings of 1,500 euro each, and one of 90,000 for the challenger: no proof of anything.
/// let old = Figures::valued(2_000, 9, 9.0 * 150_000.0, 9.0 * 150_000.0_f64.powi(2))?;
/// let new = Figures::valued(2_000, 10, 10_350_000.0, 9.0 * 150_000.0_f64.powi(2) + 9_000_000.0_f64.powi(2))?;
/// let evidence = value_evidence(&old, &new, Share::HALF, Tuning::DEFAULT, 150_000.0);
/// assert!(evidence.p_value > 0.5 && evidence.uplift.contains(0.0));
/// # Ok::<(), mrdj_core::experiments::analysis::InvalidFigures>(())
/// ```
pub fn value_evidence(
    baseline: &Figures,
    challenger: &Figures,
    share: Share,
    tuning: Tuning,
    typical_cents: f64,
) -> Evidence {
    let share = share.get();
    let typical = if typical_cents >= 1.0 { typical_cents.min(1e9) } else { 1.0 };
    let scale = Scale {
        sums: [share * baseline.sum_cents(), (1.0 - share) * challenger.sum_cents()],
        squares: [baseline.square_cents(), challenger.square_cents()],
        share,
        prior: tuning.prior_weight() * share * (1.0 - share) * typical * typical,
        bar: tuning.bar(),
    };
    // A ratio of e^±60 is as good as none.
    let end = 60.0;
    let estimate = (scale.sums[1] / scale.sums[0]).ln();
    let estimate = if estimate.is_nan() { 0.0 } else { estimate.clamp(-end, end) };
    let (low, high) = (scale.bound(estimate, -end), scale.bound(estimate, end));
    let ends = (if low <= -end { -1.0 } else { low.exp_m1() }, if high >= end { f64::INFINITY } else { high.exp_m1() });
    Evidence { p_value: p_value(scale.evidence(0.0)), uplift: Interval::new(ends.0, ends.1) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nothing_plausible_lies_outside_the_bounds(
            logs in prop::array::uniform4(0.0..14.0_f64), buyers in prop::array::uniform2(1.0..2_000.0_f64), share in 0.02..0.98,
        ) {
            let sums = [share * logs[0].exp(), (1.0 - share) * logs[1].exp()];
            // From equal values to a single one that is nearly all.
            let spread = |sum: f64, log: f64, buyers: f64| sum * sum / (1.0 + (buyers - 1.0) * log / 14.0);
            let squares = [spread(logs[0].exp(), logs[2], buyers[0]), spread(logs[1].exp(), logs[3], buyers[1])];
            let scale = Scale { sums, squares, share, prior: 1e6, bar: Tuning::DEFAULT.bar() };
            let estimate = (sums[1] / sums[0]).ln();
            let (low, high) = (scale.bound(estimate, -60.0), scale.bound(estimate, 60.0));
            for place in -120..=120 {
                let ratio = f64::from(place) * 0.25;
                let is_inside = (low - 1e-6..=high + 1e-6).contains(&ratio);
                prop_assert!(is_inside || scale.evidence(ratio) >= scale.bar, "{ratio} lies outside {low}..{high}");
            }
        }
    }
}
