//! Shows and steers deliveries.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::delivery::{
    Attempt, Delivery, DeliveryDesk, DeliveryId, Filter, Order, QueueFigures, QueueName, State, Status,
};
use mrdj_core::error::PortError;

use super::Memory;
use super::state::conflict;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// Figures with the ages they are made from.
struct Tally {
    figures: QueueFigures,
    ages: Vec<SignedDuration>,
}

impl Tally {
    fn count(&mut self, delivery: &Delivery, now: Timestamp) {
        let figures = &mut self.figures;
        let place = match delivery.status(now) {
            Status::Waiting => &mut figures.waiting,
            Status::Delayed => &mut figures.delayed,
            Status::Active => &mut figures.active,
            Status::InDoubt => &mut figures.in_doubt,
            Status::Dead => {
                figures.dead += 1;
                return;
            }
            Status::Done => {
                figures.done_last_minute += u64::from(is_done_since(delivery, now - MINUTE));
                return;
            }
        };
        *place += 1;
        figures.most_attempts = figures.most_attempts.max(delivery.attempts);
        self.ages.push(now.duration_since(delivery.created_at));
    }

    fn figures(mut self) -> QueueFigures {
        self.ages.sort_unstable();
        // Of a hundred ages, 95 lie below the one with 95 in front of it.
        let p95_age = self.ages.get(self.ages.len() * 95 / 100).copied();
        QueueFigures { oldest_age: self.ages.last().copied(), p95_age, ..self.figures }
    }
}

fn is_done_since(delivery: &Delivery, since: Timestamp) -> bool {
    matches!(delivery.state, State::Done { at, .. } if at > since)
}

fn fits(delivery: &Delivery, filter: &Filter, now: Timestamp) -> bool {
    filter.queue.as_ref().is_none_or(|queue| delivery.queue == *queue)
        && filter.status.is_none_or(|status| delivery.status(now) == status)
        && filter.subject.is_none_or(|subject| delivery.subject == subject)
        && filter.after.is_none_or(|after| delivery.id > after)
}

#[async_trait]
impl DeliveryDesk for Memory {
    async fn find(&self, id: DeliveryId) -> Result<Option<Delivery>, PortError> {
        Ok(self.record().deliveries.get(&id).cloned())
    }

    async fn list(&self, filter: &Filter, limit: usize, now: Timestamp) -> Result<Vec<Delivery>, PortError> {
        let record = self.record();
        Ok(record.deliveries.values().filter(|delivery| fits(delivery, filter, now)).take(limit).cloned().collect())
    }

    async fn attempts(&self, id: DeliveryId) -> Result<Vec<Attempt>, PortError> {
        Ok(self.record().attempts.get(&id).cloned().unwrap_or_default())
    }

    async fn order(&self, id: DeliveryId, order: Order, now: Timestamp) -> Result<Option<Delivery>, PortError> {
        let mut record = self.record();
        let Some(before) = record.deliveries.get(&id).cloned() else {
            return Ok(None);
        };
        let obeyed = before.clone().obey(order, now);
        match obeyed.map_err(|cause| conflict("order", "the delivery is not in a state for that").because(cause))? {
            Some(after) => {
                record.deliveries.insert(id, after);
            }
            None => record.forget(id),
        }
        Ok(Some(before))
    }

    async fn hurry(&self, queue: &QueueName, limit: usize, now: Timestamp) -> Result<Vec<DeliveryId>, PortError> {
        let mut record = self.record();
        let mut hurried = Vec::new();
        for delivery in record.deliveries.values_mut().filter(|delivery| delivery.queue == *queue) {
            if hurried.len() == limit {
                break;
            }
            if let Some(after) = delivery.clone().hurry(now) {
                *delivery = after;
                hurried.push(delivery.id);
            }
        }
        Ok(hurried)
    }

    async fn figures(&self, now: Timestamp) -> Result<Vec<QueueFigures>, PortError> {
        let mut tallies: BTreeMap<QueueName, Tally> = BTreeMap::new();
        for delivery in self.record().deliveries.values() {
            let fresh = || Tally { figures: QueueFigures::empty(delivery.queue.clone()), ages: Vec::new() };
            tallies.entry(delivery.queue.clone()).or_insert_with(fresh).count(delivery, now);
        }
        Ok(tallies.into_values().map(Tally::figures).collect())
    }
}
