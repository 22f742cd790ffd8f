//! What observability needs of a dependency.

use async_trait::async_trait;
use jiff::Timestamp;

use super::Finding;

/// Looks at one dependency.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Probe: Send + Sync {
    /// Its name in health reports, e.g. `store`.
    fn name(&self) -> &'static str;

    /// Whether the system does its work without it; only what is required makes the system not ready.
    fn required(&self) -> bool;

    /// Looks; answers within two seconds, whatever the dependency does.
    async fn look(&self, now: Timestamp) -> Finding;
}
