//! Everything that is left when all is quiet: in the store, at the partners, in the notes.

use std::collections::BTreeMap;

use futures_util::FutureExt;
use mrdj_core::delivery::{Attempt, Delivery, DeliveryDesk, DeliveryId, Order, QueueName, State};
use mrdj_core::leads::{Lead, LeadBook, LeadFilter};
use mrdj_core::messages::MAIL;
use mrdj_core::partners::{CRM, Card};
use uuid::Uuid;

use crate::notebook::Notes;
use crate::partners::{Said, Sent};
use crate::people::Told;
use crate::play::deliveries;
use crate::world::World;

/// What a delivery stands for: subject, queue, kind, edition.
pub(crate) type Fact = (Uuid, QueueName, String, u32);

/// What is left of one seed.
pub(crate) struct Record<'a> {
    pub(crate) world: &'a World,
    pub(crate) leads: Vec<Lead>,
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) told: Vec<Told>,
    pub(crate) notes: Notes,
    pub(crate) cards: BTreeMap<String, Card>,
    pub(crate) mails: Vec<Sent>,
    pub(crate) alerts: Vec<DeliveryId>,
    said: BTreeMap<QueueName, BTreeMap<String, Said>>,
}

/// The fact behind `delivery`.
pub(crate) fn fact(delivery: &Delivery) -> Fact {
    (delivery.subject, delivery.queue.clone(), delivery.kind.clone(), delivery.edition)
}

impl<'a> Record<'a> {
    /// Reads everything.
    pub(crate) fn of(world: &'a World) -> Self {
        let everything = LeadFilter::default();
        let leads = LeadBook::list(&*world.memory, &everything, usize::MAX);
        let mut leads = leads.now_or_never().expect("memory answers at once").expect("memory does not fail");
        leads.sort_by_key(|lead| (lead.submitted_at, lead.id));
        let said = [
            (CRM, world.cards.temper.said()),
            (MAIL, world.bag.temper.said()),
            (crate::partners::ALERTS, world.pagers.temper.said()),
        ];
        Self {
            world,
            leads,
            deliveries: deliveries(world),
            told: world.told(),
            notes: world.notebook.read(),
            cards: world.cards.cards(),
            mails: world.bag.mails(),
            alerts: world.pagers.alerts(),
            said: said.into(),
        }
    }

    /// The delivery of `fact`, if the store has it.
    pub(crate) fn delivery(&self, of: &Fact) -> Option<&Delivery> {
        self.deliveries.iter().find(|delivery| fact(delivery) == *of)
    }

    /// The lead that `delivery` is about.
    pub(crate) fn lead_of(&self, delivery: &Delivery) -> Option<&Lead> {
        self.leads.iter().find(|lead| lead.id.uuid() == delivery.subject)
    }

    /// Every id under which `of` was ever owed, as far as anybody touched it.
    pub(crate) fn ids(&self, of: &Fact) -> Vec<DeliveryId> {
        let touched = self.notes.orders.iter().map(|(before, _)| before);
        let mut ids: Vec<_> =
            touched.chain(&self.deliveries).filter(|one| fact(one) == *of).map(|one| one.id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// How often a person gave `order` about `of`, where the delivery was in a state that `fits`.
    pub(crate) fn orders(&self, of: &Fact, order: Order, fits: fn(&State) -> bool) -> usize {
        let given =
            |(before, given): &&(Delivery, Order)| *given == order && fits(&before.state) && fact(before) == *of;
        self.notes.orders.iter().filter(given).count()
    }

    /// How often the partner of its queue has it.
    pub(crate) fn arrivals(&self, delivery: &Delivery) -> usize {
        match &delivery.queue {
            queue if *queue == CRM => {
                let card = self.lead_of(delivery).and_then(|lead| self.cards.get(lead.reference.as_str()));
                usize::from(card.is_some())
            }
            queue if *queue == MAIL => self.mails.iter().filter(|sent| sent.mail.delivery == delivery.id).count(),
            _ => self.alerts.iter().filter(|id| **id == delivery.id).count(),
        }
    }

    /// What the partner said about it.
    pub(crate) fn said(&self, delivery: &Delivery) -> Said {
        let name = match self.lead_of(delivery) {
            Some(lead) if delivery.queue == CRM => lead.reference.to_string(),
            _ => delivery.id.to_string(),
        };
        self.said.get(&delivery.queue).and_then(|said| said.get(&name)).cloned().unwrap_or_default()
    }

    /// Its history.
    pub(crate) fn history(&self, delivery: &Delivery) -> Vec<Attempt> {
        let history = self.world.memory.attempts(delivery.id);
        history.now_or_never().expect("memory answers at once").expect("memory does not fail")
    }
}
