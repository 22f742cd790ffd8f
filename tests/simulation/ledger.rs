//! Every step that a delivery takes, as it is taken, held against the drawing in `docs/delivery.md`.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use mrdj_adapters::memory::Memory;
use mrdj_core::delivery::{Delivery, DeliveryDesk, DeliveryId, Filter, State};

/// Where a delivery stands, without the particulars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Ready,
    Leased,
    InDoubt,
    Done,
    Dead,
}

/// Who moves a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hand {
    /// Whoever carries, or takes back what nobody carries any more.
    Worker,
    /// Whoever gives orders.
    Person,
}

/// Where every delivery was last seen, and each step that is not in the drawing.
#[derive(Default)]
pub(crate) struct Ledger(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    seen: BTreeMap<DeliveryId, (Place, u64)>,
    strange: Vec<String>,
}

impl Place {
    const fn of(state: &State) -> Self {
        match state {
            State::Ready { .. } => Self::Ready,
            State::Leased { .. } => Self::Leased,
            State::InDoubt { .. } => Self::InDoubt,
            State::Done { .. } => Self::Done,
            State::Dead { .. } => Self::Dead,
        }
    }

    /// Whether the drawing has an arrow from here to there.
    const fn leads_to(self, there: Self, hand: Hand) -> bool {
        match (hand, self, there) {
            (Hand::Worker, Self::Ready | Self::InDoubt, Self::Leased)
            | (Hand::Worker, Self::Leased, Self::Ready | Self::InDoubt | Self::Done | Self::Dead)
            | (Hand::Person, Self::Ready | Self::InDoubt | Self::Dead, Self::Ready)
            | (Hand::Person, Self::InDoubt, Self::Done) => true,
            (Hand::Worker | Hand::Person, _, _) => false,
        }
    }
}

impl Ledger {
    /// `delivery` was moved here by `hand`; only a lease raises the fence.
    pub(crate) fn moved(&self, hand: Hand, delivery: &Delivery) {
        let there = (Place::of(&delivery.state), delivery.fence);
        let mut pages = self.pages();
        let here = pages.seen.insert(delivery.id, there).unwrap_or(BORN);
        let fence = here.1 + u64::from(there.0 == Place::Leased);
        if !here.0.leads_to(there.0, hand) || there.1 != fence {
            pages.strange.push(format!("{} {} went from {here:?} to {there:?}", delivery.kind, delivery.id));
        }
    }

    /// The same, of what `memory` has under these ids by now.
    pub(crate) fn all_moved(&self, hand: Hand, memory: &Memory, ids: impl IntoIterator<Item = DeliveryId>) {
        for id in ids {
            let found = DeliveryDesk::find(memory, id).now_or_never().expect("memory answers at once");
            match found.expect("memory does not fail") {
                Some(delivery) => self.moved(hand, &delivery),
                None => drop(self.pages().seen.remove(&id)),
            }
        }
    }

    /// Every lease that `memory` no longer has was taken back.
    pub(crate) fn taken_back(&self, memory: &Memory) {
        let leased = |(_, (place, _)): &(&DeliveryId, &(Place, u64))| *place == Place::Leased;
        let held: Vec<_> = self.pages().seen.iter().filter(leased).map(|(id, _)| *id).collect();
        for delivery in everything(memory).iter().filter(|delivery| held.contains(&delivery.id)) {
            if Place::of(&delivery.state) != Place::Leased {
                self.moved(Hand::Worker, delivery);
            }
        }
    }

    /// Every step that is not in the drawing, and every delivery that is not where it was last seen.
    pub(crate) fn strange(&self, deliveries: &[Delivery]) -> Vec<String> {
        let pages = self.pages();
        let mut strange = pages.strange.clone();
        for delivery in deliveries {
            let is = (Place::of(&delivery.state), delivery.fence);
            let seen = pages.seen.get(&delivery.id).copied().unwrap_or(BORN);
            if is != seen {
                strange.push(format!("{} {} is {is:?} and was seen {seen:?}", delivery.kind, delivery.id));
            }
        }
        strange
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As a delivery is written.
const BORN: (Place, u64) = (Place::Ready, 0);

fn everything(memory: &Memory) -> Vec<Delivery> {
    let everything = Filter::default();
    let list = DeliveryDesk::list(memory, &everything, usize::MAX, jiff::Timestamp::UNIX_EPOCH);
    list.now_or_never().expect("memory answers at once").expect("memory does not fail")
}
