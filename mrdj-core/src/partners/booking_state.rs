//! What the CRM says of a booking.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::bookings::{Booking, BookingId};

/// A booking as the CRM has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingState {
    /// Our id for it.
    pub booking: BookingId,
    /// Its own id; two of them for one booking are two entries there.
    pub id: String,
    /// Which of our editions it has.
    pub version: u32,
    /// The first civil day it has.
    pub first_day: Option<Date>,
    /// The last civil day it has.
    pub last_day: Option<Date>,
    /// Its word for how far the booking has come, e.g. `upcoming`.
    pub status: Option<String>,
    /// When it was last changed there, if it says.
    pub changed_at: Option<Timestamp>,
}

/// A state beside our own booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Compared {
    /// It has the days that we have.
    Same,
    /// Somebody moved it there: it has our newest edition, on other days.
    Moved,
    /// It has an older edition than we; the newer one is on its way.
    Behind,
    /// We have no such booking.
    Unknown,
}

/// One thing that was read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingNews {
    /// What the CRM says.
    pub state: BookingState,
    /// How that lies beside our own booking.
    pub compared: Compared,
}

impl BookingState {
    /// This beside `ours`.
    ///
    /// A CRM that says not when a booking changed leaves its days to tell whether somebody moved it.
    pub fn beside(self, ours: Option<&Booking>) -> BookingNews {
        let compared = match ours {
            None => Compared::Unknown,
            Some(booking) if self.version < booking.version => Compared::Behind,
            Some(booking) => {
                let time = &booking.event.time;
                let ours = (Some(time.day()), Some(time.last_day()));
                if (self.first_day, self.last_day) == ours { Compared::Same } else { Compared::Moved }
            }
        };
        BookingNews { state: self, compared }
    }
}

impl Compared {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Same, Self::Moved, Self::Behind, Self::Unknown];

    /// The word under which it is counted.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Moved => "moved",
            Self::Behind => "behind",
            Self::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::bookings::{EventTime, Stage};
    use crate::partners::fixture::booking;

    fn state(version: u32, days: [i8; 2]) -> BookingState {
        let [first_day, last_day] = days.map(|day| Some(date(2027, 8, day)));
        let (id, status) = ("7".to_owned(), Some("upcoming".to_owned()));
        BookingState { booking: booking().id, id, version, first_day, last_day, status, changed_at: None }
    }

    #[test]
    fn a_state_lies_beside_our_booking() {
        let mut ours = booking();
        (ours.version, ours.stage, ours.event.time) = (3, Stage::Agreed, EventTime::Day(date(2027, 8, 15)));
        let compared = |state: BookingState| state.beside(Some(&ours)).compared;
        assert_eq!(compared(state(3, [15, 15])), Compared::Same);
        assert_eq!(compared(state(4, [15, 15])), Compared::Same, "ours was read before the other's");
        assert_eq!(compared(state(3, [15, 16])), Compared::Moved);
        assert_eq!(compared(BookingState { last_day: None, ..state(3, [15, 15]) }), Compared::Moved);
        assert_eq!(compared(state(2, [16, 16])), Compared::Behind, "whoever moved it, ours overwrites it");
        assert_eq!(state(3, [15, 15]).beside(None).compared, Compared::Unknown);
    }
}
