//! The CRM: a repeated reference is answered with the first card.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::error::PortError;
use mrdj_core::partners::{Card, CardReceipt, Crm};

use super::Temper;

/// The cards of a CRM.
pub(crate) struct CardIndex {
    /// How it meets requests.
    pub(crate) temper: Temper,
    cards: Mutex<BTreeMap<String, (u64, Card)>>,
}

impl CardIndex {
    /// An empty one.
    pub(crate) fn of(temper: Temper) -> Self {
        Self { temper, cards: Mutex::default() }
    }

    /// Every card, by its reference.
    pub(crate) fn cards(&self) -> BTreeMap<String, Card> {
        self.index().iter().map(|(reference, (_, card))| (reference.clone(), card.clone())).collect()
    }

    fn put(&self, card: &Card) -> u64 {
        let mut cards = self.index();
        let next = cards.len() as u64 + 1;
        cards.entry(card.reference.clone()).or_insert_with(|| (next, card.clone())).0
    }

    fn index(&self) -> MutexGuard<'_, BTreeMap<String, (u64, Card)>> {
        self.cards.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Crm for CardIndex {
    async fn put_card(&self, card: &Card, now: Timestamp) -> Result<CardReceipt, PortError> {
        let id = self.temper.meet(&card.reference, "put card", now, || self.put(card)).await?;
        Ok(CardReceipt { id: Some(id.to_string()) })
    }
}
