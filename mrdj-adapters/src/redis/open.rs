//! The ports' common part.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::limits::{Limit, Ruling};

use super::commands::Script;
use super::{Commands, Fault, Reply, Space, limits};

/// Redis as limiter, cache, session store and replay guard; clones share one line.
#[derive(Clone)]
pub struct Redis(Arc<Shared>);

struct Shared {
    commands: Box<dyn Commands>,
    space: Space,
    count: Script,
}

impl Redis {
    /// The ports over `commands`, whose keys lie in `space`.
    pub(crate) fn over(commands: impl Commands + 'static, space: Space) -> Self {
        Self(Arc::new(Shared { commands: Box::new(commands), space, count: Script::new(limits::COUNT) }))
    }

    pub(super) fn space(&self) -> &Space {
        &self.0.space
    }

    pub(super) fn commands(&self) -> &dyn Commands {
        &*self.0.commands
    }

    pub(super) fn adapter(&self) -> &'static str {
        self.commands().adapter()
    }

    /// Runs one command on behalf of `operation`.
    pub(super) async fn run(
        &self,
        operation: &'static str,
        command: &'static str,
        words: Vec<String>,
    ) -> Result<Reply, PortError> {
        self.commands().run(command, words).await.map_err(|fault| self.told(operation, fault))
    }

    /// Counts one more under `key`, in one step and one round trip.
    pub(super) async fn count(
        &self,
        operation: &'static str,
        key: String,
        limit: Limit,
        now: Timestamp,
    ) -> Result<Ruling, PortError> {
        let arguments = limits::arguments(limit, now);
        let counted = self.0.count.run(self.commands(), key, arguments).await;
        counted.and_then(|reply| limits::ruling(limit, reply)).map_err(|fault| self.told(operation, fault))
    }

    pub(super) fn told(&self, operation: &'static str, fault: Fault) -> PortError {
        fault.into_port_error(self.adapter(), operation)
    }

    pub(super) fn too_large(&self, operation: &'static str) -> PortError {
        PortError::new(ErrorKind::Rejected, self.adapter(), operation, "the session is too large")
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").field("adapter", &self.adapter()).field("space", self.space()).finish_non_exhaustive()
    }
}
