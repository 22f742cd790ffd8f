//! A queue whose courier does nothing, so that only the queue costs.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_adapters::memory::Memory;
use mrdj_adapters::system::{SystemChance, SystemClock};
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{
    Carried, Courier, Delivery, DeliveryQueue, Found, Owed, QueueName, QueueRule, Recall, Worker,
};
use mrdj_core::error::PortError;
use mrdj_core::id::Id;
use mrdj_core::store::{Change, Changes, Store};
use tokio::sync::mpsc::UnboundedSender;

/// The queue.
pub const LANE: QueueName = QueueName::new("lane");

/// Takes what it is handed nowhere, and tells when, if anybody listens.
struct Nowhere(Option<UnboundedSender<Instant>>);

#[async_trait]
impl Courier for Nowhere {
    fn queue(&self) -> QueueName {
        LANE
    }

    fn recall(&self) -> Recall {
        Recall::SendAgain
    }

    async fn carry(&self, _: &Delivery, _: Timestamp) -> Result<Carried, PortError> {
        if let Some(handed) = &self.0 {
            // Nobody listens any more when the bench is over.
            let _ = handed.send(Instant::now());
        }
        Ok(Carried::Delivered { receipt: None })
    }

    async fn ask(&self, _: &Delivery, _: Timestamp) -> Result<Found, PortError> {
        Ok(Found::Missing)
    }
}

/// Commits `many` deliveries that are due, `at_once` in a decision.
pub async fn owe(store: &dyn Store, many: usize, at_once: usize) {
    for _ in 0..many / at_once {
        let mut changes = Changes::new();
        for _ in 0..at_once {
            let subject = Id::<()>::new(SystemClock.now(), &SystemChance).uuid();
            let owed = Owed::now(LANE, "bench");
            changes = changes.with(Change::Deliver(Delivery::new(owed, subject, SystemClock.now(), &SystemChance)));
        }
        store.commit(changes).await.expect("a commit");
    }
}

/// A worker that takes `at_once` of the queue in a turn.
pub fn worker(queue: Arc<dyn DeliveryQueue>, clock: Arc<dyn Clock>, at_once: usize) -> Worker {
    with(Nowhere(None), queue, clock, at_once)
}

/// The same, which tells when each delivery was in the courier's hand.
pub fn telling_worker(
    queue: Arc<dyn DeliveryQueue>,
    clock: Arc<dyn Clock>,
    at_once: usize,
    handed: UnboundedSender<Instant>,
) -> Worker {
    with(Nowhere(Some(handed)), queue, clock, at_once)
}

fn with(courier: Nowhere, queue: Arc<dyn DeliveryQueue>, clock: Arc<dyn Clock>, at_once: usize) -> Worker {
    let rule = QueueRule { concurrency: at_once, ..QueueRule::default() };
    Worker::new(queue, Arc::new(Memory::new()), clock, Arc::new(SystemClock), Arc::new(SystemChance))
        .with_courier(Arc::new(courier), rule)
}

/// Turns until nothing is left, or `most` are delivered; says how many were.
pub async fn work_off(worker: &Worker, most: usize) -> usize {
    let mut delivered = 0;
    while delivered < most {
        let report = worker.run_once().await.expect("a turn");
        if report.is_idle() {
            break;
        }
        delivered += report.queues[&LANE].delivered;
    }
    delivered
}
