//! Faults of our own: each must be seen by the oracle.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::delivery::{Carried, Courier, Delivery, Found, QueueName, Recall};
use mrdj_core::error::PortError;
use mrdj_core::messages::MAIL;
use mrdj_core::partners::CRM;
use mrdj_core::store::{Change, Changes, Commit, Store};

/// One fault that nobody should ever write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutant {
    /// The courier of mails sends each twice.
    SendsTwice,
    /// The courier of mails says that nothing has arrived, whatever it is asked about.
    NeverFinds,
    /// The courier of cards says that they arrived, and carries none.
    OnlySays,
    /// The store leaves the card out of what an enquiry owes.
    DropsADelivery,
    /// The store believes whatever a decision believes.
    BelievesAnything,
    /// The store answers before anything is written, and then forgets to.
    AnswersTooEarly,
    /// Settling takes the newest lease for the one that ends.
    IgnoresTheFence,
    /// What a vanished worker held is sent again without a question.
    RescuesAsReady,
    /// Settling forgets the line for the history.
    ForgetsHistory,
    /// Settling makes ready what was given up at the first try.
    RaisesTheDead,
    /// Leases of mails are as short as those of cards, and leave the mailer's search no time.
    LeasesTooShort,
    /// The post office sells postage to everybody who asks.
    CountsNoPostage,
    /// Each worker goes by its machine's clock, ten minutes off, and not by the store's.
    TrustsEveryClock,
}

impl Mutant {
    /// Every one.
    pub(crate) const ALL: [Self; 13] = [
        Self::SendsTwice,
        Self::NeverFinds,
        Self::OnlySays,
        Self::DropsADelivery,
        Self::BelievesAnything,
        Self::AnswersTooEarly,
        Self::IgnoresTheFence,
        Self::RescuesAsReady,
        Self::ForgetsHistory,
        Self::RaisesTheDead,
        Self::LeasesTooShort,
        Self::CountsNoPostage,
        Self::TrustsEveryClock,
    ];

    /// Its name among the trials.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::SendsTwice => "a_courier_that_sends_twice",
            Self::NeverFinds => "a_courier_that_never_finds",
            Self::OnlySays => "a_courier_that_only_says_so",
            Self::DropsADelivery => "a_store_that_drops_a_delivery",
            Self::BelievesAnything => "a_store_that_believes_anything",
            Self::AnswersTooEarly => "a_store_that_answers_too_early",
            Self::IgnoresTheFence => "a_settlement_that_ignores_the_fence",
            Self::ForgetsHistory => "a_settlement_that_forgets_history",
            Self::RaisesTheDead => "a_settlement_that_raises_the_dead",
            Self::LeasesTooShort => "a_lease_that_ends_before_a_search_has_caught_up",
            Self::CountsNoPostage => "a_post_office_that_counts_nothing",
            Self::RescuesAsReady => "a_rescue_that_asks_nobody",
            Self::TrustsEveryClock => "a_worker_that_trusts_its_clock",
        }
    }

    /// The courier with this fault, if it is one of couriers.
    pub(crate) fn courier(self, inner: Arc<dyn Courier>) -> Arc<dyn Courier> {
        Arc::new(MutantCourier { inner, mutant: self })
    }

    /// The store with this fault, if it is one of stores.
    pub(crate) fn store(self, inner: Arc<dyn Store>) -> Arc<dyn Store> {
        Arc::new(MutantStore { inner, mutant: self })
    }
}

struct MutantCourier {
    inner: Arc<dyn Courier>,
    mutant: Mutant,
}

#[async_trait]
impl Courier for MutantCourier {
    fn queue(&self) -> QueueName {
        self.inner.queue()
    }

    fn recall(&self) -> Recall {
        self.inner.recall()
    }

    async fn carry(&self, delivery: &Delivery, now: Timestamp) -> Result<Carried, PortError> {
        match self.mutant {
            Mutant::SendsTwice if delivery.queue == MAIL => {
                self.inner.carry(delivery, now).await?;
            }
            Mutant::OnlySays if delivery.queue == CRM => return Ok(Carried::Delivered { receipt: None }),
            _ => {}
        }
        self.inner.carry(delivery, now).await
    }

    async fn ask(&self, delivery: &Delivery, now: Timestamp) -> Result<Found, PortError> {
        match self.mutant {
            Mutant::NeverFinds => Ok(Found::Missing),
            _ => self.inner.ask(delivery, now).await,
        }
    }
}

struct MutantStore {
    inner: Arc<dyn Store>,
    mutant: Mutant,
}

#[async_trait]
impl Store for MutantStore {
    async fn commit(&self, mut changes: Changes) -> Result<Commit, PortError> {
        let is_card = |change: &Change| matches!(change, Change::Deliver(delivery) if delivery.queue == CRM);
        match self.mutant {
            Mutant::DropsADelivery => changes.facts.retain(|change| !is_card(change)),
            Mutant::BelievesAnything => changes.expects.clear(),
            Mutant::AnswersTooEarly if changes.facts.len().is_multiple_of(2) => return Ok(Commit::Done),
            _ => {}
        }
        self.inner.commit(changes).await
    }
}
