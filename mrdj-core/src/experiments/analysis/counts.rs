//! All that was counted in one experiment.

use super::error::checked;
use super::{DayVisitors, Figures, Guardrail, InvalidFigures, Metric, Share, SourceVisitors};

/// A variant: its name and the weight that was planned for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// What owners call it.
    pub name: String,
    /// Its weight, above 0; weights need not sum to 1.
    pub weight: f64,
}

/// All that was counted in one experiment; every list is in the order of `arms`, whose first is the baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    /// The variants, 2 to 100.
    pub arms: Vec<Arm>,
    /// The metric that decides.
    pub metric: Metric,
    /// What was counted of it, one for each variant.
    pub figures: Vec<Figures>,
    /// What may not get worse.
    pub guardrails: Vec<Guardrail>,
    /// The whole days that it has run, pauses left out.
    pub days_run: u32,
    /// The visitors of each day, in order, as far as they are known; they tell why a division is wrong.
    pub days: Vec<DayVisitors>,
    /// The visitors by where they came from, as far as that is known.
    pub sources: Vec<SourceVisitors>,
}

impl Counts {
    /// Refuses what cannot be, and names it.
    pub(super) fn check(&self) -> Result<(), InvalidFigures> {
        let count = self.arms.len();
        if !(2..=100).contains(&count) {
            return Err(InvalidFigures::new("arms", "there have to be 2 to 100"));
        }
        for (place, arm) in self.arms.iter().enumerate() {
            let range = "has to lie between a millionth and a million";
            checked("weight", arm.weight, 1e-6..=1e6, range).map_err(|fault| fault.within("arms", place))?;
        }
        self.metric.check(&self.figures, count)?;
        for (place, guardrail) in self.guardrails.iter().enumerate() {
            guardrail.check(count).map_err(|fault| fault.within("guardrails", place))?;
        }
        let short = "there have to be as many as variants";
        if let Some(place) = self.days.iter().position(|day| day.visitors.len() != count) {
            return Err(InvalidFigures::new("visitors", short).within("days", place));
        }
        match self.sources.iter().position(|source| source.visitors.len() != count) {
            Some(place) => Err(InvalidFigures::new("visitors", short).within("sources", place)),
            None => Ok(()),
        }
    }

    /// The share of each challenger beside the baseline.
    pub(super) fn shares(&self) -> Result<Vec<Share>, InvalidFigures> {
        self.arms[1..].iter().map(|arm| Share::of(self.arms[0].weight, arm.weight)).collect()
    }
}
