//! What may not get worse.

use serde::Serialize;

use super::error::checked;
use super::{Figures, Goal, Interval, InvalidFigures, Metric, Share, Tuning};

/// A metric that may not get worse by more than a margin, with what was counted of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Guardrail {
    /// What is watched.
    pub metric: Metric,
    /// How much worse it may get, as a part of the baseline: 0.1 is a tenth. From 0 to 1.
    pub margin: f64,
    /// What was counted of it, one for each variant.
    pub figures: Vec<Figures>,
}

/// How a guardrail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GuardState {
    /// It is proven that the metric is not worse by more than the margin.
    Fine,
    /// Nothing speaks against the variant, and nothing is proven.
    Open,
    /// The best guess is worse than allowed, or it is proven that it is worse at all: keep an eye on it.
    Watch,
    /// It is proven that the metric is worse by more than the margin: stop.
    Broken,
}

/// How one guardrail stands for one challenger, whenever one looks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GuardReading {
    /// The metric's name.
    pub metric: String,
    /// The challenger, by its place.
    pub variant: usize,
    /// How it stands.
    pub state: GuardState,
    /// By which part the metric is greater than the baseline's, always-valid.
    pub uplift: Interval,
}

impl Guardrail {
    pub(super) fn check(&self, variants: usize) -> Result<(), InvalidFigures> {
        checked("margin", self.margin, 0.0..=1.0, "has to lie between 0 and 1")?;
        self.metric.check(&self.figures, variants)
    }

    /// How the challenger stands beside the baseline.
    pub(super) fn read(&self, challenger: usize, share: Share, tuning: Tuning) -> GuardReading {
        let pair = [&self.figures[0], &self.figures[challenger]];
        let uplift = self.metric.evidence(pair, share, tuning).uplift;
        let state = self.state(challenger, &uplift);
        GuardReading { metric: self.metric.name.clone(), variant: challenger, state, uplift }
    }

    fn state(&self, challenger: usize, uplift: &Interval) -> GuardState {
        let baseline = self.figures[0].per_visitor();
        let estimate = if baseline > 0.0 { self.figures[challenger].per_visitor() / baseline - 1.0 } else { 0.0 };
        let (gain, gained) = match self.metric.goal {
            Goal::Higher => (*uplift, estimate),
            Goal::Lower => (uplift.mirrored(), -estimate),
        };
        if gain.is_below(-self.margin) {
            GuardState::Broken
        } else if gain.is_above(-self.margin) {
            GuardState::Fine
        } else if gained < -self.margin || gain.is_below(0.0) {
            GuardState::Watch
        } else {
            GuardState::Open
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(metric: Metric, margin: f64, conversions: [u64; 2]) -> GuardState {
        let figures: Vec<_> = conversions.map(|n| Figures::counted(20_000, n).expect("figures")).to_vec();
        let guardrail = Guardrail { metric, margin, figures };
        guardrail.check(2).expect("a guardrail");
        guardrail.read(1, Share::HALF, Tuning::DEFAULT).state
    }

    #[test]
    fn a_fall_is_broken_only_when_it_is_proven() {
        let bookings = || Metric::rate("bookings");
        assert_eq!(state(bookings(), 0.1, [0, 0]), GuardState::Open);
        assert_eq!(state(bookings(), 0.1, [30, 29]), GuardState::Open);
        assert_eq!(state(bookings(), 0.1, [30, 20]), GuardState::Watch);
        assert_eq!(state(bookings(), 0.1, [400, 200]), GuardState::Broken);
        assert_eq!(state(bookings(), 0.5, [400, 420]), GuardState::Fine);
        // Worse for certain, but not more than may be.
        assert_eq!(state(bookings(), 0.3, [4_000, 3_500]), GuardState::Fine);
    }

    #[test]
    fn what_is_better_when_lower_is_broken_by_a_rise() {
        let cancellations = || Metric::rate("cancellations").better_when_lower();
        assert_eq!(state(cancellations(), 0.2, [200, 400]), GuardState::Broken);
        assert_eq!(state(cancellations(), 0.2, [400, 200]), GuardState::Fine);
    }
}
