//! Many decisions in one transaction, for adapters that commit in groups.
//!
//! An adapter asks its store once for everything that a batch of decisions believes ([`Asked`]), judges them one after the
//! other by a [`Present`] that moves on with each that holds, and writes what holds kind by kind ([`Batch`]).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;

use jiff::Timestamp;
use uuid::Uuid;

use crate::bookings::{
    Attachment, AttachmentId, Block, BlockId, Booking, BookingEntry, BookingId, Occupation, Resource, ResourceId, Span,
    Why, clashes,
};
use crate::contacts::{Contact, ContactKey};
use crate::delivery::{Delivery, ScheduleName, Tick};
use crate::experiments::{Conversion, Experiment, ExperimentKey};
use crate::idempotency::{IdempotencyKey, IdempotencyRecord, KEPT_FOR};
use crate::leads::{Lead, LeadId};
use crate::partners::PartnerStatus;
use crate::store::{Change, Changes, Commit, Expect, Refusal};
use crate::webhooks::{HeardEvent, MessageId, PartnerName};

/// What a batch of decisions asks of the present.
#[derive(Debug)]
pub struct Asked<'a> {
    /// Whose newest lead.
    pub people: Vec<&'a ContactKey>,
    /// The version of which leads.
    pub leads: Vec<LeadId>,
    /// Whether these keys have their answer.
    pub keys: Vec<&'a IdempotencyKey>,
    /// How far these schedules have come.
    pub schedules: Vec<&'a ScheduleName>,
    /// The version of which bookings.
    pub bookings: Vec<BookingId>,
    /// Whose open bookings.
    pub bookers: Vec<&'a ContactKey>,
    /// What is known of these resources, and what takes them at any moment of the span.
    pub resources: BTreeSet<(&'a ResourceId, Span)>,
    /// Whether these were heard.
    pub events: Vec<(&'a PartnerName, &'a MessageId)>,
    /// The version of which experiments.
    pub experiments: Vec<&'a ExperimentKey>,
    /// An answer that was given at this moment, or before, is forgotten.
    pub forgotten: Timestamp,
}

impl<'a> Asked<'a> {
    /// What `decisions` ask.
    pub fn by(decisions: impl IntoIterator<Item = &'a Changes>) -> Self {
        let mut asked = Self {
            people: Vec::new(),
            leads: Vec::new(),
            keys: Vec::new(),
            schedules: Vec::new(),
            bookings: Vec::new(),
            bookers: Vec::new(),
            resources: BTreeSet::new(),
            events: Vec::new(),
            experiments: Vec::new(),
            forgotten: Timestamp::MIN,
        };
        for changes in decisions {
            for expect in &changes.expects {
                match expect {
                    Expect::NewestLead { contact, .. } => asked.people.push(contact),
                    Expect::LeadVersion { id, .. } => asked.leads.push(*id),
                    Expect::LastTick { schedule, .. } => asked.schedules.push(schedule),
                    Expect::OpenBookings { contact, .. } => asked.bookers.push(contact),
                }
            }
            for fact in &changes.facts {
                match fact {
                    Change::Remember(record) => {
                        asked.keys.push(&record.key);
                        asked.forgotten = asked.forgotten.max(forgotten(record.at));
                    }
                    Change::KeepBooking(booking) => asked.ask_for(booking),
                    Change::Hear(event) => asked.events.push((&event.line.partner, &event.line.id)),
                    Change::KeepExperiment(experiment) => asked.experiments.push(&experiment.key),
                    _ => {}
                }
            }
        }
        asked
    }

    fn ask_for(&mut self, booking: &'a Booking) {
        self.bookings.push(booking.id);
        for take in &booking.takes {
            // What lies too close matters too.
            let span = take.span.widened(Resource::LONGEST_BUFFER, Resource::LONGEST_BUFFER);
            self.resources.insert((&take.resource, span));
        }
    }
}

fn forgotten(now: Timestamp) -> Timestamp {
    now.checked_sub(KEPT_FOR).unwrap_or(Timestamp::MIN)
}

/// The present, as far as a batch of decisions asks about it; it moves on with every decision that holds.
#[derive(Debug, Default)]
pub struct Present {
    /// The newest lead of each person who has one, and when it came in.
    pub newest: HashMap<ContactKey, (LeadId, Timestamp)>,
    /// The version of each lead that is there.
    pub versions: HashMap<LeadId, u32>,
    /// The keys that have their answer, as stores keep them.
    pub answered: HashSet<String>,
    /// How far each schedule has come that ever ticked.
    pub ticks: HashMap<ScheduleName, Timestamp>,
    /// The version of each booking that is there.
    pub bookings: HashMap<BookingId, u32>,
    /// The open bookings of each person who has some.
    pub open: HashMap<ContactKey, BTreeSet<BookingId>>,
    /// Each resource that is there.
    pub resources: HashMap<ResourceId, Resource>,
    /// What takes them.
    pub taken: HashMap<ResourceId, Vec<Occupation>>,
    /// What was heard.
    pub heard: HashSet<(PartnerName, MessageId)>,
    /// The version of each experiment that is there.
    pub experiments: HashMap<ExperimentKey, u32>,
}

impl Present {
    /// Judges a decision, and takes it as true from then on when it holds.
    pub fn judge(&mut self, changes: &Changes) -> Commit {
        match self.refuses(changes) {
            Some(refusal) => Commit::Refused(refusal),
            None => {
                changes.facts.iter().for_each(|fact| self.moves_on(fact));
                Commit::Done
            }
        }
    }

    fn refuses(&self, changes: &Changes) -> Option<Refusal> {
        let mut own = HashSet::new();
        let taken = changes.facts.iter().any(|fact| match fact {
            Change::Remember(record) => self.answered.contains(record.key.as_str()) || !own.insert(&record.key),
            _ => false,
        });
        if taken {
            return Some(Refusal::KeyTaken);
        }
        if self.has_heard(changes) {
            return Some(Refusal::AlreadyHeard);
        }
        let contradicted = changes.expects.iter().find_map(|expect| self.contradicts(expect));
        contradicted.or_else(|| self.refuses_experiments(changes)).or_else(|| self.refuses_bookings(changes))
    }

    fn refuses_experiments(&self, changes: &Changes) -> Option<Refusal> {
        let moved = changes.facts.iter().any(|fact| match fact {
            Change::KeepExperiment(experiment) => {
                self.experiments.get(&experiment.key).copied().unwrap_or(0) + 1 != experiment.version
            }
            _ => false,
        });
        moved.then_some(Refusal::VersionMoved)
    }

    fn has_heard(&self, changes: &Changes) -> bool {
        let mut own = HashSet::new();
        changes.facts.iter().any(|fact| match fact {
            Change::Hear(event) => {
                let name = (event.line.partner.clone(), event.line.id.clone());
                self.heard.contains(&name) || !own.insert(name)
            }
            _ => false,
        })
    }

    /// Why the bookings of a decision cannot be, if they cannot.
    ///
    /// They are looked at together: what one of them gives up, another may take.
    pub fn refuses_bookings(&self, changes: &Changes) -> Option<Refusal> {
        let bookings = || {
            changes.facts.iter().filter_map(|fact| match fact {
                Change::KeepBooking(booking) => Some(&**booking),
                _ => None,
            })
        };
        let moved = |booking: &Booking| self.bookings.get(&booking.id).copied().unwrap_or(0) + 1 != booking.version;
        if bookings().any(moved) {
            return Some(Refusal::VersionMoved);
        }
        let own: HashSet<_> = bookings().map(|booking| booking.id.uuid()).collect();
        let wanted: Vec<_> = bookings().flat_map(Booking::occupations).collect();
        let fits = |occupation: &Occupation| {
            let others = self.taken.get(&occupation.resource).into_iter().flatten();
            let others = others.filter(|other| !own.contains(&other.owner)).chain(&wanted);
            // Who stands in line takes nothing, and what a booking has already it keeps, whatever was blocked or changed since.
            occupation.why == Why::Waiting
                || self.has(occupation)
                || self.resources.get(&occupation.resource).is_some_and(|it| clashes(it, occupation, others).is_empty())
        };
        (!wanted.iter().all(fits)).then_some(Refusal::Taken)
    }

    /// Whether its owner takes as much already.
    fn has(&self, wanted: &Occupation) -> bool {
        let own = self.taken.get(&wanted.resource).into_iter().flatten().filter(|taken| taken.owner == wanted.owner);
        own.into_iter().any(|taken| {
            taken.why != Why::Waiting
                && taken.units >= wanted.units
                && taken.place == wanted.place
                && taken.span.covers(wanted.span)
        })
    }

    fn contradicts(&self, expect: &Expect) -> Option<Refusal> {
        match expect {
            Expect::NewestLead { contact, since, is } => {
                let newest = self.newest.get(contact).filter(|(_, at)| at > since).map(|(id, _)| *id);
                (newest != *is).then_some(Refusal::NotNewest)
            }
            Expect::LeadVersion { id, version } => {
                (self.versions.get(id) != Some(version)).then_some(Refusal::VersionMoved)
            }
            Expect::LastTick { schedule, is } => {
                (self.ticks.get(schedule) != is.as_ref()).then_some(Refusal::TickMoved)
            }
            Expect::OpenBookings { contact, are } => {
                let open = self.open.get(contact);
                (open.unwrap_or(&BTreeSet::new()) != are).then_some(Refusal::OthersOpen)
            }
        }
    }

    fn moves_on(&mut self, fact: &Change) {
        match fact {
            Change::InsertLead(lead) => {
                if self.newest.get(&lead.contact).is_none_or(|(_, newest)| lead.submitted_at >= *newest) {
                    self.newest.insert(lead.contact.clone(), (lead.id, lead.submitted_at));
                }
                self.versions.insert(lead.id, lead.version);
            }
            Change::UpdateLead(lead) => {
                self.versions.insert(lead.id, lead.version);
            }
            Change::Remember(record) => {
                self.answered.insert(record.key.as_str().to_owned());
            }
            Change::Tick(tick) => {
                self.ticks.insert(tick.schedule.clone(), tick.at);
            }
            Change::KeepBooking(booking) => {
                self.bookings.insert(booking.id, booking.version);
                let open = self.open.entry(booking.contact.clone()).or_default();
                if booking.stage.is_open() {
                    open.insert(booking.id)
                } else {
                    open.remove(&booking.id)
                };
                self.takes(booking.id.uuid(), booking.occupations());
            }
            Change::KeepResource(resource) => {
                self.resources.insert(resource.id.clone(), resource.clone());
            }
            Change::Block(block) => self.takes(block.id.uuid(), vec![block.occupation()]),
            Change::Unblock(id) => {
                // An id of something else frees nothing.
                let blocks = |taken: &Occupation| taken.owner == id.uuid() && matches!(taken.why, Why::Blocked { .. });
                self.taken.values_mut().for_each(|taken| taken.retain(|taken| !blocks(taken)));
            }
            Change::Hear(event) => {
                self.heard.insert((event.line.partner.clone(), event.line.id.clone()));
            }
            Change::KeepExperiment(experiment) => {
                self.experiments.insert(experiment.key.clone(), experiment.version);
            }
            Change::MeetContact(_)
            | Change::Deliver(_)
            | Change::NoteBooking(_)
            | Change::NoteStatus(_)
            | Change::Attach { .. }
            | Change::Detach(_)
            | Change::Convert(_) => {}
        }
    }

    /// From now on `owner` takes this, and nothing else.
    fn takes(&mut self, owner: Uuid, occupations: Vec<Occupation>) {
        for taken in self.taken.values_mut() {
            taken.retain(|occupation| occupation.owner != owner);
        }
        for occupation in occupations {
            self.taken.entry(occupation.resource.clone()).or_default().push(occupation);
        }
    }
}

/// What is written, kind by kind, in the order of the decisions.
#[derive(Debug, Default)]
pub struct Batch<'a> {
    /// People who were met, each with the newest lead that the same decision brings for them.
    pub contacts: Vec<(&'a Contact, Option<&'a Lead>)>,
    /// Leads that came in.
    pub inserts: Vec<&'a Lead>,
    /// Leads that changed; of several editions of one lead the last stays.
    pub updates: Vec<&'a Lead>,
    /// What is owed.
    pub deliveries: Vec<&'a Delivery>,
    /// What was answered.
    pub answers: Vec<&'a IdempotencyRecord>,
    /// How far schedules have come; of several ticks of one the last stays.
    pub ticks: Vec<&'a Tick>,
    /// Bookings, every edition; see [`Batch::last_bookings`].
    pub bookings: Vec<&'a Booking>,
    /// Lines of their histories.
    pub entries: Vec<&'a BookingEntry>,
    /// Files that belong to bookings, with what is in them.
    pub files: Vec<(&'a Attachment, &'a [u8])>,
    /// Files that are gone.
    pub detached: Vec<AttachmentId>,
    /// What can be booked, every edition; see [`Batch::last_resources`].
    pub resources: Vec<&'a Resource>,
    /// Days that are blocked.
    pub blocks: Vec<&'a Block>,
    /// Days that are blocked no more.
    pub unblocks: Vec<BlockId>,
    /// What was heard.
    pub heard: Vec<&'a HeardEvent>,
    /// What partners say of ours; of several by one partner of one thing, the latest in its time.
    pub statuses: BTreeMap<(Uuid, &'a PartnerName), &'a PartnerStatus>,
    /// Experiments, every edition; see [`Batch::last_experiments`].
    pub experiments: Vec<&'a Experiment>,
    /// Who was won.
    pub conversions: Vec<&'a Conversion>,
}

impl<'a> Batch<'a> {
    /// Adds the facts of a decision that holds.
    pub fn add(&mut self, changes: &'a Changes) {
        for fact in &changes.facts {
            match fact {
                Change::InsertLead(lead) => self.inserts.push(lead),
                Change::UpdateLead(lead) => self.updates.push(lead),
                Change::MeetContact(contact) => self.contacts.push((contact, lead_of(changes, &contact.key))),
                Change::Deliver(delivery) => self.deliveries.push(delivery),
                Change::Remember(record) => self.answers.push(record),
                Change::Tick(tick) => self.ticks.push(tick),
                Change::KeepBooking(booking) => self.bookings.push(booking),
                Change::NoteBooking(entry) => self.entries.push(entry),
                Change::Attach { attachment, bytes } => self.files.push((attachment, bytes)),
                Change::Detach(id) => self.detached.push(*id),
                Change::KeepResource(resource) => self.resources.push(resource),
                Change::Block(block) => self.blocks.push(block),
                Change::Unblock(id) => self.unblocks.push(*id),
                Change::Hear(event) => self.heard.push(event),
                Change::NoteStatus(status) => self.note(status),
                Change::KeepExperiment(experiment) => self.experiments.push(experiment),
                Change::Convert(conversion) => self.conversions.push(conversion),
            }
        }
    }

    fn note(&mut self, status: &'a PartnerStatus) {
        let known = self.statuses.entry((status.subject, &status.partner)).or_insert(status);
        if status.follows(known) {
            *known = status;
        }
    }
}

impl Batch<'_> {
    /// Of several editions of one booking the last.
    pub fn last_bookings(&self) -> Vec<&Booking> {
        last_of(self.bookings.iter().map(|booking| (booking.id, *booking)))
    }

    /// Of several editions of one resource the last.
    pub fn last_resources(&self) -> Vec<&Resource> {
        last_of(self.resources.iter().map(|resource| (&resource.id, *resource)))
    }

    /// Of several editions of one experiment the last.
    pub fn last_experiments(&self) -> Vec<&Experiment> {
        last_of(self.experiments.iter().map(|experiment| (&experiment.key, *experiment)))
    }

    /// Which bookings take something else from now on, or nothing: what they took before is forgotten. A day that is
    /// blocked no more takes its occupation along by itself.
    pub fn owners(&self) -> Vec<Uuid> {
        self.last_bookings().into_iter().map(|booking| booking.id.uuid()).collect()
    }

    /// What is taken from now on, numbered for each owner.
    pub fn taken(&self) -> Vec<(u32, Occupation)> {
        // A day that was blocked and freed in one batch is free.
        let blocked = self.blocks.iter().filter(|block| !self.unblocks.contains(&block.id));
        let blocked = blocked.map(|block| vec![block.occupation()]);
        let booked = self.last_bookings().into_iter().map(Booking::occupations);
        booked.chain(blocked).flat_map(|occupations| (0..).zip(occupations)).collect()
    }
}

fn last_of<K: Eq + Hash, V>(editions: impl Iterator<Item = (K, V)>) -> Vec<V> {
    editions.collect::<HashMap<_, _>>().into_values().collect()
}

/// The newest lead that a decision brings for the person of `key`.
fn lead_of<'a>(changes: &'a Changes, key: &ContactKey) -> Option<&'a Lead> {
    changes.facts.iter().rev().find_map(|fact| match fact {
        Change::InsertLead(lead) if lead.contact == *key => Some(lead),
        _ => None,
    })
}
