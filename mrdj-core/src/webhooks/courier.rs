//! Carries events to those who want to hear them.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{OutgoingEvent, Subscriber, Subscription};
use crate::delivery::{Carried, Courier, Delivery, Found, QueueName, Recall};
use crate::error::PortError;

/// Carries the events of one subscription, as they were when they happened.
pub struct EventCourier {
    /// What it wants to hear, and by which queue.
    pub subscription: Subscription,
    /// Who is told.
    pub subscriber: Arc<dyn Subscriber>,
}

#[async_trait]
impl Courier for EventCourier {
    fn queue(&self) -> QueueName {
        self.subscription.queue()
    }

    fn recall(&self) -> Recall {
        // Standard Webhooks ask of subscribers that they know an id again.
        Recall::SendAgain
    }

    async fn carry(&self, delivery: &Delivery, now: Timestamp) -> Result<Carried, PortError> {
        self.subscriber.tell(&OutgoingEvent::of(delivery), now).await?;
        Ok(Carried::Delivered { receipt: None })
    }

    async fn ask(&self, _: &Delivery, _: Timestamp) -> Result<Found, PortError> {
        Ok(Found::Missing)
    }
}
