//! Time as an argument.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

/// Tells the time; rules take a [`Timestamp`] instead, services ask here once.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Clock: Send + Sync {
    /// The present moment, in UTC.
    fn now(&self) -> Timestamp;
}

/// Waits, so that heartbeats and deadlines run on any runtime, or on a test's clock.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Timer: Send + Sync {
    /// Returns once `span` has passed; at once when it is zero or negative.
    async fn sleep(&self, span: SignedDuration);
}
