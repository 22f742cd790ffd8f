//! Leases and settles deliveries.

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::delivery::{
    Delivery, DeliveryId, DeliveryQueue, LeaseAsk, LeaseToken, QueueState, ScheduleBook, Settled, Settlement, State,
    Tick,
};
use mrdj_core::error::PortError;

use super::Memory;
use super::state::{Record, fact};

impl Record {
    /// Forgets a delivery with its history and its fact.
    pub(super) fn forget(&mut self, id: DeliveryId) {
        if let Some(forgotten) = self.deliveries.remove(&id) {
            self.attempts.remove(&id);
            self.facts.remove(&fact(&forgotten));
        }
    }

    /// The delivery of `token`, unless it was leased again since.
    fn latest(&mut self, token: LeaseToken) -> Option<&mut Delivery> {
        self.deliveries.get_mut(&token.id).filter(|delivery| delivery.fence == token.fence)
    }

    fn settle(&mut self, settlement: Settlement, now: Timestamp) -> Settled {
        let Some(delivery) = self.latest(settlement.token) else {
            return Settled::Stale;
        };
        let Ok(settled) = delivery.clone().settle(settlement.ending, now) else {
            return Settled::Stale;
        };
        *delivery = settled;
        self.attempts.entry(settlement.token.id).or_default().push(settlement.attempt);
        Settled::Recorded
    }
}

/// Whether a lease at `now` may take it.
fn is_due(delivery: &Delivery, now: Timestamp) -> bool {
    match delivery.state {
        State::Ready { at } => at <= now,
        State::InDoubt { ask_at } => ask_at.is_some_and(|at| at <= now),
        State::Leased { .. } | State::Done { .. } | State::Dead { .. } => false,
    }
}

#[async_trait]
impl DeliveryQueue for Memory {
    async fn lease(&self, ask: &LeaseAsk) -> Result<Vec<Delivery>, PortError> {
        let until = ask.now.checked_add(ask.term).unwrap_or(Timestamp::MAX);
        let mut record = self.record();
        let due =
            record.deliveries.values_mut().filter(|delivery| delivery.queue == ask.queue && is_due(delivery, ask.now));
        let leased = due.take(ask.limit).map(|delivery| {
            *delivery = delivery.clone().lease(until);
            delivery.clone()
        });
        Ok(leased.collect())
    }

    async fn extend(&self, leases: &[LeaseToken], until: Timestamp) -> Result<Vec<LeaseToken>, PortError> {
        let mut record = self.record();
        let mut held = Vec::new();
        for token in leases {
            if let Some(State::Leased { until: end, .. }) = record.latest(*token).map(|delivery| &mut delivery.state) {
                *end = until;
                held.push(*token);
            }
        }
        Ok(held)
    }

    async fn settle(&self, settlements: Vec<Settlement>, now: Timestamp) -> Result<Vec<Settled>, PortError> {
        let mut record = self.record();
        Ok(settlements.into_iter().map(|settlement| record.settle(settlement, now)).collect())
    }

    async fn rescue(&self, now: Timestamp) -> Result<u64, PortError> {
        let record = &mut *self.record();
        let mut count = 0;
        for delivery in record.deliveries.values_mut() {
            if let Some((rescued, attempt)) = delivery.rescue(now) {
                *delivery = rescued;
                record.attempts.entry(attempt.delivery).or_default().push(attempt);
                count += 1;
            }
        }
        Ok(count)
    }

    async fn queues(&self) -> Result<Vec<QueueState>, PortError> {
        Ok(self.record().queues.values().cloned().collect())
    }

    async fn keep(&self, state: &QueueState) -> Result<bool, PortError> {
        let mut record = self.record();
        let present = record.queues.get(&state.name).map_or(0, |present| present.version);
        if state.version != present {
            return Ok(false);
        }
        let kept = QueueState { version: present + 1, ..state.clone() };
        record.queues.insert(kept.name.clone(), kept);
        Ok(true)
    }

    async fn prune(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        let mut record = self.record();
        let mut done =
            record.deliveries.values().filter_map(done_at).filter(|(at, _)| *at < before).collect::<Vec<_>>();
        done.sort_unstable();
        done.truncate(limit);
        for (_, id) in &done {
            record.forget(*id);
        }
        Ok(done.len() as u64)
    }
}

/// When it was done, if it was, with its id.
fn done_at(delivery: &Delivery) -> Option<(Timestamp, DeliveryId)> {
    if let State::Done { at, .. } = delivery.state { Some((at, delivery.id)) } else { None }
}

#[async_trait]
impl ScheduleBook for Memory {
    async fn last_ticks(&self) -> Result<Vec<Tick>, PortError> {
        Ok(self.record().ticks.values().cloned().collect())
    }
}
