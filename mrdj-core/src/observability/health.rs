//! Health: what each dependency looks like, and whether the whole is ready.

use std::sync::Arc;

use futures_util::future::join_all;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Probe;

/// The condition of a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// It works.
    Up,
    /// It is not set up here.
    NotConfigured,
    /// A stand-in takes its place.
    StandIn,
    /// It works, with something to look at.
    Degraded,
    /// It does not work.
    Down,
}

/// What a look at a dependency found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its condition.
    pub condition: Condition,
    /// What to know about it, in words that anybody may read: no secret, no personal data, no address, no path.
    pub note: String,
}

/// What was found everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Each dependency by name: what was found, and whether it is required.
    pub findings: Vec<(&'static str, Finding, bool)>,
}

impl Health {
    /// Looks at everything at once.
    pub async fn look(probes: &[Arc<dyn Probe>], now: Timestamp) -> Self {
        let looks = probes.iter().map(|probe| async move { (probe.name(), probe.look(now).await, probe.required()) });
        Self { findings: join_all(looks).await }
    }

    /// The required dependencies that are down; when there are none, the system is ready.
    pub fn missing(&self) -> Vec<&'static str> {
        let down =
            self.findings.iter().filter(|(_, finding, required)| *required && finding.condition == Condition::Down);
        down.map(|(name, ..)| *name).collect()
    }
}
