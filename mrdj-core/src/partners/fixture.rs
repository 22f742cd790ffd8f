//! What the tests of this room are given.

use jiff::civil::date;

use crate::bookings::{Booking, EventTime, Stage, fixture};

/// A booking that was agreed, in its second edition.
pub(super) fn booking() -> Booking {
    let mut booking = Booking { stage: Stage::Agreed, version: 2, ..fixture::booking() };
    booking.event.time = EventTime::Day(date(2027, 8, 15));
    booking
}
