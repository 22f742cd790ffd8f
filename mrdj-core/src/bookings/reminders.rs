//! When somebody is reminded.
//!
//! A reminder follows the clock on the wall where the business is: nine in the morning is nine in the morning on both sides
//! of a change of the clock. A time that the clock jumps over is due at the jump, and one that comes twice the first time.

use jiff::civil::{Date, DateTime, Time, time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Span, Timestamp};

/// When a day's reminders leave.
const MORNING: Time = time(9, 0, 0, 0);
/// When a morning is over.
const NOON: Time = time(12, 0, 0, 0);
/// So many days a quote may lie before we ask.
const QUIET_DAYS: i64 = 2;

/// Which of an event's reminders it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReminderKind {
    /// One week before.
    WeekBefore,
    /// The day before.
    DayBefore,
    /// The morning of the event.
    MorningOf,
}

impl ReminderKind {
    /// All of them, the earliest first.
    pub const ALL: [Self; 3] = [Self::WeekBefore, Self::DayBefore, Self::MorningOf];

    /// When that of an event on `day` leaves; `None` beyond the ends of time.
    pub fn due(self, day: Date, zone: &TimeZone) -> Option<Timestamp> {
        let day = day.checked_sub(Span::new().days(self.days_before())).ok()?;
        shown(day.to_datetime(MORNING), zone)
    }

    /// From when on it would be nonsense, should it have been kept from leaving in time; `None` beyond the ends of time.
    ///
    /// | Reminder | Too late |
    /// | --- | --- |
    /// | one week before | when the next one leaves, which says more |
    /// | the day before | when that day is over, since it says "tomorrow" |
    /// | the morning of the event | at noon |
    ///
    /// ```
    /// # fn main() -> Result<(), jiff::Error> {
    /// use jiff::tz::TimeZone;
    /// use mrdj_core::bookings::ReminderKind;
    ///
    /// let amsterdam = TimeZone::get("Europe/Amsterdam")?;
    /// let noon = ReminderKind::MorningOf.too_late(jiff::civil::date(2026, 6, 20), &amsterdam);
    /// assert_eq!(noon, Some("2026-06-20T12:00:00+02:00".parse()?));
    /// # Ok(())
    /// # }
    /// ```
    pub fn too_late(self, day: Date, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::WeekBefore => Self::DayBefore.due(day, zone),
            Self::DayBefore => shown(day.to_datetime(Time::midnight()), zone),
            Self::MorningOf => shown(day.to_datetime(NOON), zone),
        }
    }

    const fn days_before(self) -> i64 {
        match self {
            Self::WeekBefore => 7,
            Self::DayBefore => 1,
            Self::MorningOf => 0,
        }
    }
}

/// The reminders of an event on `day` that are still to come at `now`, the earliest first.
///
/// ```
/// # fn main() -> Result<(), jiff::Error> {
/// use jiff::tz::TimeZone;
/// use mrdj_core::bookings::{ReminderKind, reminders};
///
/// let amsterdam = TimeZone::get("Europe/Amsterdam")?;
/// let now = "2026-10-29T12:00:00Z".parse()?;
/// let planned = reminders(jiff::civil::date(2026, 10, 31), &amsterdam, now);
/// assert_eq!(planned[0], (ReminderKind::DayBefore, "2026-10-30T08:00:00Z".parse()?));
/// assert_eq!(planned.len(), 2);
/// # Ok(())
/// # }
/// ```
pub fn reminders(day: Date, zone: &TimeZone, now: Timestamp) -> Vec<(ReminderKind, Timestamp)> {
    let due = |kind: ReminderKind| Some((kind, kind.due(day, zone)?));
    ReminderKind::ALL.into_iter().filter_map(due).filter(|(_, at)| *at >= now).collect()
}

/// When to ask about a quote that was `sent` and not answered: two days later, at the same time of day.
pub fn follow_up(sent: Timestamp, zone: &TimeZone) -> Timestamp {
    let later = zone.to_datetime(sent).checked_add(Span::new().days(QUIET_DAYS)).ok();
    later.and_then(|time| shown(time, zone)).unwrap_or(Timestamp::MAX)
}

/// The first moment when the clock of `zone` shows `time` or has just jumped over it; `None` beyond the ends of time.
fn shown(time: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    let at = |offset: Offset| offset.to_timestamp(time).ok();
    match zone.to_ambiguous_timestamp(time).offset() {
        AmbiguousOffset::Unambiguous { offset } => at(offset),
        AmbiguousOffset::Fold { before, .. } => at(before),
        // By the offset after the jump the time lies before it.
        AmbiguousOffset::Gap { after, .. } => zone.following(at(after)?).next().map(|jump| jump.timestamp()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jiff::civil::date;
    use jiff::tz::TimeZoneDatabase;
    use proptest::prelude::*;

    use super::ReminderKind::{DayBefore, MorningOf, WeekBefore};
    use super::*;

    fn moment(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    fn zone(name: &str) -> TimeZone {
        TimeZoneDatabase::bundled().get(name).expect("a zone of the list")
    }

    /// Zone, day of the event, and the three reminders.
    const PLANS: &[(&str, Date, [&str; 3])] = &[
        (
            "Europe/Amsterdam",
            date(2026, 6, 20),
            ["2026-06-13T07:00:00Z", "2026-06-19T07:00:00Z", "2026-06-20T07:00:00Z"],
        ),
        // The clock changes on the 25th.
        (
            "Europe/Amsterdam",
            date(2026, 10, 31),
            ["2026-10-24T07:00:00Z", "2026-10-30T08:00:00Z", "2026-10-31T08:00:00Z"],
        ),
        // And here on the day itself, long before nine.
        (
            "Europe/Amsterdam",
            date(2026, 3, 29),
            ["2026-03-22T08:00:00Z", "2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z"],
        ),
        // Samoa left out the 30th of December 2011, which was the day before.
        (
            "Pacific/Apia",
            date(2011, 12, 31),
            ["2011-12-24T09:00:00-10:00", "2011-12-31T00:00:00+14:00", "2011-12-31T09:00:00+14:00"],
        ),
    ];

    #[test]
    fn reminders_leave_at_nine_where_the_business_is() {
        for (name, day, expected) in PLANS {
            let expected: Vec<_> =
                ReminderKind::ALL.into_iter().zip(expected.iter().map(|text| moment(text))).collect();
            assert_eq!(reminders(*day, &zone(name), Timestamp::MIN), expected, "{day} in {name}");
        }
    }

    #[test]
    fn a_reminder_is_nonsense_from_then_on() {
        for (day, expected) in [
            (
                date(2026, 6, 20),
                ["2026-06-19T09:00:00+02:00", "2026-06-20T00:00:00+02:00", "2026-06-20T12:00:00+02:00"],
            ),
            // The clock changes in the night before, and in the night of the day itself.
            (
                date(2026, 3, 29),
                ["2026-03-28T09:00:00+01:00", "2026-03-29T00:00:00+01:00", "2026-03-29T12:00:00+02:00"],
            ),
            (
                date(2026, 10, 25),
                ["2026-10-24T09:00:00+02:00", "2026-10-25T00:00:00+02:00", "2026-10-25T12:00:00+01:00"],
            ),
        ] {
            let bounds = ReminderKind::ALL.map(|kind| kind.too_late(day, &zone("Europe/Amsterdam")));
            assert_eq!(bounds, expected.map(|text| Some(moment(text))), "{day}");
        }
    }

    #[test]
    fn what_lies_before_now_is_left_out() {
        let planned = |now: &str| {
            let all = reminders(date(2026, 6, 20), &zone("Europe/Amsterdam"), moment(now));
            all.into_iter().map(|(kind, _)| kind).collect::<Vec<_>>()
        };
        assert_eq!(planned("2026-06-13T07:00:00Z"), [WeekBefore, DayBefore, MorningOf], "now is not before now");
        assert_eq!(planned("2026-06-13T07:00:00.000000001Z"), [DayBefore, MorningOf]);
        assert_eq!(planned("2026-06-20T06:59:59Z"), [MorningOf]);
        assert_eq!(planned("2026-06-20T07:00:01Z"), []);
    }

    #[test]
    fn a_quote_is_followed_up_two_days_later_at_the_same_time_of_day() {
        for (sent, expected) in [
            ("2026-06-01T14:30:00+02:00", "2026-06-03T14:30:00+02:00"),
            ("2026-03-28T14:30:00+01:00", "2026-03-30T14:30:00+02:00"),
            ("2026-10-24T14:30:00+02:00", "2026-10-26T14:30:00+01:00"),
            // To a time that is jumped over, and to one that comes twice.
            ("2026-03-27T02:30:00+01:00", "2026-03-29T03:00:00+02:00"),
            ("2026-10-23T02:30:00+02:00", "2026-10-25T02:30:00+02:00"),
        ] {
            assert_eq!(follow_up(moment(sent), &zone("Europe/Amsterdam")), moment(expected), "{sent}");
        }
    }

    #[test]
    fn the_ends_of_the_calendar_are_survived() {
        let zone = zone("Europe/Amsterdam");
        assert_eq!(reminders(Date::MIN, &zone, Timestamp::MIN), []);
        assert_eq!(reminders(Date::MAX, &zone, Timestamp::MIN).len(), 2, "the last day of time ends early");
        assert_eq!(follow_up(Timestamp::MAX, &zone), Timestamp::MAX);
    }

    /// Whether `at` is when the clock of `zone` first shows `time`, or jumps over it.
    fn is_first(at: Timestamp, time: DateTime, zone: &TimeZone) -> bool {
        let shortly_before = zone.to_datetime(at - SignedDuration::from_nanos(1));
        let now = zone.to_datetime(at);
        if now != time {
            return shortly_before < time && time < now;
        }
        // A clock that is put back by up to a day shows the time again.
        let changes = zone
            .preceding(at)
            .take_while(|change| at.duration_since(change.timestamp()) < SignedDuration::from_hours(25));
        let earlier = changes.map(|change| change.timestamp() - SignedDuration::from_nanos(1));
        earlier.into_iter().all(|before| zone.to_datetime(before) < time)
    }

    /// Whether everything planned for an event on `day` is as promised.
    fn holds(day: Date, zone: &TimeZone) -> bool {
        let planned = reminders(day, zone, Timestamp::MIN);
        let kinds = planned.iter().map(|(kind, _)| *kind).eq(ReminderKind::ALL);
        let as_told = planned.iter().all(|(kind, at)| {
            let day = day.saturating_sub(Span::new().days(kind.days_before()));
            is_first(*at, day.at(9, 0, 0, 0), zone)
        });
        let in_time = planned.iter().all(|(kind, at)| kind.too_late(day, zone).is_some_and(|late| *at <= late));
        kinds && as_told && in_time && planned.is_sorted_by(|before, after| before.1 < after.1)
    }

    #[test]
    fn nine_is_nine_around_every_change_of_every_zones_clock() {
        let database = TimeZoneDatabase::bundled();
        let mut zones = 0;
        for id in database.available() {
            let zone = database.get(id.as_str()).expect("a zone of the list");
            zones += 1;
            let changes = zone.following(moment("1990-01-01T00:00:00Z")).map(|change| change.timestamp());
            for change in changes.take_while(|change| *change < moment("2061-01-01T00:00:00Z")) {
                let day = zone.to_datetime(change).date();
                for days in [-1, 0, 1, 7] {
                    let day = day.saturating_add(Span::new().days(days));
                    assert!(holds(day, &zone), "{day} in {id}");
                }
            }
        }
        assert!(zones > 400, "the database is whole: {zones}");
    }

    fn zones() -> impl Strategy<Value = TimeZone> {
        let database = TimeZoneDatabase::bundled();
        let names: Vec<_> = database.available().map(|id| id.as_str().to_owned()).collect();
        prop::sample::select(names).prop_map(|name| zone(&name))
    }

    proptest! {
        #[test]
        fn nine_is_nine_on_any_day_in_any_zone(zone in zones(), days in 0..71 * 366_i64) {
            let day = date(1990, 1, 1).saturating_add(Span::new().days(days));
            prop_assert!(holds(day, &zone), "{day}");
        }

        #[test]
        fn a_follow_up_shows_the_same_time_of_day(zone in zones(), second in 631_152_000_i64..2_871_763_200) {
            let sent = Timestamp::from_second(second).expect("in range");
            let time = zone.to_datetime(sent).saturating_add(Span::new().days(2));
            prop_assert!(is_first(follow_up(sent, &zone), time, &zone));
        }
    }
}
