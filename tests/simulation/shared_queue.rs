//! The queue that all workers share: the memory's, with the fault of a mutant.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_adapters::memory::Memory;
use mrdj_core::delivery::{
    Delivery, DeliveryDesk, DeliveryQueue, Filter, LeaseAsk, LeaseToken, Order, QueueState, Settled, Settlement, Status,
};
use mrdj_core::error::PortError;

use crate::ledger::{Hand, Ledger};
use crate::mutant::Mutant;
use crate::rules::LEASE_TERM;

/// Stands for a store that several machines share.
pub(crate) struct SharedQueue {
    pub(crate) memory: Arc<Memory>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) mutant: Option<Mutant>,
}

impl SharedQueue {
    fn is(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    async fn under_the_newest_lease(&self, token: LeaseToken) -> Result<LeaseToken, PortError> {
        let present = DeliveryDesk::find(&*self.memory, token.id).await?;
        Ok(present.map_or(token, |delivery| delivery.token()))
    }

    async fn replay_every(&self, status: Status, fits: fn(&Delivery) -> bool, now: Timestamp) -> Result<(), PortError> {
        let filter = Filter { status: Some(status), ..Filter::default() };
        for delivery in DeliveryDesk::list(&*self.memory, &filter, usize::MAX, now).await? {
            if fits(&delivery) {
                self.memory.order(delivery.id, Order::Replay, now).await?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl DeliveryQueue for SharedQueue {
    async fn lease(&self, ask: &LeaseAsk) -> Result<Vec<Delivery>, PortError> {
        let mut ask = ask.clone();
        if self.is(Mutant::LeasesTooShort) {
            ask.term = ask.term.min(LEASE_TERM);
        }
        let leased = self.memory.lease(&ask).await?;
        leased.iter().for_each(|delivery| self.ledger.moved(Hand::Worker, delivery));
        Ok(leased)
    }

    async fn extend(&self, leases: &[LeaseToken], until: Timestamp) -> Result<Vec<LeaseToken>, PortError> {
        self.memory.extend(leases, until).await
    }

    async fn settle(&self, mut settlements: Vec<Settlement>, now: Timestamp) -> Result<Vec<Settled>, PortError> {
        for settlement in &mut settlements {
            if self.is(Mutant::IgnoresTheFence) {
                settlement.token = self.under_the_newest_lease(settlement.token).await?;
            }
            if self.is(Mutant::ForgetsHistory) {
                settlement.attempt.number = 1;
            }
        }
        let ids: Vec<_> = settlements.iter().map(|settlement| settlement.token.id).collect();
        let settled = self.memory.settle(settlements, now).await?;
        let moved = ids.iter().zip(&settled).filter(|(_, settled)| **settled != Settled::Stale).map(|(id, _)| *id);
        self.ledger.all_moved(Hand::Worker, &self.memory, moved);
        if self.is(Mutant::RaisesTheDead) {
            // At the first try alone: for ever would take for ever.
            self.replay_every(Status::Dead, |dead| dead.attempts == 1, now).await?;
        }
        Ok(settled)
    }

    async fn rescue(&self, now: Timestamp) -> Result<u64, PortError> {
        let rescued = self.memory.rescue(now).await?;
        if rescued > 0 {
            self.ledger.taken_back(&self.memory);
        }
        if self.is(Mutant::RescuesAsReady) && rescued > 0 {
            self.replay_every(Status::InDoubt, |_| true, now).await?;
        }
        Ok(rescued)
    }

    async fn queues(&self) -> Result<Vec<QueueState>, PortError> {
        self.memory.queues().await
    }

    async fn prune(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        self.memory.prune(before, limit).await
    }

    async fn keep(&self, state: &QueueState) -> Result<bool, PortError> {
        self.memory.keep(state).await
    }
}
