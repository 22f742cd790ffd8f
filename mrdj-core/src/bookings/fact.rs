//! What may happen to a booking that others want to hear of, and the line it leaves in its history.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Booking, BookingId, Party};
use crate::id::Id;

/// Something that became true of a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingFact {
    /// What.
    pub event: BookingEvent,
    /// Who did it.
    pub by: Party,
    /// The booking as it is now.
    pub booking: Booking,
}

/// What may happen to a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingEvent {
    /// It was made.
    Created,
    /// It moved up from the line into the hold.
    Promoted,
    /// Its hold ends at another moment now.
    Prolonged,
    /// Its client was asked to decide, because another wants the evening.
    Challenged,
    /// It was offered.
    Offered,
    /// The client agreed.
    Agreed,
    /// The deposit was paid.
    DepositPaid,
    /// Money came after the evening was not kept any more: a person decides.
    LatePayment,
    /// The event was held.
    Finished,
    /// Its hold ran out.
    Expired,
    /// It was called off.
    Cancelled,
    /// Its time, place or wishes changed.
    Changed,
    /// A file was added to it; the note says of which kind.
    FileAdded,
    /// A file of it was thrown away.
    FileRemoved,
}

/// One line of a booking's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingEntry {
    /// Its own id; ids sort by time.
    pub id: Id<BookingEntry>,
    /// Of which booking.
    pub booking: BookingId,
    /// What happened.
    pub event: BookingEvent,
    /// Who did it.
    pub by: Party,
    /// When.
    pub at: Timestamp,
    /// What more is to know, in words for operators; no personal data.
    pub note: String,
}

impl BookingEntry {
    /// Whether the booking of this history was ever agreed.
    pub fn tell_of_agreement(history: &[Self]) -> bool {
        history.iter().any(|line| line.event == BookingEvent::Agreed)
    }
}

impl BookingEvent {
    /// Whether the booking is another edition by it, which files that come and go do not make it.
    pub const fn makes_a_version(self) -> bool {
        !matches!(self, Self::FileAdded | Self::FileRemoved)
    }

    /// The word under which it is stored and told: `booking.<word>` to subscribers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Promoted => "promoted",
            Self::Prolonged => "prolonged",
            Self::Challenged => "challenged",
            Self::Offered => "offered",
            Self::Agreed => "agreed",
            Self::DepositPaid => "deposit_paid",
            Self::LatePayment => "late_payment",
            Self::Finished => "finished",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Changed => "changed",
            Self::FileAdded => "file_added",
            Self::FileRemoved => "file_removed",
        }
    }
}
