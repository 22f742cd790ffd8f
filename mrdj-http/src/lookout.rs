//! Looks at what the system needs, without costing it anything.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::observability::{Condition, Finding, Health, Probe};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// So long is waited for a probe, whatever it promised.
const PATIENCE: Duration = Duration::from_secs(2);
/// So long the answer of one look is everybody's: anybody may ask, and asking is not to cost what is looked at.
const FRESH: Duration = Duration::from_secs(1);

/// What health reports look at; clones share each look.
#[derive(Clone)]
pub struct Lookout(Arc<Inner>);

struct Inner {
    probes: Vec<Arc<dyn Probe>>,
    last: Mutex<Option<(Instant, Arc<Health>)>>,
}

impl Lookout {
    /// Looks at these.
    pub fn over(probes: impl IntoIterator<Item = Arc<dyn Probe>>) -> Self {
        let probes = probes.into_iter().map(|probe| Arc::new(Patient(probe)) as Arc<dyn Probe>);
        Self(Arc::new(Inner { probes: probes.collect(), last: Mutex::default() }))
    }

    /// Looks at everything at once, at most once a second however many ask; takes two seconds at most.
    pub async fn look(&self, now: Timestamp) -> Arc<Health> {
        // Held meanwhile: who comes while somebody looks, waits for what he finds.
        let mut last = self.0.last.lock().await;
        if let Some((found, health)) = &*last
            && found.elapsed() < FRESH
        {
            return Arc::clone(health);
        }
        let health = Arc::new(Health::look(&self.0.probes, now).await);
        *last = Some((Instant::now(), Arc::clone(&health)));
        health
    }
}

impl fmt::Debug for Lookout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.probes.iter().map(|probe| probe.name())).finish()
    }
}

/// A probe that is not waited for any longer than it promised to take.
struct Patient(Arc<dyn Probe>);

#[async_trait]
impl Probe for Patient {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn required(&self) -> bool {
        self.0.required()
    }

    async fn look(&self, now: Timestamp) -> Finding {
        let late = || Finding { condition: Condition::Down, note: "no answer within two seconds".to_owned() };
        timeout(PATIENCE, self.0.look(now)).await.unwrap_or_else(|_| late())
    }
}
