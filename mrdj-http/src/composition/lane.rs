//! A look at a partner, through the queue that leads to it.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::delivery::{DeliveryQueue, Holding, QueueName, QueueState};
use mrdj_core::observability::{Condition, Finding, Probe};

/// Tells what is known of a partner without calling it: what its last deliveries met.
pub(super) struct Lane {
    /// The partner's role, as health reports name it.
    pub(super) name: &'static str,
    /// The queue that leads to it.
    pub(super) queue: QueueName,
    /// Whether it is set up here.
    pub(super) served: bool,
    /// Whether a stand-in takes its place.
    pub(super) stood_in: bool,
    /// Where the state of queues is read.
    pub(super) states: Arc<dyn DeliveryQueue>,
}

#[async_trait]
impl Probe for Lane {
    fn name(&self) -> &'static str {
        self.name
    }

    fn required(&self) -> bool {
        // Enquiries are taken without any partner.
        false
    }

    async fn look(&self, _: Timestamp) -> Finding {
        let states = match self.states.queues().await {
            Ok(states) => states,
            Err(error) => return found(Condition::Degraded, format!("its queue cannot be read: {}", error.summary)),
        };
        let state = states.into_iter().find(|state| state.name == self.queue);
        let state = state.unwrap_or_else(|| QueueState::fresh(self.queue.clone()));
        match state.holding(self.served) {
            None if self.stood_in => found(Condition::StandIn, "a stand-in takes its place".to_owned()),
            None => found(Condition::Up, String::new()),
            Some(Holding::NotConfigured) => {
                found(Condition::NotConfigured, "what it is owed waits for a key".to_owned())
            }
            Some(Holding::Paused { since }) => found(Condition::Degraded, format!("paused since {since}")),
            Some(Holding::BreakerOpen { since, reason, .. }) => {
                found(Condition::Degraded, format!("away since {since}, what it is owed waits: {reason}"))
            }
        }
    }
}

fn found(condition: Condition, note: String) -> Finding {
    Finding { condition, note }
}
