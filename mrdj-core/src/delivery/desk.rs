//! What an operator does with queues.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{
    Attempt, Bell, Delivery, DeliveryDesk, DeliveryId, DeliveryQueue, Filter, Holding, Order, QueueFigures, QueueName,
    QueueState,
};
use crate::clock::Clock;
use crate::error::{ErrorKind, PortError};

/// Shows and steers queues; every use case an operator has.
#[derive(Clone)]
pub struct Desk {
    rows: Arc<dyn DeliveryDesk>,
    queue: Arc<dyn DeliveryQueue>,
    bell: Arc<dyn Bell>,
    clock: Arc<dyn Clock>,
    served: Arc<BTreeSet<QueueName>>,
    known: Arc<BTreeSet<QueueName>>,
}

/// What a flush did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flushed {
    /// Whether a partner is set up for the queue.
    pub configured: bool,
    /// The deliveries that were made due.
    pub hurried: Vec<DeliveryId>,
}

impl Desk {
    /// A desk over these ports; `served` are the queues that have a courier here, `known` all that may exist.
    pub fn new(
        rows: Arc<dyn DeliveryDesk>,
        queue: Arc<dyn DeliveryQueue>,
        bell: Arc<dyn Bell>,
        clock: Arc<dyn Clock>,
        served: impl IntoIterator<Item = QueueName>,
        known: impl IntoIterator<Item = QueueName>,
    ) -> Self {
        let served: BTreeSet<_> = served.into_iter().collect();
        let known = known.into_iter().chain(served.iter().cloned()).collect();
        Self { rows, queue, bell, clock, served: Arc::new(served), known: Arc::new(known) }
    }

    /// Whether a courier serves `queue` here.
    pub fn is_served(&self, queue: &QueueName) -> bool {
        self.served.contains(queue)
    }

    /// Whether `queue` may exist here.
    pub fn knows(&self, queue: &QueueName) -> bool {
        self.known.contains(queue)
    }

    /// Every queue with its figures and, where nothing leaves, the reason.
    pub async fn overview(&self) -> Result<Vec<(QueueFigures, Option<Holding>)>, PortError> {
        let mut figures = self.rows.figures(self.clock.now()).await?;
        for queue in self.known.iter() {
            if !figures.iter().any(|figure| figure.queue == *queue) {
                figures.push(QueueFigures::empty(queue.clone()));
            }
        }
        figures.sort_by(|a, b| a.queue.cmp(&b.queue));
        let states = self.queue.queues().await?;
        let state = |name: &QueueName| states.iter().find(|state| state.name == *name).cloned();
        let holding = |name: &QueueName| {
            state(name).unwrap_or_else(|| QueueState::fresh(name.clone())).holding(self.is_served(name))
        };
        Ok(figures.into_iter().map(|figure| (figure.clone(), holding(&figure.queue))).collect())
    }

    /// A page of deliveries.
    pub async fn list(&self, filter: &Filter, limit: usize) -> Result<Vec<Delivery>, PortError> {
        self.rows.list(filter, limit, self.clock.now()).await
    }

    /// One delivery with its history.
    pub async fn inspect(&self, id: DeliveryId) -> Result<Option<(Delivery, Vec<Attempt>)>, PortError> {
        let Some(delivery) = self.rows.find(id).await? else {
            return Ok(None);
        };
        Ok(Some((delivery, self.rows.attempts(id).await?)))
    }

    /// Makes a delivery ready again; `None` when it is not there.
    pub async fn replay(&self, id: DeliveryId) -> Result<Option<Delivery>, PortError> {
        self.order(id, Order::Replay).await
    }

    /// Takes a delivery in doubt as arrived; `None` when it is not there.
    pub async fn accept(&self, id: DeliveryId) -> Result<Option<Delivery>, PortError> {
        self.order(id, Order::Accept).await
    }

    /// Forgets a delivery; `None` when it is not there.
    pub async fn remove(&self, id: DeliveryId) -> Result<Option<Delivery>, PortError> {
        self.order(id, Order::Remove).await
    }

    async fn order(&self, id: DeliveryId, order: Order) -> Result<Option<Delivery>, PortError> {
        let before = self.rows.order(id, order, self.clock.now()).await?;
        self.bell.ring();
        Ok(before)
    }

    /// Makes up to `limit` deliveries of `queue` due now and lets the next one probe an open breaker.
    pub async fn flush(&self, queue: &QueueName, limit: usize) -> Result<Flushed, PortError> {
        let now = self.clock.now();
        let hurried = self.rows.hurry(queue, limit, now).await?;
        self.change(queue, |state| state.breaker.probing(now)).await?;
        self.bell.ring();
        Ok(Flushed { configured: self.is_served(queue), hurried })
    }

    /// Lets nothing leave `queue` until it is resumed; pausing twice is pausing once.
    pub async fn pause(&self, queue: &QueueName) -> Result<(), PortError> {
        let now = self.clock.now();
        self.change(queue, |state| state.paused_at = state.paused_at.or(Some(now))).await
    }

    /// Lets `queue` go on, and lets one delivery probe an open breaker.
    pub async fn resume(&self, queue: &QueueName) -> Result<(), PortError> {
        let now = self.clock.now();
        self.change(queue, |state| {
            state.paused_at = None;
            state.breaker.probing(now);
        })
        .await?;
        self.bell.ring();
        Ok(())
    }

    async fn change(&self, queue: &QueueName, edit: impl Fn(&mut QueueState) + Send) -> Result<(), PortError> {
        // Workers move the version too; a handful of rounds outlasts any of them.
        for _ in 0..16 {
            let present = self.queue.queues().await?.into_iter().find(|state| state.name == *queue);
            let before = present.unwrap_or_else(|| QueueState::fresh(queue.clone()));
            let mut after = before.clone();
            edit(&mut after);
            if after == before || self.queue.keep(&after).await? {
                return Ok(());
            }
        }
        Err(PortError::new(ErrorKind::Conflict, "desk", "change a queue", "its state kept moving; try again"))
    }
}

impl QueueFigures {
    /// The figures of a queue that holds nothing.
    pub fn empty(queue: QueueName) -> Self {
        Self {
            queue,
            waiting: 0,
            delayed: 0,
            active: 0,
            in_doubt: 0,
            dead: 0,
            done_last_minute: 0,
            oldest_age: None,
            p95_age: None,
            most_attempts: 0,
        }
    }
}
