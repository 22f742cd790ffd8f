//! The one state behind every port.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use mrdj_core::bookings::{
    Attachment, AttachmentId, Block, BlockId, Booking, BookingEntry, BookingId, BookingReference, Occupation, Resource,
    ResourceId,
};
use mrdj_core::contacts::{Contact, ContactKey};
use mrdj_core::delivery::{Attempt, Delivery, DeliveryId, QueueName, QueueState, ScheduleName, Tick};
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::experiments::{Experiment, ExperimentKey};
use mrdj_core::id::Id;
use mrdj_core::idempotency::{IdempotencyKey, IdempotencyRecord};
use mrdj_core::leads::{Lead, LeadId, Reference};
use mrdj_core::partners::PartnerStatus;
use mrdj_core::webhooks::{HeardEvent, HeardId, MessageId, PartnerName};
use uuid::Uuid;

use super::cache::Shelf;
use super::experiments::Counter;
use super::funnel::Told;
use super::limits::Counts;
use super::post_office::Ledger;
use super::spool::Line;

/// Keeps everything in memory; an `Arc` of it is every port of record, and whatever stands beside the record.
///
/// ```
/// use std::sync::Arc;
/// use mrdj_adapters::memory::Memory;
/// use mrdj_core::{leads::LeadBook, store::Store};
///
/// let memory = Arc::new(Memory::new());
/// let store: Arc<dyn Store> = memory.clone();
/// let leads: Arc<dyn LeadBook> = memory;
/// # let _ = (store, leads);
/// ```
#[derive(Debug, Default)]
pub struct Memory {
    record: Mutex<Record>,
    counts: Mutex<Counts>,
    shelf: Mutex<Shelf>,
    line: Mutex<Line>,
    sessions: Mutex<Shelf>,
    heard: Mutex<Counts>,
}

/// Everything of record.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) leads: BTreeMap<LeadId, Lead>,
    pub(super) references: HashMap<Reference, LeadId>,
    pub(super) leads_of: HashMap<ContactKey, BTreeSet<(Timestamp, LeadId)>>,
    pub(super) contacts: HashMap<ContactKey, Contact>,
    pub(super) answers: HashMap<IdempotencyKey, IdempotencyRecord>,
    pub(super) deliveries: BTreeMap<DeliveryId, Delivery>,
    pub(super) facts: HashMap<Fact, DeliveryId>,
    pub(super) attempts: HashMap<DeliveryId, Vec<Attempt>>,
    pub(super) queues: BTreeMap<QueueName, QueueState>,
    pub(super) ticks: BTreeMap<ScheduleName, Tick>,
    pub(super) ledger: Ledger,
    pub(super) bookings: BTreeMap<BookingId, Booking>,
    pub(super) booking_references: HashMap<BookingReference, BookingId>,
    pub(super) open_bookings: HashMap<ContactKey, BTreeSet<BookingId>>,
    pub(super) attachments: BTreeMap<AttachmentId, (Attachment, Arc<[u8]>)>,
    pub(super) booking_entries: BTreeMap<Id<BookingEntry>, BookingEntry>,
    pub(super) resources: BTreeMap<ResourceId, Resource>,
    pub(super) blocks: BTreeMap<BlockId, Block>,
    pub(super) taken: BTreeMap<Uuid, Vec<Occupation>>,
    pub(super) events: BTreeMap<HeardId, HeardEvent>,
    pub(super) heard: HashMap<(PartnerName, MessageId), HeardId>,
    pub(super) statuses: BTreeMap<(Uuid, PartnerName), PartnerStatus>,
    pub(super) experiments: BTreeMap<ExperimentKey, Experiment>,
    pub(super) counter: Counter,
    pub(super) told: Told,
}

/// What a delivery stands for: subject, queue, kind and edition.
pub(super) type Fact = (Uuid, QueueName, String, u32);

/// The fact behind `delivery`.
pub(super) fn fact(delivery: &Delivery) -> Fact {
    (delivery.subject, delivery.queue.clone(), delivery.kind.clone(), delivery.edition)
}

impl Memory {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn record(&self) -> MutexGuard<'_, Record> {
        unpoisoned(&self.record)
    }

    pub(super) fn counts(&self) -> MutexGuard<'_, Counts> {
        unpoisoned(&self.counts)
    }

    pub(super) fn shelf(&self) -> MutexGuard<'_, Shelf> {
        unpoisoned(&self.shelf)
    }

    pub(super) fn line(&self) -> MutexGuard<'_, Line> {
        unpoisoned(&self.line)
    }

    pub(super) fn sessions(&self) -> MutexGuard<'_, Shelf> {
        unpoisoned(&self.sessions)
    }

    /// Which words were heard, each as a limit of one.
    pub(super) fn heard(&self) -> MutexGuard<'_, Counts> {
        unpoisoned(&self.heard)
    }
}

/// No change here can stop halfway, so that a panic elsewhere in the thread leaves the state whole.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What was asked contradicts what is stored.
pub(super) fn conflict(operation: &'static str, summary: &'static str) -> PortError {
    PortError::new(ErrorKind::Conflict, "memory", operation, summary)
}
