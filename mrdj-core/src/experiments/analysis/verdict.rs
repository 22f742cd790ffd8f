//! What an owner may conclude.

use serde::Serialize;

use super::{Cause, Interval, Wait};

/// What an owner may conclude today; the first that applies, from top to bottom. Variants are called by their names.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Verdict {
    /// Visitors are not divided as planned, so that nothing may be concluded.
    Frozen {
        /// The likely cause.
        cause: Cause,
    },
    /// A metric that may not get worse is worse by more than its margin: stop.
    GuardrailBroken {
        /// The metric.
        metric: String,
        /// The variant that breaks it.
        variant: String,
        /// How much worse it might have been, as a part of the baseline.
        margin: f64,
    },
    /// Too little was counted, for too short a time.
    TooEarly {
        /// How much longer it takes.
        wait: Wait,
    },
    /// A challenger is better than the baseline.
    Better {
        /// The challenger: of several, the one with the best figure.
        variant: String,
        /// What it is compared with.
        baseline: String,
        /// By which part its figure is greater; below 0 where less is better.
        uplift: Interval,
    },
    /// Every challenger is worse than the baseline.
    Worse {
        /// The baseline, which stays.
        baseline: String,
        /// The challenger that comes nearest.
        variant: String,
        /// By which part its figure is greater; above 0 where less is better.
        uplift: Interval,
    },
    /// All that was planned was counted, and no difference is visible.
    NoDifference {
        /// The challenger with the best figure.
        variant: String,
        /// By which part its figure may be greater or smaller at most.
        uplift: Interval,
    },
}
