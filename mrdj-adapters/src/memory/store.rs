//! Commits decisions.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashSet};

use async_trait::async_trait;
use mrdj_core::bookings::Booking;
use mrdj_core::error::PortError;
use mrdj_core::idempotency::{IdempotencyRecord, KEPT_FOR};
use mrdj_core::leads::{Lead, LeadId};
use mrdj_core::store::{Change, Changes, Commit, Expect, Refusal, Store};

use super::Memory;
use super::state::{Record, conflict, fact};

#[async_trait]
impl Store for Memory {
    async fn commit(&self, changes: Changes) -> Result<Commit, PortError> {
        let mut record = self.record();
        if let Some(refusal) = record.refusal(&changes) {
            return Ok(Commit::Refused(refusal));
        }
        record.check(&changes)?;
        for fact in changes.facts {
            record.apply(fact);
        }
        Ok(Commit::Done)
    }
}

impl Record {
    /// Which belief of `changes` is wrong, if any.
    fn refusal(&self, changes: &Changes) -> Option<Refusal> {
        changes
            .expects
            .iter()
            .find_map(|expect| self.contradicts(expect))
            .or_else(|| self.taken_key(changes))
            .or_else(|| self.has_heard(changes))
            .or_else(|| self.refuses_experiments(changes))
            .or_else(|| self.refuses_bookings(changes))
    }

    fn contradicts(&self, expect: &Expect) -> Option<Refusal> {
        match expect {
            Expect::NewestLead { contact, since, is } => {
                let newest = self.newest_of(contact).filter(|lead| lead.submitted_at > *since);
                (newest.map(|lead| lead.id) != *is).then_some(Refusal::NotNewest)
            }
            Expect::LeadVersion { id, version } => {
                let present = self.leads.get(id).map(|lead| lead.version);
                (present != Some(*version)).then_some(Refusal::VersionMoved)
            }
            Expect::LastTick { schedule, is } => {
                let last = self.ticks.get(schedule).map(|tick| tick.at);
                (last != *is).then_some(Refusal::TickMoved)
            }
            Expect::OpenBookings { contact, are } => {
                let open = self.open_bookings.get(contact);
                (open.unwrap_or(&BTreeSet::new()) != are).then_some(Refusal::OthersOpen)
            }
        }
    }

    fn taken_key(&self, changes: &Changes) -> Option<Refusal> {
        let mut own = HashSet::new();
        let mut remembered = changes.facts.iter().filter_map(|fact| match fact {
            Change::Remember(record) => Some(record),
            _ => None,
        });
        let taken = remembered.any(|record| self.remembers(record) || !own.insert(&record.key));
        taken.then_some(Refusal::KeyTaken)
    }

    fn remembers(&self, new: &IdempotencyRecord) -> bool {
        self.answers.get(&new.key).is_some_and(|old| new.at.duration_since(old.at) <= KEPT_FOR)
    }

    /// Refuses what cannot be made true, before anything of it is.
    fn check(&self, changes: &Changes) -> Result<(), PortError> {
        let mut inserted: Vec<&Lead> = Vec::new();
        for change in &changes.facts {
            match change {
                Change::InsertLead(lead) if self.clashes(lead) || inserted.iter().any(|other| clash(other, lead)) => {
                    return Err(conflict("commit", "a lead of that id or reference is there already"));
                }
                Change::InsertLead(lead) => inserted.push(lead),
                Change::UpdateLead(lead) if !self.has(lead.id) && !inserted.iter().any(|new| new.id == lead.id) => {
                    return Err(conflict("commit", "there is no such lead to update"));
                }
                Change::Deliver(new) if self.deliveries.get(&new.id).is_some_and(|old| fact(old) != fact(new)) => {
                    return Err(conflict("commit", "a delivery of that id is there already"));
                }
                Change::KeepBooking(booking) if self.names_another(booking) => {
                    return Err(conflict("commit", "a booking of that reference is there already"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn names_another(&self, booking: &Booking) -> bool {
        self.booking_references.get(&booking.reference).is_some_and(|id| *id != booking.id)
    }

    fn has(&self, id: LeadId) -> bool {
        self.leads.contains_key(&id)
    }

    fn clashes(&self, lead: &Lead) -> bool {
        self.has(lead.id) || self.references.contains_key(&lead.reference)
    }

    fn apply(&mut self, change: Change) {
        match change {
            Change::InsertLead(lead) => self.insert(lead),
            Change::UpdateLead(lead) => {
                self.leads.insert(lead.id, lead);
            }
            Change::MeetContact(contact) => {
                let contact = match self.contacts.remove(&contact.key) {
                    Some(known) => known.met_again(contact),
                    None => contact,
                };
                self.contacts.insert(contact.key.clone(), contact);
            }
            Change::Deliver(delivery) => {
                let (fact, id) = (fact(&delivery), delivery.id);
                if let Entry::Vacant(place) = self.facts.entry(fact) {
                    place.insert(id);
                    self.deliveries.insert(id, delivery);
                }
            }
            Change::Remember(record) => {
                self.answers.insert(record.key.clone(), record);
            }
            Change::Tick(tick) => {
                self.ticks.insert(tick.schedule.clone(), tick);
            }
            Change::KeepBooking(booking) => {
                self.takes(booking.id.uuid(), booking.occupations());
                self.booking_references.insert(booking.reference.clone(), booking.id);
                let open = self.open_bookings.entry(booking.contact.clone()).or_default();
                if booking.stage.is_open() {
                    open.insert(booking.id)
                } else {
                    open.remove(&booking.id)
                };
                self.bookings.insert(booking.id, *booking);
            }
            Change::NoteBooking(entry) => {
                self.booking_entries.insert(entry.id, entry);
            }
            Change::Attach { attachment, bytes } => {
                self.attachments.insert(attachment.id, (attachment, bytes));
            }
            Change::Detach(id) => {
                self.attachments.remove(&id);
            }
            Change::KeepResource(resource) => {
                self.resources.insert(resource.id.clone(), resource);
            }
            Change::Block(block) => {
                self.takes(block.id.uuid(), vec![block.occupation()]);
                self.blocks.insert(block.id, block);
            }
            Change::Unblock(id) => {
                if self.blocks.remove(&id).is_some() {
                    self.takes(id.uuid(), Vec::new());
                }
            }
            Change::Hear(event) => self.hear(*event),
            Change::NoteStatus(said) => self.note(said),
            Change::KeepExperiment(experiment) => self.keep_experiment(*experiment),
            Change::Convert(conversion) => self.counter.convert(&conversion),
        }
    }

    fn insert(&mut self, lead: Lead) {
        self.references.insert(lead.reference.clone(), lead.id);
        self.leads_of.entry(lead.contact.clone()).or_default().insert((lead.submitted_at, lead.id));
        self.leads.insert(lead.id, lead);
    }
}

fn clash(one: &Lead, other: &Lead) -> bool {
    one.id == other.id || one.reference == other.reference
}
