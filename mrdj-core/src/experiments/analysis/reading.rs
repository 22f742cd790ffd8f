//! An experiment's figures, read whole.

use serde::Serialize;

use super::cause::find_cause;
use super::split::read_split;
use super::{
    Chances, Comparison, Counts, Figures, GuardReading, InvalidFigures, Plan, Share, SplitReading, Tuning, Verdict,
    chances,
};

/// What the figures say, for a page, for a program, and in one sentence ([`Verdict::sentence`]).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Analysis {
    /// What may be concluded.
    pub verdict: Verdict,
    /// Whether visitors were divided as planned.
    pub split: SplitReading,
    /// Each challenger beside the baseline, the first challenger first.
    pub comparisons: Vec<Comparison>,
    /// What is believed of each variant, the baseline first; none while a value has no spread.
    pub chances: Option<Vec<Chances>>,
    /// What was counted, the baseline first.
    pub figures: Vec<Figures>,
    /// Whether there are enough of each for what rests on a normal approximation: the classic reading, and what is believed of
    /// values.
    pub enough_for_normal: Vec<bool>,
    /// Every guardrail for every challenger.
    pub guardrails: Vec<GuardReading>,
    /// How many conversions of the baseline and one challenger the plan asks for: of the challenger that needs most.
    pub planned_conversions: u64,
}

impl Counts {
    /// Reads the figures by `plan`; within microseconds, and always the same.
    ///
    /// ```
    /// use mrdj_core::experiments::analysis::{Arm, Counts, Figures, Metric, Plan, Verdict, Wait};
    /// use mrdj_core::messages::Language;
    ///
    /// let arm = |name: &str| Arm { name: name.to_owned(), weight: 0.5 };
    /// let counts = Counts {
    ///     arms: vec![arm("A"), arm("B")],
    ///     metric: Metric::rate("enquiries"),
    ///     figures: vec![Figures::counted(2_480, 49)?, Figures::counted(2_520, 61)?],
    ///     guardrails: Vec::new(),
    ///     days_run: 60,
    ///     days: Vec::new(),
    ///     sources: Vec::new(),
    /// };
    /// let analysis = counts.analyze(&Plan::new(0.02, 0.4)?)?;
    /// assert_eq!(
    ///     analysis.verdict.sentence(Language::En),
    ///     "Too early to say: at this rate it needs about eight more months."
    /// );
    /// # Ok::<(), mrdj_core::experiments::analysis::InvalidFigures>(())
    /// ```
    pub fn analyze(&self, plan: &Plan) -> Result<Analysis, InvalidFigures> {
        self.check()?;
        plan.check()?;
        let shares = self.shares()?;
        let split = read_split(&self.visitors(), &self.arms, plan.repeated);
        let cause = split.frozen.then(|| find_cause(&self.visitors(), &self.arms, &self.days, &self.sources));
        let comparisons = self.compare(&shares, plan);
        let guardrails = self.read_guardrails(&shares, plan);
        Ok(Analysis {
            verdict: self.judge(plan, &shares, cause, &guardrails, &comparisons),
            split,
            comparisons,
            chances: chances(&self.figures, self.metric.goal),
            figures: self.figures.clone(),
            enough_for_normal: self.figures.iter().map(Figures::is_enough_for_normal).collect(),
            guardrails,
            planned_conversions: self.planned(plan, &shares),
        })
    }

    fn visitors(&self) -> Vec<u64> {
        self.figures.iter().map(Figures::visitors).collect()
    }

    fn compare(&self, shares: &[Share], plan: &Plan) -> Vec<Comparison> {
        let each = shares.iter().enumerate();
        each.map(|(place, share)| Comparison::read(place + 1, shares.len(), self, *share, plan)).collect()
    }

    fn read_guardrails(&self, shares: &[Share], plan: &Plan) -> Vec<GuardReading> {
        let tuning = Tuning::DEFAULT.with_alpha(plan.alpha).shared_by(shares.len());
        let each = self.guardrails.iter().flat_map(|guardrail| {
            shares.iter().enumerate().map(move |(place, share)| guardrail.read(place + 1, *share, tuning))
        });
        each.collect()
    }

    fn planned(&self, plan: &Plan, shares: &[Share]) -> u64 {
        shares.iter().map(|share| plan.conversions(*share, shares.len())).max().unwrap_or(0)
    }
}
