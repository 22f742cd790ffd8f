//! What a layer is.

use async_trait::async_trait;
use jiff::SignedDuration;
use mrdj_core::error::PortError;

/// Which call is under way; what it carries is nobody's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Call {
    /// The port, e.g. `delivery_queue`.
    pub port: &'static str,
    /// The operation, e.g. `lease`.
    pub operation: &'static str,
}

/// Stands around every call to a port.
#[async_trait]
pub trait Around: Send + Sync {
    /// Comes before the call; with an error the call is not made, and the error is its answer.
    async fn before(&self, _call: Call) -> Result<(), PortError> {
        Ok(())
    }

    /// Comes after a call that was made; an error takes the place of its answer.
    fn after(&self, call: Call, took: SignedDuration, error: Option<&PortError>) -> Result<(), PortError>;
}
