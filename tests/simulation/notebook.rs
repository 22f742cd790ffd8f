//! What the oracle has to know of orders and postage: it stands behind the faulty layer, where effects are real.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_adapters::memory::Memory;
use mrdj_core::clock::Clock;
use mrdj_core::contacts::EmailAddress;
use mrdj_core::delivery::{Attempt, Delivery, DeliveryDesk, DeliveryId, Filter, Order, QueueFigures, QueueName};
use mrdj_core::error::PortError;
use mrdj_core::messages::{PostOffice, Postage, PostageRule, Suppression};
use mrdj_core::mocks::FakeClock;

use crate::ledger::{Hand, Ledger};
use crate::mutant::Mutant;
use crate::sky::Sky;

/// The memory's desk and post office, with somebody who writes along.
pub(crate) struct Notebook {
    memory: Arc<Memory>,
    ledger: Arc<Ledger>,
    clock: FakeClock,
    sky: Arc<Sky>,
    mutant: Option<Mutant>,
    notes: Mutex<Notes>,
}

/// What was written along.
#[derive(Clone, Default)]
pub(crate) struct Notes {
    /// Orders that were carried out, with the delivery as it was before.
    pub(crate) orders: Vec<(Delivery, Order)>,
    /// Postage that was paid for the first time, by mailbox.
    pub(crate) paid: Vec<Paid>,
    /// Mailboxes that were ever suppressed.
    pub(crate) suppressed: BTreeSet<String>,
}

/// One payment.
#[derive(Clone)]
pub(crate) struct Paid {
    pub(crate) mailbox: String,
    pub(crate) delivery: DeliveryId,
    pub(crate) at: Timestamp,
}

impl Notebook {
    /// An empty one beside `memory`.
    pub(crate) fn beside(
        memory: &Arc<Memory>,
        ledger: &Arc<Ledger>,
        clock: &FakeClock,
        sky: &Arc<Sky>,
        mutant: Option<Mutant>,
    ) -> Arc<Self> {
        let (memory, ledger) = (Arc::clone(memory), Arc::clone(ledger));
        let (clock, sky) = (clock.clone(), Arc::clone(sky));
        Arc::new(Self { memory, ledger, clock, sky, mutant, notes: Mutex::default() })
    }

    /// Everything in it.
    pub(crate) fn read(&self) -> Notes {
        self.notes().clone()
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl DeliveryDesk for Notebook {
    async fn find(&self, id: DeliveryId) -> Result<Option<Delivery>, PortError> {
        DeliveryDesk::find(&*self.memory, id).await
    }

    async fn list(&self, filter: &Filter, limit: usize, now: Timestamp) -> Result<Vec<Delivery>, PortError> {
        DeliveryDesk::list(&*self.memory, filter, limit, now).await
    }

    async fn attempts(&self, id: DeliveryId) -> Result<Vec<Attempt>, PortError> {
        self.memory.attempts(id).await
    }

    async fn order(&self, id: DeliveryId, order: Order, now: Timestamp) -> Result<Option<Delivery>, PortError> {
        let before = self.memory.order(id, order, now).await?;
        if let Some(before) = &before {
            self.sky.tell(|| format!("{order:?} of {} {id}, which was {:?}", before.kind, before.state));
            self.notes().orders.push((before.clone(), order));
            self.ledger.all_moved(Hand::Person, &self.memory, [id]);
        }
        Ok(before)
    }

    async fn hurry(&self, queue: &QueueName, limit: usize, now: Timestamp) -> Result<Vec<DeliveryId>, PortError> {
        let hurried = self.memory.hurry(queue, limit, now).await?;
        self.ledger.all_moved(Hand::Person, &self.memory, hurried.iter().copied());
        Ok(hurried)
    }

    async fn figures(&self, now: Timestamp) -> Result<Vec<QueueFigures>, PortError> {
        self.memory.figures(now).await
    }
}

#[async_trait]
impl PostOffice for Notebook {
    async fn pay(
        &self,
        to: &EmailAddress,
        delivery: DeliveryId,
        rule: PostageRule,
        now: Timestamp,
    ) -> Result<Postage, PortError> {
        let postage = match self.mutant {
            Some(Mutant::CountsNoPostage) => Postage::Paid,
            _ => self.memory.pay(to, delivery, rule, now).await?,
        };
        let mut notes = self.notes();
        if postage == Postage::Paid && notes.paid.iter().all(|paid| paid.delivery != delivery) {
            notes.paid.push(Paid { mailbox: rule.account(to), delivery, at: self.clock.now() });
        }
        Ok(postage)
    }

    async fn suppression(&self, mailbox: &EmailAddress) -> Result<Option<Suppression>, PortError> {
        self.memory.suppression(mailbox).await
    }

    async fn suppress(&self, mailbox: &EmailAddress, why: Suppression, now: Timestamp) -> Result<(), PortError> {
        self.notes().suppressed.insert(mailbox.mailbox());
        self.memory.suppress(mailbox, why, now).await
    }

    async fn sweep_postage(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        self.memory.sweep_postage(before, limit).await
    }

    async fn lift(&self, mailbox: &EmailAddress) -> Result<(), PortError> {
        self.memory.lift(mailbox).await
    }
}
