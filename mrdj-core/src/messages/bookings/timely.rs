//! Whether a letter still says what is so.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::BookingLetter;
use crate::bookings::{Booking, BookingEntry, BookingEvent, Party, ReminderKind, Stage, follow_up};
use crate::delivery::Delivery;

/// The member of a reminder's payload that names the civil day it is for.
pub(super) const DAY: &str = "day";

/// What becomes of a letter at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Timely {
    /// It says what is so.
    Now,
    /// It was asked for too soon.
    NotBefore(Timestamp),
    /// It is overtaken; this says by what.
    Never(String),
}

/// Whether the client has agreed and the event is still to come.
pub(super) const fn is_agreed(booking: &Booking) -> bool {
    matches!(booking.stage, Stage::Agreed | Stage::Deposit)
}

/// Whether `letter`, owed as `delivery` says, may leave at `now`; days are read on the clocks of `zone`.
///
/// What the business is told is always true: it says what happened. What a client is told says how it is now.
pub(super) fn judge(
    letter: BookingLetter,
    delivery: &Delivery,
    booking: &Booking,
    zone: &TimeZone,
    now: Timestamp,
) -> Timely {
    use BookingLetter as Letter;
    let moved_on = || never(format!("the booking is {} by now", booking.stage.word()));
    let runs = booking.stage.until().is_some_and(|until| now < until);
    let fits = |fits: bool| if fits { Timely::Now } else { moved_on() };
    match (letter, &booking.stage) {
        (letter, _) if !letter.is_for_client() => Timely::Now,
        (Letter::Cancelled, stage) => fits(matches!(stage, Stage::Cancelled { .. })),
        _ if booking.span(zone).end <= now => never("the event is over"),
        (Letter::Received, Stage::Waiting) => Timely::Now,
        (Letter::Expired, stage) => fits(*stage == Stage::Expired),
        (Letter::Changed, stage) => fits(!stage.is_final()),
        (Letter::Agreed, _) => fits(is_agreed(booking)),
        (Letter::Reminder(kind), _) if is_agreed(booking) => remind(kind, delivery, booking, zone, now),
        (Letter::Received | Letter::Promoted, Stage::Held { .. }) if runs => Timely::Now,
        (Letter::Challenged, Stage::Held { challenged, .. } | Stage::Offered { challenged, .. }) if runs => {
            if *challenged {
                Timely::Now
            } else {
                never("the client is not asked to decide any more")
            }
        }
        (Letter::Offered, Stage::Offered { .. }) if runs => Timely::Now,
        (Letter::FollowUp, Stage::Offered { .. }) if runs => ask_again(delivery, booking, zone, now),
        _ if booking.stage.until().is_some_and(|until| until <= now) => never("the time to decide is over"),
        _ => moved_on(),
    }
}

/// Any step or change since the offer is a reply, whoever took it.
fn ask_again(delivery: &Delivery, booking: &Booking, zone: &TimeZone, now: Timestamp) -> Timely {
    let at = follow_up(booking.changed_at, zone);
    match () {
        () if booking.version != delivery.edition => never("something happened since the offer"),
        () if now < at => Timely::NotBefore(at),
        () => Timely::Now,
    }
}

fn remind(kind: ReminderKind, delivery: &Delivery, booking: &Booking, zone: &TimeZone, now: Timestamp) -> Timely {
    let day = booking.event.time.day();
    let begun = booking.event.time.hours().is_some_and(|hours| hours.span().start <= now);
    match (kind.due(day, zone), kind.too_late(day, zone)) {
        _ if planned_for(delivery) != Some(day) => never("the event was moved to another day"),
        _ if begun => never("the event has begun"),
        (Some(due), _) if now < due => Timely::NotBefore(due),
        (_, Some(late)) if late <= now => never("it is too late for this reminder"),
        _ => Timely::Now,
    }
}

/// The civil day that a reminder is for.
fn planned_for(delivery: &Delivery) -> Option<Date> {
    delivery.payload.get(DAY)?.as_str()?.parse().ok()
}

fn never(why: impl Into<String>) -> Timely {
    Timely::Never(why.into())
}

/// Whether the booking changed once more, by one of those whose changes `matter`, after the change that owed `delivery`: that
/// letter says all that this one would.
pub(super) fn is_overtaken(
    delivery: &Delivery,
    booking: &Booking,
    past: &[BookingEntry],
    matter: impl Fn(Party) -> bool,
) -> bool {
    let since = booking.version.saturating_sub(delivery.edition);
    // Each version left one line; files come and go beside them.
    let versions = past.iter().rev().filter(|entry| entry.event.makes_a_version());
    let mut later = versions.take(usize::try_from(since).unwrap_or(usize::MAX));
    later.any(|entry| entry.event == BookingEvent::Changed && matter(entry.by))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use serde_json::json;

    use super::*;
    use crate::bookings::EventTime;
    use crate::delivery::Owed;
    use crate::messages::fixture::{amsterdam, booking};
    use crate::messages::{Language, MAIL};
    use crate::mocks::FakeChance;

    fn moment(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    fn owed(letter: BookingLetter, edition: u32) -> Delivery {
        let owed = Owed { payload: json!({ DAY: "2027-06-19" }), ..Owed::now(MAIL, letter.kind()).edition(edition) };
        let booking = booking(Language::Nl);
        Delivery::new(owed, booking.id.uuid(), booking.changed_at, &FakeChance::seeded(7))
    }

    fn at(letter: BookingLetter, stage: Stage, now: Timestamp) -> Timely {
        let booking = Booking { stage, ..booking(Language::Nl) };
        judge(letter, &owed(letter, booking.version), &booking, &amsterdam(), now)
    }

    /// An hour after the fixture's booking was made.
    fn soon() -> Timestamp {
        booking(Language::Nl).changed_at + SignedDuration::from_hours(1)
    }

    fn stages() -> Vec<Stage> {
        let until = soon() + SignedDuration::from_hours(71);
        vec![
            Stage::Waiting,
            Stage::Held { until, challenged: false },
            Stage::Held { until, challenged: true },
            Stage::Offered { until, challenged: false },
            Stage::Offered { until, challenged: true },
            Stage::Agreed,
            Stage::Deposit,
            Stage::Done,
            Stage::Expired,
            Stage::Cancelled { by: Party::Client },
        ]
    }

    #[test]
    fn a_letter_leaves_where_it_is_true_and_nowhere_else() {
        use BookingLetter as Letter;
        // One sign for each stage above.
        for (letter, leaves) in [
            (Letter::Received, "xxx......."),
            (Letter::Promoted, ".xx......."),
            (Letter::Challenged, "..x.x....."),
            (Letter::Offered, "...xx....."),
            (Letter::Agreed, ".....xx..."),
            (Letter::Changed, "xxxxxxx..."),
            (Letter::Cancelled, ".........x"),
            (Letter::Expired, "........x."),
            (Letter::Notice, "xxxxxxxxxx"),
            (Letter::LatePayment, "xxxxxxxxxx"),
            (Letter::Accepted, "xxxxxxxxxx"),
            (Letter::Altered, "xxxxxxxxxx"),
            (Letter::Withdrawn, "xxxxxxxxxx"),
        ] {
            let said: String = stages()
                .into_iter()
                .map(|stage| if at(letter, stage, soon()) == Timely::Now { 'x' } else { '.' })
                .collect();
            assert_eq!(said, leaves, "{letter:?}");
        }
    }

    #[test]
    fn a_hold_that_has_run_out_is_not_told_of_as_one() {
        use BookingLetter as Letter;
        let over = soon() + SignedDuration::from_hours(71);
        for (letter, stage) in [
            (Letter::Received, Stage::Held { until: over, challenged: false }),
            (Letter::Challenged, Stage::Offered { until: over, challenged: true }),
            (Letter::Offered, Stage::Offered { until: over, challenged: false }),
        ] {
            assert_eq!(at(letter, stage, over), never("the time to decide is over"), "{letter:?}");
        }
    }

    #[test]
    fn after_the_event_a_client_hears_of_nothing_but_a_cancellation() {
        let late = moment("2027-06-20T12:00:00Z");
        for letter in BookingLetter::ALL {
            for stage in stages() {
                let said = at(letter, stage.clone(), late) == Timely::Now;
                let cancelled = letter == BookingLetter::Cancelled && matches!(stage, Stage::Cancelled { .. });
                assert_eq!(said, cancelled || !letter.is_for_client(), "{letter:?} {stage:?}");
            }
        }
    }

    #[test]
    fn whatever_happened_since_the_offer_is_a_reply() {
        let offered = booking(Language::Nl).changed_at;
        let until = offered + SignedDuration::from_hours(24 * 7);
        let asked = |edition, after_hours| {
            let booking = Booking { stage: Stage::Offered { until, challenged: false }, ..booking(Language::Nl) };
            let now = offered + SignedDuration::from_hours(after_hours);
            judge(BookingLetter::FollowUp, &owed(BookingLetter::FollowUp, edition), &booking, &amsterdam(), now)
        };
        let version = booking(Language::Nl).version;
        let due = offered + SignedDuration::from_hours(48);
        assert_eq!(asked(version, 47), Timely::NotBefore(due));
        assert_eq!((asked(version, 48), asked(version, 167)), (Timely::Now, Timely::Now));
        assert_eq!(asked(version, 168), never("the time to decide is over"));
        assert_eq!(asked(version - 1, 48), never("something happened since the offer"));
        assert_eq!(at(BookingLetter::FollowUp, Stage::Agreed, due), never("the booking is agreed by now"));
    }

    #[test]
    fn a_reminder_that_was_kept_too_long_stays_away() {
        use ReminderKind::{DayBefore, MorningOf, WeekBefore};
        let late = || never("it is too late for this reminder");
        for (kind, now, expected) in [
            (WeekBefore, "2027-06-12T08:59:59+02:00", Timely::NotBefore(moment("2027-06-12T09:00:00+02:00"))),
            (WeekBefore, "2027-06-12T09:00:00+02:00", Timely::Now),
            (WeekBefore, "2027-06-18T08:59:59+02:00", Timely::Now),
            (WeekBefore, "2027-06-18T09:00:00+02:00", late()),
            (DayBefore, "2027-06-18T09:00:00+02:00", Timely::Now),
            (DayBefore, "2027-06-18T23:59:59+02:00", Timely::Now),
            (DayBefore, "2027-06-19T00:00:00+02:00", late()),
            (MorningOf, "2027-06-19T08:59:59+02:00", Timely::NotBefore(moment("2027-06-19T09:00:00+02:00"))),
            (MorningOf, "2027-06-19T11:59:59+02:00", Timely::Now),
            (MorningOf, "2027-06-19T12:00:00+02:00", late()),
        ] {
            for stage in [Stage::Agreed, Stage::Deposit] {
                assert_eq!(at(BookingLetter::Reminder(kind), stage, moment(now)), expected, "{kind:?} {now}");
            }
        }
    }

    #[test]
    fn a_reminder_of_what_was_moved_cancelled_or_has_begun_stays_away() {
        let letter = BookingLetter::Reminder(ReminderKind::MorningOf);
        let now = moment("2027-06-19T09:00:00+02:00");
        let cancelled = Stage::Cancelled { by: Party::Business };
        assert_eq!(at(letter, cancelled, now), never("the booking is cancelled by now"));
        let with = |time: EventTime| {
            let mut booking = Booking { stage: Stage::Agreed, ..booking(Language::Nl) };
            booking.event.time = time;
            judge(letter, &owed(letter, 2), &booking, &amsterdam(), now)
        };
        let hours = |start: i8| {
            let day = jiff::civil::date(2027, 6, 19);
            let hours = crate::bookings::EventHours::new(day.at(start, 0, 0, 0), day.at(23, 0, 0, 0), amsterdam());
            EventTime::Hours(hours.expect("hours"))
        };
        assert_eq!(with(EventTime::Day(jiff::civil::date(2027, 6, 20))), never("the event was moved to another day"));
        assert_eq!(with(hours(9)), never("the event has begun"));
        assert_eq!((with(hours(10)), with(EventTime::Day(jiff::civil::date(2027, 6, 19)))), (Timely::Now, Timely::Now));
    }
}
