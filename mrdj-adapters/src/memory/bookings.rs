//! Bookings, and what they take.

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use mrdj_core::batch::{Asked, Present};
use mrdj_core::bookings::{
    Agenda, Attachment, AttachmentId, Block, Booking, BookingBook, BookingEntry, BookingFilter, BookingId,
    BookingReference, CalendarBook, Occupation, Resource, ResourceId, Span, Stage,
};
use mrdj_core::contacts::ContactKey;
use mrdj_core::error::PortError;
use mrdj_core::store::{Changes, Refusal};
use uuid::Uuid;

use super::Memory;
use super::state::Record;

impl Record {
    /// Why the bookings of a decision cannot be, if they cannot.
    pub(super) fn refuses_bookings(&self, changes: &Changes) -> Option<Refusal> {
        let asked = Asked::by([changes]);
        if asked.bookings.is_empty() {
            return None;
        }
        let matters = |one: &&Occupation| {
            asked.resources.iter().any(|(id, span)| **id == one.resource && span.overlaps(one.span))
        };
        let mut taken: HashMap<ResourceId, Vec<Occupation>> = HashMap::new();
        for occupation in self.taken.values().flatten().filter(matters) {
            taken.entry(occupation.resource.clone()).or_default().push(occupation.clone());
        }
        let known = |id: &ResourceId| Some((id.clone(), self.resources.get(id)?.clone()));
        let version = |id: &BookingId| Some((*id, self.bookings.get(id)?.version));
        let present = Present {
            bookings: asked.bookings.iter().filter_map(version).collect(),
            resources: asked.resources.iter().filter_map(|(id, _)| known(id)).collect(),
            taken,
            ..Present::default()
        };
        present.refuses_bookings(changes)
    }

    /// From now on `owner` takes this, and nothing else.
    pub(super) fn takes(&mut self, owner: Uuid, occupations: Vec<Occupation>) {
        if occupations.is_empty() {
            self.taken.remove(&owner);
        } else {
            self.taken.insert(owner, occupations);
        }
    }
}

#[async_trait]
impl BookingBook for Memory {
    async fn find(&self, id: BookingId) -> Result<Option<Booking>, PortError> {
        Ok(self.record().bookings.get(&id).cloned())
    }

    async fn find_by_reference(&self, reference: &BookingReference) -> Result<Option<Booking>, PortError> {
        let record = self.record();
        Ok(record.booking_references.get(reference).and_then(|id| record.bookings.get(id)).cloned())
    }

    async fn list(&self, filter: &BookingFilter, limit: usize) -> Result<Vec<Booking>, PortError> {
        let fits = |booking: &&Booking| {
            let day = booking.event.time.day();
            filter.stage.is_none_or(|stage| booking.stage.word() == stage)
                && filter.from.is_none_or(|from| day >= from)
                && filter.to.is_none_or(|to| day < to)
                && filter.before.is_none_or(|before| booking.id < before)
        };
        Ok(self.record().bookings.values().rev().filter(fits).take(limit).cloned().collect())
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Booking>, PortError> {
        let record = self.record();
        let is_due = |booking: &&Booking| booking.stage.until().is_some_and(|until| until <= now);
        // What is held takes something.
        let open = record.taken.keys().filter_map(|owner| record.bookings.get(&BookingId::from_uuid(*owner)));
        let mut due: Vec<_> = open.filter(is_due).cloned().collect();
        due.sort_by_key(|booking| (booking.stage.until(), booking.id));
        due.truncate(limit);
        Ok(due)
    }

    async fn open_of(&self, contact: &ContactKey) -> Result<Vec<Booking>, PortError> {
        let record = self.record();
        let open = record.open_bookings.get(contact).into_iter().flatten();
        Ok(open.filter_map(|id| record.bookings.get(id)).cloned().collect())
    }

    async fn waiting(&self, after: Option<BookingId>, limit: usize) -> Result<Vec<Booking>, PortError> {
        let record = self.record();
        let behind = record.bookings.values().filter(|booking| after.is_none_or(|after| booking.id > after));
        Ok(behind.filter(|booking| booking.stage == Stage::Waiting).take(limit).cloned().collect())
    }

    async fn line_for(&self, span: Span) -> Result<Vec<Booking>, PortError> {
        let record = self.record();
        let waits = |owner: &Uuid, taken: &[Occupation]| {
            let booking = record.bookings.get(&BookingId::from_uuid(*owner))?;
            let wants = taken.iter().any(|taken| taken.span.overlaps(span));
            (booking.stage == Stage::Waiting && wants).then(|| booking.clone())
        };
        let mut line: Vec<_> = record.taken.iter().filter_map(|(owner, taken)| waits(owner, taken)).collect();
        line.sort_by_key(|booking| booking.id);
        Ok(line)
    }

    async fn attachments(&self, booking: BookingId) -> Result<Vec<Attachment>, PortError> {
        let record = self.record();
        let files = record.attachments.values().map(|(attachment, _)| attachment);
        Ok(files.filter(|attachment| attachment.booking == booking).cloned().collect())
    }

    async fn open_attachment(&self, file: AttachmentId) -> Result<Option<(Attachment, Vec<u8>)>, PortError> {
        Ok(self.record().attachments.get(&file).map(|(attachment, bytes)| (attachment.clone(), bytes.to_vec())))
    }

    async fn history(&self, id: BookingId) -> Result<Vec<BookingEntry>, PortError> {
        let record = self.record();
        Ok(record.booking_entries.values().filter(|entry| entry.booking == id).cloned().collect())
    }
}

#[async_trait]
impl CalendarBook for Memory {
    async fn resources(&self) -> Result<Vec<Resource>, PortError> {
        Ok(self.record().resources.values().cloned().collect())
    }

    async fn taken(&self, span: Span) -> Result<Vec<Occupation>, PortError> {
        let record = self.record();
        let taken = record.taken.values().flatten().filter(|occupation| occupation.span.overlaps(span));
        Ok(taken.cloned().collect())
    }

    async fn agenda(&self, span: Span) -> Result<Agenda, PortError> {
        let record = self.record();
        let resources: Vec<_> = record.resources.values().cloned().collect();
        let far = resources.iter().map(Resource::reach).max().unwrap_or_default();
        let near = span.widened(far, far);
        let taken = record.taken.values().flatten().filter(|occupation| occupation.span.overlaps(near));
        Ok(Agenda { taken: taken.cloned().collect(), resources })
    }

    async fn blocks(&self, from: Date, to: Date) -> Result<Vec<Block>, PortError> {
        let record = self.record();
        let mut blocks: Vec<_> =
            record.blocks.values().filter(|block| (from..to).contains(&block.day)).cloned().collect();
        blocks.sort_by_key(|block| (block.day, block.id));
        Ok(blocks)
    }
}
