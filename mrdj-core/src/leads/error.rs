//! Why an enquiry was not taken in.

use super::Faults;
use crate::error::PortError;
use crate::idempotency::RecallError;

/// Why an enquiry was not taken in; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The form is wrong in these places.
    #[error(transparent)]
    Invalid(#[from] Faults),
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The store did not take it.
    #[error(transparent)]
    Store(#[from] PortError),
}

impl From<RecallError> for IntakeError {
    fn from(error: RecallError) -> Self {
        match error {
            RecallError::KeyReused => Self::KeyReused,
            RecallError::Store(error) => Self::Store(error),
        }
    }
}
