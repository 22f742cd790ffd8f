//! What the CRM is owed for an enquiry and for a booking, and by the clock.

use jiff::tz::TimeZone;

use crate::bookings::{BookingFact, Stage};
use crate::delivery::{Owed, Owes, QueueName, Schedule};
use crate::leads::LeadFact;

/// The queue of everything that goes to the CRM.
pub const CRM: QueueName = QueueName::new("crm");
/// The kind of a card.
pub const CARD: &str = "lead.card";
/// The kind of a booking, as it is when it is carried.
pub const BOOKING: &str = "booking.card";
/// The kind of a look at what the CRM says of our bookings.
pub const BOOKING_STATES: &str = "booking.states";

/// One card per lead; what is added later does not reach a CRM whose first write wins.
#[derive(Clone, Copy, Debug, Default)]
pub struct CardForLead;

impl Owes<LeadFact> for CardForLead {
    fn owes(&self, _: &LeadFact) -> Vec<Owed> {
        vec![Owed::now(CRM, CARD)]
    }
}

/// A booking, from its agreement on: whatever happens to it then, each time.
///
/// The edition is the booking's own, so that nothing is owed twice; what is carried is the booking as it is then.
#[derive(Clone, Copy, Debug, Default)]
pub struct BookingForCrm;

impl Owes<BookingFact> for BookingForCrm {
    fn owes(&self, fact: &BookingFact) -> Vec<Owed> {
        let booking = &fact.booking;
        match booking.stage {
            // One that is cancelled may have been agreed before; its history tells the courier.
            Stage::Agreed | Stage::Deposit | Stage::Done | Stage::Cancelled { .. } => {
                vec![Owed::now(CRM, BOOKING).edition(booking.version)]
            }
            Stage::Waiting | Stage::Held { .. } | Stage::Offered { .. } | Stage::Expired => Vec::new(),
        }
    }
}

/// Owes a look at what the CRM says of our bookings, every quarter of an hour.
pub fn look_at_bookings() -> Schedule {
    let owed = Owed::now(CRM, BOOKING_STATES);
    let schedule = Schedule::parse("crm.bookings", "*/15 * * * *", TimeZone::UTC, owed);
    schedule.expect("a name and a line that a test reads")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::bookings::{BookingEvent, Party};
    use crate::partners::fixture::booking;

    fn owed(event: BookingEvent, stage: Stage) -> Vec<(String, u32)> {
        let mut booking = booking();
        booking.stage = stage;
        let owed = BookingForCrm.owes(&BookingFact { event, by: Party::Business, booking });
        owed.into_iter().map(|owed| (owed.kind, owed.edition)).collect()
    }

    #[test]
    fn a_booking_owes_an_edition_for_whatever_happens_from_its_agreement_on() {
        let cancelled = Stage::Cancelled { by: Party::Client };
        let told = [
            (BookingEvent::Agreed, Stage::Agreed),
            (BookingEvent::Changed, Stage::Agreed),
            (BookingEvent::DepositPaid, Stage::Deposit),
            (BookingEvent::Changed, Stage::Deposit),
            (BookingEvent::Finished, Stage::Done),
            (BookingEvent::Cancelled, cancelled.clone()),
            (BookingEvent::LatePayment, cancelled),
        ];
        for (event, stage) in told {
            assert_eq!(owed(event, stage), [(BOOKING.to_owned(), 2)], "{event:?}");
        }
    }

    #[test]
    fn a_wish_owes_the_crm_nothing() {
        let until = Timestamp::UNIX_EPOCH;
        let kept = [
            (BookingEvent::Created, Stage::Waiting),
            (BookingEvent::Created, Stage::Held { until, challenged: false }),
            (BookingEvent::Changed, Stage::Offered { until, challenged: true }),
            (BookingEvent::Expired, Stage::Expired),
            (BookingEvent::LatePayment, Stage::Expired),
        ];
        for (event, stage) in kept {
            assert_eq!(owed(event, stage), [], "{event:?}");
        }
    }

    #[test]
    fn the_crm_is_looked_at_every_quarter_of_an_hour() {
        let next = look_at_bookings().next_after(Timestamp::UNIX_EPOCH).map(|at| at.as_second());
        assert_eq!(next, Some(15 * 60));
    }
}
