//! A challenger beside the baseline, read in three ways.

use serde::Serialize;

use super::{
    Counts, Effect, Evidence, FixedHorizon, Interval, Plan, Share, Tuning, Unit, credible_uplift, fixed_horizon,
    normal_posterior,
};

/// A challenger beside the baseline. Every uplift is a part of the baseline: 0.2 is 20 % more.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// The challenger, by its place.
    pub variant: usize,
    /// The always-valid reading, which verdicts are built on; both figures are already corrected for several challengers.
    pub evidence: Evidence,
    /// What is believed of the uplift, as if it were the only challenger; none while a value has too little to go by.
    pub credible: Option<Interval>,
    /// The classic reading of a single look, as if it were the only challenger; none while there is too little.
    pub classic: Option<FixedHorizon>,
}

impl Comparison {
    /// Reads the challenger at `variant`, one of `many`, beside the baseline; both must be figures of the metric.
    pub(super) fn read(variant: usize, many: usize, counts: &Counts, share: Share, plan: &Plan) -> Self {
        let (baseline, challenger) = (&counts.figures[0], &counts.figures[variant]);
        let evidence = counts.metric.evidence([baseline, challenger], share, plan.tuning(share, many));
        let alone = Tuning::DEFAULT.with_alpha(plan.alpha);
        let effect = Effect::between(baseline.sample(), challenger.sample(), Unit::Relative).ok();
        let of_value = || effect.map(|effect| normal_posterior(&effect, None, alone).interval);
        let of_rate = || credible_uplift(baseline, challenger, alone);
        Self {
            variant,
            // Bonferroni's correction; the interval has its part of it from the tuning.
            evidence: Evidence { p_value: (evidence.p_value * many as f64).min(1.0), ..evidence },
            credible: if baseline.has_value() { of_value() } else { Some(of_rate()) },
            classic: effect.map(|effect| fixed_horizon(&effect, alone)),
        }
    }
}
