//! The courier: carries one delivery through a room's port.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Delivery, QueueName};
use crate::error::PortError;

/// How a carry ended that did not fail.
#[derive(Clone, Debug, PartialEq)]
pub enum Carried {
    /// The partner has it.
    Delivered {
        /// Its own id for it, if it gave one.
        receipt: Option<String>,
    },
    /// There was a good reason not to send it.
    Skipped {
        /// Which; no personal data.
        reason: String,
    },
    /// Not now, and nobody's fault: a budget is spent until `at`.
    PutOff {
        /// Not before.
        at: Timestamp,
        /// Why; no personal data.
        reason: String,
    },
}

/// What a partner knows about a delivery in doubt.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// It has it.
    Delivered {
        /// Its own id for it, if it gave one.
        receipt: Option<String>,
    },
    /// It does not have it: sending is safe.
    Missing,
}

/// What a destination offers after an unanswered request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recall {
    /// It recognises a repeated id: sending again is safe, and is how one asks.
    SendAgain,
    /// It can be asked whether it has a delivery.
    LookUp,
    /// Neither: only a person can decide.
    Nothing,
}

/// Carries deliveries of one queue to their destination.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Courier: Send + Sync {
    /// The queue it serves.
    fn queue(&self) -> QueueName;

    /// What the destination offers after an unanswered request.
    fn recall(&self) -> Recall;

    /// Carries `delivery`; called again for the same delivery after any failure.
    async fn carry(&self, delivery: &Delivery, now: Timestamp) -> Result<Carried, PortError>;

    /// Asks the destination whether it has `delivery`; called only where [`Courier::recall`] says [`Recall::LookUp`].
    async fn ask(&self, delivery: &Delivery, now: Timestamp) -> Result<Found, PortError>;
}
