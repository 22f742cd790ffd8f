//! When a line of cron is due in a zone, across changes of its clock.
//!
//! The rule is that of cron(8), as Debian's manual states it. A line that names its hours follows the clock on the wall: a
//! time that the clock jumps over is due at the jump, and a time that comes twice is due the first time. A line that is
//! due in every hour follows the hours that pass: nothing is made up for, and both passes of a repeated hour count.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use super::cron::Cron;

/// A 29th of February may be eight years away.
const HORIZON_DAYS: usize = 9 * 366;

impl Cron {
    /// The first occurrence after `moment`; `None` at the end of time.
    pub(super) fn next_after(&self, moment: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let first = |day| self.on(day, zone).into_iter().find(|at| *at > moment);
        // A clock that jumps back over midnight brings the day before once more.
        let mut day = moment.to_zoned(zone.clone()).date().yesterday().ok()?;
        for _ in 0..HORIZON_DAYS {
            let following = day.tomorrow().ok()?;
            if let Some(found) = first(day) {
                return Some(first(following).map_or(found, |other| other.min(found)));
            }
            day = following;
        }
        None
    }

    /// The last occurrence that is not after `moment`; `None` at the beginning of time.
    pub(super) fn last_until(&self, moment: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let last = |day| self.on(day, zone).into_iter().rfind(|at| *at <= moment);
        let mut day = moment.to_zoned(zone.clone()).date().tomorrow().ok()?;
        for _ in 0..HORIZON_DAYS {
            let preceding = day.yesterday().ok()?;
            if let Some(found) = last(day) {
                return Some(last(preceding).map_or(found, |other| other.max(found)));
            }
            day = preceding;
        }
        None
    }

    /// Every occurrence of one day, the earliest first.
    fn on(&self, day: Date, zone: &TimeZone) -> Vec<Timestamp> {
        if !self.falls_on(day) {
            return Vec::new();
        }
        let times = self.hours.iter().flat_map(|hour| self.minutes.iter().map(move |minute| (hour, minute)));
        let moments = times.flat_map(|(hour, minute)| self.moments(day.at(hour, minute, 0, 0), zone));
        let mut moments: Vec<_> = moments.flatten().collect();
        moments.sort_unstable();
        moments.dedup();
        moments
    }

    /// When the clock on the wall shows `time`, as the rule above has it.
    fn moments(&self, time: DateTime, zone: &TimeZone) -> [Option<Timestamp>; 2] {
        let at = |offset: Offset| offset.to_timestamp(time).ok();
        match zone.to_ambiguous_timestamp(time).offset() {
            AmbiguousOffset::Unambiguous { offset } => [at(offset), None],
            AmbiguousOffset::Gap { .. } if self.is_due_every_hour() => [None, None],
            AmbiguousOffset::Gap { after, .. } => [at(after).and_then(|before| jump(before, after, zone)), None],
            AmbiguousOffset::Fold { before, after } => [at(before), at(after).filter(|_| self.is_due_every_hour())],
        }
    }
}

/// When the clock of `zone` next jumps to the offset `to`.
fn jump(from: Timestamp, to: Offset, zone: &TimeZone) -> Option<Timestamp> {
    zone.following(from).find(|change| change.offset() == to).map(|change| change.timestamp())
}

#[cfg(test)]
mod tests {
    use croner::Cron as Croner;
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("a zone of the list")
    }

    fn cron(line: &str) -> Cron {
        Cron::parse(line).expect("a line")
    }

    fn moment(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    /// The first `many` occurrences after `moment`.
    fn following(cron: &Cron, moment: Timestamp, zone: &TimeZone, many: usize) -> Vec<Timestamp> {
        std::iter::successors(cron.next_after(moment, zone), |at| cron.next_after(*at, zone)).take(many).collect()
    }

    /// Line, zone, a moment before, and the occurrences after it.
    const CLOCK_CHANGES: &[(&str, &str, &str, &[&str])] = &[
        // 29 March 2026: 02:00 is followed by 03:00.
        (
            "30 2 * * *",
            "Europe/Amsterdam",
            "2026-03-27T12:00:00Z",
            &["2026-03-28T02:30:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"],
        ),
        (
            "0,20,40 2 * * *",
            "Europe/Amsterdam",
            "2026-03-28T12:00:00Z",
            &["2026-03-29T03:00:00+02:00", "2026-03-30T02:00:00+02:00"],
        ),
        (
            "0 2,3 * * *",
            "Europe/Amsterdam",
            "2026-03-28T12:00:00Z",
            &["2026-03-29T03:00:00+02:00", "2026-03-30T02:00:00+02:00"],
        ),
        (
            "30 * * * *",
            "Europe/Amsterdam",
            "2026-03-29T00:00:00Z",
            &["2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00", "2026-03-29T04:30:00+02:00"],
        ),
        // 25 October 2026: 03:00 is followed by 02:00.
        (
            "30 2 * * *",
            "Europe/Amsterdam",
            "2026-10-24T12:00:00Z",
            &["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"],
        ),
        (
            "0,30 2,3 * * *",
            "Europe/Amsterdam",
            "2026-10-24T12:00:00Z",
            &[
                "2026-10-25T02:00:00+02:00",
                "2026-10-25T02:30:00+02:00",
                "2026-10-25T03:00:00+01:00",
                "2026-10-25T03:30:00+01:00",
                "2026-10-26T02:00:00+01:00",
            ],
        ),
        (
            "30 * * * *",
            "Europe/Amsterdam",
            "2026-10-24T23:00:00Z",
            &["2026-10-25T01:30:00+02:00", "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"],
        ),
        // Half an hour, to 02:30 and back from 02:00 to 01:30.
        ("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", &["2026-10-04T02:30:00+11:00"]),
        ("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", &["2026-04-05T01:45:00+11:00"]),
        // At midnight, so that the hour of the day before comes twice.
        (
            "30 * * * *",
            "America/Santiago",
            "2026-04-05T01:45:00Z",
            &["2026-04-04T23:30:00-03:00", "2026-04-04T23:30:00-04:00", "2026-04-05T00:30:00-04:00"],
        ),
        ("0 0 * * *", "America/Santiago", "2026-09-05T12:00:00Z", &["2026-09-06T01:00:00-03:00"]),
        // Samoa left out the 30th of December 2011: its noon is due at the jump.
        (
            "0 12 * * *",
            "Pacific/Apia",
            "2011-12-29T00:00:00Z",
            &["2011-12-29T12:00:00-10:00", "2011-12-31T00:00:00+14:00", "2011-12-31T12:00:00+14:00"],
        ),
    ];

    #[test]
    fn a_time_that_is_jumped_over_is_due_at_the_jump_and_one_that_comes_twice_the_first_time() {
        for (line, name, before, expected) in CLOCK_CHANGES {
            let (cron, zone) = (cron(line), zone(name));
            let expected: Vec<_> = expected.iter().map(|text| moment(text)).collect();
            let found = following(&cron, moment(before), &zone, expected.len());
            assert_eq!(found, expected, "{line} in {name}");
            for pair in found.windows(2) {
                let shortly_before = pair[1] - jiff::SignedDuration::from_micros(1);
                assert_eq!(cron.last_until(shortly_before, &zone), Some(pair[0]), "{line} in {name}");
                assert_eq!(cron.last_until(pair[1], &zone), Some(pair[1]), "{line} in {name}");
            }
        }
    }

    #[test]
    fn a_daily_line_comes_once_on_each_of_ten_thousand_days() {
        let (cron, zone) = (cron("30 2 * * *"), zone("Europe/Amsterdam"));
        let mut day = jiff::civil::date(2020, 1, 1);
        for at in following(&cron, moment("2019-12-31T12:00:00Z"), &zone, 10_000) {
            let shown = at.to_zoned(zone.clone());
            assert_eq!(shown.date(), day);
            let expected = if zone.to_ambiguous_timestamp(day.at(2, 30, 0, 0)).is_ambiguous() && day.month() == 3 {
                (3, 0)
            } else {
                (2, 30)
            };
            assert_eq!((shown.hour(), shown.minute()), expected, "{day}");
            day = day.tomorrow().expect("a day");
        }
    }

    #[test]
    fn a_monthly_line_comes_once_in_each_of_a_hundred_years_of_months() {
        let (cron, zone) = (cron("30 2 31 * *"), zone("Europe/Amsterdam"));
        let found = following(&cron, moment("2026-01-01T00:00:00Z"), &zone, 700);
        let shown: Vec<_> = found.iter().map(|at| at.to_zoned(zone.clone()).date()).collect();
        let months = std::iter::successors(Some(jiff::civil::date(2026, 1, 1)), |first| {
            first.checked_add(jiff::Span::new().months(1)).ok()
        });
        let expected: Vec<_> =
            months.map(|first| first.last_of_month()).filter(|last| last.day() == 31).take(700).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_line_for_leap_days_waits_eight_years_where_a_century_is_none() {
        let cron = cron("0 0 29 2 *");
        let found = following(&cron, moment("2096-01-01T00:00:00Z"), &TimeZone::UTC, 2);
        assert_eq!(found, [moment("2096-02-29T00:00:00Z"), moment("2104-02-29T00:00:00Z")]);
        assert_eq!(cron.last_until(moment("2104-02-28T00:00:00Z"), &TimeZone::UTC), Some(found[0]));
    }

    fn field(min: u8, max: u8) -> impl Strategy<Value = String> {
        let one = (min..=max, min..=max, 1_u8..10).prop_flat_map(move |(a, b, step)| {
            let (from, to) = (a.min(b), a.max(b));
            prop_oneof![Just(format!("{a}")), Just(format!("{from}-{to}")), Just(format!("{from}-{to}/{step}"))]
        });
        let list = prop::collection::vec(one, 1..3).prop_map(|parts| parts.join(","));
        prop_oneof![2 => Just("*".to_owned()), 3 => list]
    }

    fn line() -> impl Strategy<Value = String> {
        (field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7))
            .prop_map(|(minute, hour, day, month, weekday)| format!("{minute} {hour} {day} {month} {weekday}"))
    }

    /// A moment of the years 2020 to 2040.
    fn moments() -> impl Strategy<Value = Timestamp> {
        (1_577_836_800_i64..2_208_988_800).prop_map(|second| Timestamp::from_second(second).expect("in range"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Croner is another reading of the same manual, and brings twelve crates along, so that it is used here alone.
        #[test]
        fn another_reader_of_cron_finds_the_same(line in line(), from in moments()) {
            if let Ok(cron) = Cron::parse(&line) {
                let other: Croner = line.parse().expect("what we read, it reads");
                let start = from.to_zoned(TimeZone::UTC);
                let expected: Vec<_> = other.iter_after(start.clone()).take(5).map(|at| at.timestamp()).collect();
                prop_assert_eq!(following(&cron, from, &TimeZone::UTC, 5), expected);
                let before = other.find_previous_occurrence(&start, true).expect("an occurrence").timestamp();
                prop_assert_eq!(cron.last_until(from, &TimeZone::UTC), Some(before));
            }
        }

        /// Where both minute and hour are named, it also has the same rule for changes of the clock.
        #[test]
        fn another_reader_agrees_across_changes_of_the_clock(minute in 0..60, hour in 0..24, from in moments()) {
            let (line, zone) = (format!("{minute} {hour} * * *"), zone("Europe/Amsterdam"));
            let other: Croner = line.parse().expect("a line");
            let expected: Vec<_> =
                other.iter_after(from.to_zoned(zone.clone())).take(366).map(|at| at.timestamp()).collect();
            prop_assert_eq!(following(&cron(&line), from, &zone, 366), expected);
        }

        #[test]
        fn forwards_and_backwards_are_one_sequence(line in line(), from in moments()) {
            if let Ok(cron) = Cron::parse(&line) {
                let zone = zone("Europe/Amsterdam");
                let found = following(&cron, from, &zone, 6);
                prop_assert!(found.is_sorted_by(|before, after| before < after));
                for pair in found.windows(2) {
                    let shortly_before = pair[1] - jiff::SignedDuration::from_micros(1);
                    prop_assert_eq!(cron.last_until(shortly_before, &zone), Some(pair[0]));
                }
            }
        }
    }
}
