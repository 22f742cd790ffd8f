//! What bookings need from outside, as promises.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;

use super::{
    Agenda, Attachment, AttachmentId, Block, Booking, BookingEntry, BookingId, BookingReference, Occupation, Resource,
    Span,
};
use crate::contacts::ContactKey;
use crate::error::PortError;

/// Which bookings an operator wants to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookingFilter {
    /// Only in a stage of this word.
    pub stage: Option<&'static str>,
    /// Only on this civil day or later.
    pub from: Option<Date>,
    /// Only before this civil day.
    pub to: Option<Date>,
    /// Only older than this one: the last of the page before.
    pub before: Option<BookingId>,
}

/// Reads bookings back.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait BookingBook: Send + Sync {
    /// Finds a booking.
    ///
    /// - `booking_comes_back`: what was committed is what is found, to the last character and, in time, to the
    ///   microsecond; a civil day is that day.
    async fn find(&self, id: BookingId) -> Result<Option<Booking>, PortError>;

    /// Finds a booking by what a person may quote.
    ///
    /// - `booking_is_found_by_reference`: by all of it, and by nothing else.
    async fn find_by_reference(&self, reference: &BookingReference) -> Result<Option<Booking>, PortError>;

    /// Lists at most `limit` bookings, newest first.
    ///
    /// - `bookings_are_listed_newest_first`: every filter holds, and following `before` shows each once.
    async fn list(&self, filter: &BookingFilter, limit: usize) -> Result<Vec<Booking>, PortError>;

    /// Lists at most `limit` bookings whose hold has run out at `now`, the first to run out first.
    ///
    /// - `holds_that_ran_out_are_due`: those, and none that was agreed, cancelled, or runs on.
    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Booking>, PortError>;

    /// The bookings of one person that wait, or whose evening is held or offered, oldest first.
    ///
    /// - `open_bookings_of_a_person_are_found`: those, and none that was agreed, ended, or is another's.
    async fn open_of(&self, contact: &ContactKey) -> Result<Vec<Booking>, PortError>;

    /// Lists at most `limit` bookings that stand in line, oldest first, behind `after`.
    ///
    /// - `the_line_is_told_in_order`: following `after` shows each once.
    async fn waiting(&self, after: Option<BookingId>, limit: usize) -> Result<Vec<Booking>, PortError>;

    /// The bookings that stand in line for anything at any moment of `span`, oldest first.
    ///
    /// - `the_line_for_an_evening_is_told`: all of it, and nobody who waits for another evening or waits no more.
    async fn line_for(&self, span: Span) -> Result<Vec<Booking>, PortError>;

    /// The files of a booking, oldest first.
    ///
    /// - `files_come_back_to_the_byte`: those that were added, and none that was thrown away or is another's.
    async fn attachments(&self, booking: BookingId) -> Result<Vec<Attachment>, PortError>;

    /// A file with its bytes.
    async fn open_attachment(&self, file: AttachmentId) -> Result<Option<(Attachment, Vec<u8>)>, PortError>;

    /// The history of a booking, oldest first.
    ///
    /// - `history_is_kept_in_order`: every line that was committed with it.
    async fn history(&self, id: BookingId) -> Result<Vec<BookingEntry>, PortError>;
}

/// Reads what can be booked, and what is taken.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CalendarBook: Send + Sync {
    /// Everything that can be booked, by name.
    ///
    /// - `resources_come_back`: each as it was last committed.
    async fn resources(&self) -> Result<Vec<Resource>, PortError>;

    /// What takes any resource at any moment of `span`, what waits in line included.
    ///
    /// - `what_is_taken_is_told`: what a booking takes follows its stage, and a blocked day takes all of its resource.
    async fn taken(&self, span: Span) -> Result<Vec<Occupation>, PortError>;

    /// Everything that can be booked, and what takes any of it at any moment of `span` or as far from it as the resource
    /// that [reaches](Resource::reach) furthest, both as of one moment.
    ///
    /// - `an_agenda_tells_what_is_near`: all of that, and nothing that lies further away.
    async fn agenda(&self, span: Span) -> Result<Agenda, PortError>;

    /// The blocked days from `from` and before `to`, by day.
    ///
    /// - `blocks_come_and_go`: one that was lifted blocks nothing, and lifting what is no blocked day frees nothing.
    async fn blocks(&self, from: Date, to: Date) -> Result<Vec<Block>, PortError>;
}
