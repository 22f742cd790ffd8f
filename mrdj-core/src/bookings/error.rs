//! Why a booking was not made, or not changed.

use super::{Free, InvalidFile, InvalidResource, StepRefused};
use crate::error::PortError;
use crate::idempotency::RecallError;
use crate::leads::Faults;

/// Why a booking was not made, or not changed.
#[derive(Debug, thiserror::Error)]
pub enum BookingError {
    /// The form is wrong in these places.
    #[error(transparent)]
    Invalid(#[from] Faults),
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// There is no such booking, resource or blocked day.
    #[error("there is no such {0}")]
    Unknown(&'static str),
    /// The evening is not to be had; this says of each DJ or set why.
    #[error("the evening is not to be had")]
    NotFree(Free),
    /// So many evenings are kept for this person already, or waited for, that there will be no more.
    #[error("{0} evenings are kept for the same person, or waited for, already")]
    Enough(usize),
    /// The booking is not where that step begins.
    #[error(transparent)]
    Step(#[from] StepRefused),
    /// The resource crosses these bounds.
    #[error("the resource cannot be so")]
    Resource(Vec<InvalidResource>),
    /// The file cannot be attached.
    #[error(transparent)]
    File(#[from] InvalidFile),
    /// The store did not take it.
    #[error(transparent)]
    Store(#[from] PortError),
}

impl From<RecallError> for BookingError {
    fn from(error: RecallError) -> Self {
        match error {
            RecallError::KeyReused => Self::KeyReused,
            RecallError::Store(error) => Self::Store(error),
        }
    }
}
