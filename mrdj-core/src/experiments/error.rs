//! Why an experiment was not made, or not changed.

use super::{InvalidDefinition, StepRefused};
use crate::error::PortError;

/// Why an experiment was not made, or not changed.
#[derive(Debug, thiserror::Error)]
pub enum ExperimentError {
    /// The definition is wrong in these places.
    #[error(transparent)]
    Invalid(#[from] InvalidDefinition),
    /// Another experiment is called by that key.
    #[error("there is an experiment of that key already")]
    KeyTaken,
    /// What it is called by never changes.
    #[error("the key of an experiment does not change")]
    OtherKey,
    /// There is no such experiment.
    #[error("there is no such experiment")]
    Unknown,
    /// The step cannot be taken.
    #[error(transparent)]
    Step(#[from] StepRefused),
    /// The store did not take it.
    #[error(transparent)]
    Store(#[from] PortError),
}
