//! Which of two variants converts oftener, exactly, at any count.
//!
//! Every conversion is a coin: did it come from the challenger? Where the variants convert alike, it does with the chance that
//! the challenger's weight is, however rare conversions are, in whatever season, and however late they come in. Where the
//! challenger converts `r` times as often, the odds of that coin are `r` times the odds of the weights. So the bounds of the
//! coin are the bounds of `r`, with no approximation: they hold from the first conversion on.
//!
//! Sources: H. Robbins, "Statistical methods related to the law of the iterated logarithm", 1970 (evidence mixed over a prior);
//! R. Johari and others, "Always valid inference", 2022 (mixture SPRT for experiments); M. Lindon, A. Malek, "Anytime-valid
//! inference for multinomial count data", 2022 (conversions as multinomial counts, whatever their rate does over time).

use super::coin::{Belief, Tosses};
use super::evidence::p_value;
use super::{Evidence, Figures, Interval, Share, Tuning};

/// How much oftener visitors of the challenger convert than those of the baseline, by exact bounds.
///
/// ```
/// use mrdj_core::experiments::analysis::{Figures, Share, Tuning, rate_evidence};
///
/// let (old, new) = (Figures::counted(9_000, 180)?, Figures::counted(9_000, 260)?);
/// let evidence = rate_evidence(&old, &new, Share::HALF, Tuning::DEFAULT);
/// assert!(evidence.p_value < 0.01);
/// assert!(evidence.uplift.is_above(0.05), "at least 5 % more: {evidence:?}");
///
/// let lucky_hour = rate_evidence(&Figures::counted(40, 0)?, &Figures::counted(40, 3)?, Share::HALF, Tuning::DEFAULT);
/// assert!(lucky_hour.p_value > 0.5, "three to nothing is luck");
/// # Ok::<(), mrdj_core::experiments::analysis::InvalidFigures>(())
/// ```
pub fn rate_evidence(baseline: &Figures, challenger: &Figures, share: Share, tuning: Tuning) -> Evidence {
    let tosses = Tosses { heads: challenger.conversions() as f64, tails: baseline.conversions() as f64 };
    let (weight, fair) = (tuning.prior_weight(), share.get());
    let belief = Belief { heads: weight * fair, tails: weight * (1.0 - fair) };
    let (low, high) = tosses.bounds(belief, tuning.bar());
    let fair_odds = (fair / (1.0 - fair)).ln();
    let uplift = |odds: f64| (odds - fair_odds).exp_m1();
    Evidence { p_value: p_value(tosses.evidence(belief, fair)), uplift: Interval::new(uplift(low), uplift(high)) }
}

/// The exact bounds of one variant's rate, whenever one looks.
///
/// They hold for visitors that convert with one chance, independently (the mixture of H. Robbins with Jeffreys' prior).
pub fn rate_band(figures: &Figures, tuning: Tuning) -> Interval {
    let heads = figures.conversions() as f64;
    let tosses = Tosses { heads, tails: figures.visitors() as f64 - heads };
    let (low, high) = tosses.bounds(Belief { heads: 0.5, tails: 0.5 }, tuning.bar());
    let chance = |odds: f64| 1.0 / (1.0 + (-odds).exp());
    Interval::new(chance(low), chance(high))
}
