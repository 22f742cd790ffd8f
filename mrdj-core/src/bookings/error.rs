//! Why a booking was not made, or not changed.

use super::{Free, StepRefused};
use crate::error::PortError;
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
    /// There is no such booking.
    #[error("there is no such booking")]
    Unknown,
    /// The evening is not to be had; this says of each DJ or set why.
    #[error("the evening is not to be had")]
    NotFree(Free),
    /// The booking is not where that step begins.
    #[error(transparent)]
    Step(#[from] StepRefused),
    /// The store did not take it.
    #[error(transparent)]
    Store(#[from] PortError),
}
