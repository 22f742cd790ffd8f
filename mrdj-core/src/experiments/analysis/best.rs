//! The Bayesian reading of several variants: which is best, and what it costs to be mistaken.

use serde::Serialize;

use super::curve::{Belief, Curve};
use super::special::normal_quantile;
use super::{Figures, Goal, Interval, Tuning};

/// What is believed of one variant among the others.
///
/// It answers "how sure may I be *now*"; a verdict is built on [`Evidence`](super::Evidence), which looking early cannot fool.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Chances {
    /// The chance that it is the best of all.
    pub to_be_best: f64,
    /// The chance that it is better than the baseline; a half of the baseline itself.
    pub to_beat_baseline: f64,
    /// What is lost on average per visitor by choosing it: a rate, or cents.
    pub expected_loss: f64,
}

/// The chances of each variant, the first being the baseline; none where a value has no spread yet, and where rates stand beside
/// values.
///
/// Rates are believed to be anything between 0 and 1 before the first visitor, all alike (a flat beta prior), with no
/// approximation; values per visitor have a normal mean. The figures are integrals along a line: they are exact to about a
/// millionth while no variant has more than 400 times the conversions of another, and to a hundredth beyond.
///
/// ```
/// use mrdj_core::experiments::analysis::{Figures, Goal, chances};
///
/// let variants = [Figures::counted(500, 10)?, Figures::counted(500, 10)?, Figures::counted(500, 20)?];
/// let all = chances(&variants, Goal::Higher);
/// let all = all.expect("rates");
/// assert!(all[2].to_be_best > 0.9 && all[2].to_beat_baseline > 0.95);
/// assert!(all[2].expected_loss < all[0].expected_loss);
/// # Ok::<(), mrdj_core::experiments::analysis::InvalidFigures>(())
/// ```
pub fn chances(variants: &[Figures], goal: Goal) -> Option<Vec<Chances>> {
    if variants.windows(2).any(|pair| pair[0].has_value() != pair[1].has_value()) {
        return None;
    }
    let beliefs: Vec<_> = variants.iter().map(belief).collect::<Option<_>>()?;
    let narrowest = beliefs.iter().map(|belief| belief.shape().1).fold(f64::INFINITY, f64::min);
    let curves: Vec<_> = beliefs.iter().map(|belief| Curve::among(belief, narrowest)).collect();
    // The chance that all rivals are worse than `at`.
    let leads = |one: usize, at: f64| {
        let rivals = curves.iter().enumerate().filter(|(other, _)| *other != one);
        rivals.map(|(_, rival)| goal.worse(rival.at(at).1)).product::<f64>()
    };
    let to_be_best = |one: usize| curves[one].mean(|at| leads(one, at));
    // What the best of all is worth on average, whichever it is.
    let part = |one: usize| curves[one].mean(|at| beliefs[one].worth(at) * leads(one, at));
    let best: f64 = (0..curves.len()).map(part).sum();
    let chances = |one: usize| Chances {
        to_be_best: to_be_best(one).clamp(0.0, 1.0),
        to_beat_baseline: if one == 0 {
            0.5
        } else {
            goal.worse(behind(&curves[0], &curves[one], 0.0).1).clamp(0.0, 1.0)
        },
        expected_loss: (best - beliefs[one].mean()).abs(),
    };
    Some((0..curves.len()).map(chances).collect())
}

/// By which part the challenger's rate is greater, as a credible interval of 1 - alpha from a flat prior: exact to about a
/// millionth, and to a ten-thousandth where a rate may well be 1.
pub fn credible_uplift(baseline: &Figures, challenger: &Figures, tuning: Tuning) -> Interval {
    let belief = |of: &Figures| Belief::of_rate(of.visitors(), of.conversions());
    let (a, b) = (belief(baseline), belief(challenger));
    let (ahead, spread) = (b.shape().0 - a.shape().0, a.shape().1.hypot(b.shape().1));
    let (a, b) = (Curve::of(&a), Curve::of(&b));
    let end = |tail: f64| quantile(&a, &b, tail, ahead + spread * normal_quantile(tail)).exp_m1();
    Interval::new(end(0.5 * tuning.alpha()), end(1.0 - 0.5 * tuning.alpha()))
}

fn belief(of: &Figures) -> Option<Belief> {
    if of.has_value() { Belief::of_mean(of.sample()) } else { Some(Belief::of_rate(of.visitors(), of.conversions())) }
}

/// The density at `ahead` of how far the challenger lies above the baseline on the line, and the chance that the baseline lies
/// below that far: that the challenger is farther ahead.
fn behind(baseline: &Curve, challenger: &Curve, ahead: f64) -> (f64, f64) {
    // Along the narrower curve, which would fall between two points of the broader one.
    if width(baseline) < width(challenger) {
        let density = baseline.mean(|at| challenger.at(at + ahead).0);
        return (density, baseline.mean(|at| 1.0 - challenger.at(at + ahead).1));
    }
    let density = challenger.mean(|at| baseline.at(at - ahead).0);
    (density, challenger.mean(|at| baseline.at(at - ahead).1))
}

fn width(curve: &Curve) -> f64 {
    let (from, to) = curve.ends();
    to - from
}

/// How far the challenger is ahead at most with the chance `tail`: Newton's steps from a `guess`, within bounds that close in.
fn quantile(baseline: &Curve, challenger: &Curve, tail: f64, guess: f64) -> f64 {
    let (a, b) = (baseline.ends(), challenger.ends());
    let (mut low, mut high) = (b.0 - a.1, b.1 - a.0);
    let mut ahead = guess.clamp(low, high);
    for _ in 0..60 {
        let (density, farther) = behind(baseline, challenger, ahead);
        let missing = tail - (1.0 - farther);
        if missing > 0.0 {
            low = ahead;
        } else {
            high = ahead;
        }
        let wished = ahead + missing / density;
        let next = if wished > low && wished < high { wished } else { 0.5 * (low + high) };
        let moved = (next - ahead).abs();
        ahead = next;
        if moved < 1e-9 {
            break;
        }
    }
    ahead
}
