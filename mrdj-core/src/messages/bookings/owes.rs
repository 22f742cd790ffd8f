//! The letters that a booking owes.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;

use super::BookingLetter;
use super::timely::{DAY, is_agreed};
use crate::bookings::{Booking, BookingEvent, BookingFact, Party, follow_up, reminders};
use crate::delivery::{Owed, Owes};
use crate::messages::MAIL;

/// What happened to a booking is told once: to its client, or to the business, or to both.
///
/// | What happened | What is owed |
/// | --- | --- |
/// | it was made | received; a notice |
/// | it moved up, was challenged, ran out | that |
/// | it was offered | the offer; two days later the question whether it was seen |
/// | it was agreed | the agreement; a notice when its client did it; a reminder a week before, the day before, and in the morning |
/// | it changed | that; a notice when its client did it; reminders of its day, once it is agreed |
/// | it was called off | that; a notice when its client did it |
/// | money came late | a notice |
/// | it was prolonged, paid, held | nothing |
///
/// The edition is the booking's version; of a reminder it is the day it is for, so that one day is announced once,
/// however often its hours change.
#[derive(Clone, Debug)]
pub struct MailsForBooking {
    /// The business's civil time.
    pub zone: TimeZone,
}

impl Owes<BookingFact> for MailsForBooking {
    fn owes(&self, fact: &BookingFact) -> Vec<Owed> {
        use BookingLetter as Letter;
        let booking = &fact.booking;
        let now = |letters: &[Letter]| letters.iter().map(|letter| owed(*letter, booking)).collect::<Vec<_>>();
        // The business knows what it did itself.
        let told = |letter: Letter| if fact.by == Party::Client { now(&[letter]) } else { Vec::new() };
        match fact.event {
            BookingEvent::Created => now(&[Letter::Received, Letter::Notice]),
            BookingEvent::Promoted => now(&[Letter::Promoted]),
            BookingEvent::Challenged => now(&[Letter::Challenged]),
            BookingEvent::Offered => [now(&[Letter::Offered]), self.follow_up(booking)].concat(),
            BookingEvent::Agreed => [now(&[Letter::Agreed]), told(Letter::Accepted), self.reminders(booking)].concat(),
            BookingEvent::Changed => [now(&[Letter::Changed]), told(Letter::Altered), self.reminders(booking)].concat(),
            BookingEvent::Cancelled => [now(&[Letter::Cancelled]), told(Letter::Withdrawn)].concat(),
            BookingEvent::Expired => now(&[Letter::Expired]),
            BookingEvent::LatePayment => now(&[Letter::LatePayment]),
            BookingEvent::Prolonged
            | BookingEvent::DepositPaid
            | BookingEvent::Finished
            | BookingEvent::FileAdded
            | BookingEvent::FileRemoved => Vec::new(),
        }
    }
}

impl MailsForBooking {
    /// The question whether the offer was seen; none about one that does not stand so long.
    fn follow_up(&self, booking: &Booking) -> Vec<Owed> {
        let at = follow_up(booking.changed_at, &self.zone);
        let stands = booking.stage.until().is_some_and(|until| at < until);
        stands.then(|| later(owed(BookingLetter::FollowUp, booking), booking, at)).into_iter().collect()
    }

    fn reminders(&self, booking: &Booking) -> Vec<Owed> {
        if !is_agreed(booking) {
            return Vec::new();
        }
        let day = booking.event.time.day();
        let planned = reminders(day, &self.zone, booking.changed_at).into_iter();
        let reminder = |(kind, at)| {
            let owed = owed(BookingLetter::Reminder(kind), booking).edition(edition_of(day));
            Owed { payload: json!({ DAY: day }), ..later(owed, booking, at) }
        };
        planned.map(reminder).collect()
    }
}

fn owed(letter: BookingLetter, booking: &Booking) -> Owed {
    Owed::now(MAIL, letter.kind()).edition(booking.version)
}

/// The same, due at `at`; a booking's last change is the fact that owes.
fn later(owed: Owed, booking: &Booking, at: Timestamp) -> Owed {
    owed.after(at.duration_since(booking.changed_at))
}

/// A number for each day, like 20270619.
fn edition_of(day: Date) -> u32 {
    let part = |number: i16| u32::from(number.unsigned_abs());
    part(day.year()) * 10_000 + part(day.month().into()) * 100 + part(day.day().into())
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jiff::civil::date;

    use super::*;
    use crate::bookings::{EventTime, Stage};
    use crate::messages::Language;
    use crate::messages::fixture::{amsterdam, booking};

    fn owes(event: BookingEvent, by: Party, booking: Booking) -> Vec<Owed> {
        MailsForBooking { zone: amsterdam() }.owes(&BookingFact { event, by, booking })
    }

    fn kinds(event: BookingEvent, by: Party, stage: Stage) -> Vec<String> {
        let booking = Booking { stage, ..booking(Language::Nl) };
        owes(event, by, booking).into_iter().map(|owed| owed.kind).collect()
    }

    const WEEK: SignedDuration = SignedDuration::from_hours(24 * 7);

    #[test]
    fn what_happened_owes_its_letters_and_no_others() {
        let until = booking(Language::Nl).changed_at + WEEK;
        let (held, offered) = (Stage::Held { until, challenged: false }, Stage::Offered { until, challenged: true });
        let cancelled = |by| Stage::Cancelled { by };
        let reminders = ["booking.reminder.week_before", "booking.reminder.day_before", "booking.reminder.morning_of"];
        let agreed = [&["booking.agreed"][..], &reminders].concat();
        let changed = [&["booking.changed"][..], &reminders].concat();
        let accepted = [&["booking.agreed", "booking.accepted"][..], &reminders].concat();
        let altered = [&["booking.changed", "booking.altered"][..], &reminders].concat();
        let (client, business, system) = (Party::Client, Party::Business, Party::System);
        let table: [(BookingEvent, Party, Stage, &[&str]); 21] = [
            (BookingEvent::Created, client, held.clone(), &["booking.received", "booking.notice"]),
            (BookingEvent::Created, client, Stage::Waiting, &["booking.received", "booking.notice"]),
            (BookingEvent::Promoted, system, held.clone(), &["booking.promoted"]),
            (BookingEvent::Prolonged, business, held.clone(), &[]),
            (BookingEvent::Challenged, business, offered.clone(), &["booking.challenged"]),
            (BookingEvent::Offered, business, offered, &["booking.offered", "booking.follow_up"]),
            (BookingEvent::Agreed, business, Stage::Agreed, &agreed),
            (BookingEvent::Agreed, client, Stage::Agreed, &accepted),
            (BookingEvent::DepositPaid, system, Stage::Deposit, &[]),
            (BookingEvent::LatePayment, system, Stage::Expired, &["booking.late_payment"]),
            (BookingEvent::Finished, business, Stage::Done, &[]),
            (BookingEvent::Expired, system, Stage::Expired, &["booking.expired"]),
            (BookingEvent::Cancelled, business, cancelled(business), &["booking.cancelled"]),
            (BookingEvent::Cancelled, system, cancelled(system), &["booking.cancelled"]),
            (BookingEvent::Cancelled, client, cancelled(client), &["booking.cancelled", "booking.withdrawn"]),
            (BookingEvent::Changed, business, held.clone(), &["booking.changed"]),
            (BookingEvent::Changed, client, held, &["booking.changed", "booking.altered"]),
            (BookingEvent::Changed, business, Stage::Waiting, &["booking.changed"]),
            (BookingEvent::Changed, business, Stage::Agreed, &changed),
            (BookingEvent::Changed, client, Stage::Agreed, &altered),
            (BookingEvent::Changed, business, Stage::Deposit, &changed),
        ];
        for (event, by, stage, expected) in table {
            assert_eq!(kinds(event, by, stage.clone()), expected, "{event:?} by {by:?} {stage:?}");
        }
    }

    #[test]
    fn an_offer_that_does_not_stand_for_two_days_is_not_asked_about() {
        let lasting = |hours| {
            let until = booking(Language::Nl).changed_at + SignedDuration::from_hours(hours);
            kinds(BookingEvent::Offered, Party::Business, Stage::Offered { until, challenged: false }).len()
        };
        assert_eq!((lasting(48), lasting(49)), (1, 2));
    }

    #[test]
    fn a_day_is_announced_once_and_another_day_again() {
        let moved = |time: EventTime, version| {
            let mut booking = Booking { stage: Stage::Agreed, version, ..booking(Language::Nl) };
            booking.event.time = time;
            let owed = owes(BookingEvent::Changed, Party::Business, booking).into_iter().skip(1);
            owed.map(|owed| (owed.edition, owed.payload)).collect::<Vec<_>>()
        };
        let evening = booking(Language::Nl).event.time;
        let (first, hours, other) =
            (moved(EventTime::Day(evening.day()), 3), moved(evening, 9), moved(EventTime::Day(date(2027, 6, 20)), 9));
        assert_eq!(first, hours, "other hours of the same day");
        assert!(first[0].0 != other[0].0 && other[0].1 == json!({ "day": "2027-06-20" }), "{first:?} {other:?}");
    }

    #[test]
    fn reminders_are_planned_from_the_last_change() {
        let agreed = Booking { stage: Stage::Agreed, ..booking(Language::Nl) };
        let planned: Vec<_> = owes(BookingEvent::Agreed, Party::Business, agreed.clone())
            .into_iter()
            .skip(1)
            .map(|owed| (agreed.changed_at + owed.after).to_string())
            .collect();
        assert_eq!(planned, ["2027-06-12T07:00:00Z", "2027-06-18T07:00:00Z", "2027-06-19T07:00:00Z"]);
    }
}
