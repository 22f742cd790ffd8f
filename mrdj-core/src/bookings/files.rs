//! What clients and operators add to a booking.

use std::sync::Arc;

use super::{
    Attachment, AttachmentId, Booking, BookingError, BookingEvent, BookingId, Bookings, FileKind, InvalidFile, Party,
    StepRefused,
};
use crate::error::PortError;
use crate::id::Id;
use crate::store::{Change, Changes};

impl Bookings {
    /// Keeps a file with a booking: 1 byte to 10 MB of a kind that is taken, by its content.
    pub async fn attach(
        &self,
        booking: &Booking,
        name: &str,
        bytes: Vec<u8>,
        by: Party,
    ) -> Result<Attachment, BookingError> {
        if by == Party::Client && booking.stage.is_final() {
            return Err(StepRefused::NotFromHere { from: booking.stage.word(), step: "take files" }.into());
        }
        let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let kind = match bytes.len() {
            0 => Err(InvalidFile::Empty),
            size if size > Attachment::MAX_BYTES => Err(InvalidFile::TooLarge),
            _ => FileKind::of(&bytes).ok_or(InvalidFile::UnknownKind),
        }?;
        if self.book.attachments(booking.id).await?.len() >= Attachment::MOST {
            return Err(InvalidFile::TooMany.into());
        }
        let (id, at) = (Id::new(self.clock.now(), &*self.chance), self.clock.now());
        let name = Attachment::name_of(name, kind);
        let attachment = Attachment { id, booking: booking.id, name, kind, bytes: size, by, at };
        let line = self.entry(BookingEvent::FileAdded, booking.id, by, kind.extension(), at);
        let added = Change::Attach { attachment: attachment.clone(), bytes: Arc::from(bytes) };
        self.store.commit(Changes::new().with(added).with(Change::NoteBooking(line))).await?;
        Ok(attachment)
    }

    /// The files of a booking, oldest first.
    pub async fn attachments(&self, booking: BookingId) -> Result<Vec<Attachment>, PortError> {
        self.book.attachments(booking).await
    }

    /// A file of that booking with its bytes.
    pub async fn open_file(
        &self,
        booking: BookingId,
        file: AttachmentId,
    ) -> Result<(Attachment, Vec<u8>), BookingError> {
        let found = self.book.open_attachment(file).await?.filter(|(found, _)| found.booking == booking);
        found.ok_or(BookingError::Unknown("file"))
    }

    /// Throws a file of that booking away.
    pub async fn remove_file(&self, booking: BookingId, file: AttachmentId, by: Party) -> Result<(), BookingError> {
        let files = self.book.attachments(booking).await?;
        if !files.iter().any(|one| one.id == file) {
            return Err(BookingError::Unknown("file"));
        }
        let line = self.entry(BookingEvent::FileRemoved, booking, by, "", self.clock.now());
        self.store.commit(Changes::new().with(Change::Detach(file)).with(Change::NoteBooking(line))).await?;
        Ok(())
    }
}
