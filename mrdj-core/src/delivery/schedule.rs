//! A schedule, and how far it has come.

use std::fmt;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use super::cron::{Cron, InvalidField};
use super::{Delivery, Owed};
use crate::chance::Chance;

/// A tick that lies further ahead was made by a clock that was wrong; less is the difference between two clocks.
const ASTRAY: SignedDuration = SignedDuration::from_hours(24);

/// The name of a schedule, e.g. `report.nightly`: 1 to 100 visible ASCII characters.
///
/// It is the schedule's identity: under another name it is another schedule, seen for the first time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScheduleName(String);

impl ScheduleName {
    /// Reads a name; `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let sound = (1..=100).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        sound.then(|| Self(text.to_owned()))
    }

    /// Takes a name as a store gave it back.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ScheduleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How far a schedule has come: what its line says up to that moment is done with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// Which schedule.
    pub schedule: ScheduleName,
    /// Up to which moment: that of its last occurrence, or that at which it was new.
    pub at: Timestamp,
    /// The line and the zone it had then, so that an edited one is told from the same.
    pub line: String,
}

/// One step of a schedule: all of it becomes true together, or none.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// How far the schedule has come before it, if it was ever seen.
    pub from: Option<Timestamp>,
    /// How far it comes.
    pub tick: Tick,
    /// What its occurrence at that moment owes; `None` where it begins.
    pub owes: Option<Delivery>,
}

/// Something that is owed again and again, at the times that a line of cron names in a zone.
///
/// ```
/// use jiff::{Timestamp, tz::TimeZone};
/// use mrdj_core::delivery::{Owed, QueueName, Schedule};
///
/// let report = Owed::now(QueueName::new("reports"), "report.nightly");
/// let nightly = Schedule::parse("report.nightly", "30 2 * * *", TimeZone::UTC, report.clone()).expect("a line of cron");
/// let next = nightly.next_after(Timestamp::UNIX_EPOCH).map(|at| at.to_string());
/// assert_eq!(next.as_deref(), Some("1970-01-01T02:30:00Z"));
///
/// let fault = Schedule::parse("report.nightly", "30 25 * * *", TimeZone::UTC, report).expect_err("no such hour");
/// assert_eq!(fault.to_string(), "schedule \"report.nightly\": hour \"25\" is not a number from 0 to 23");
/// ```
#[derive(Clone, Debug)]
pub struct Schedule {
    name: ScheduleName,
    cron: Cron,
    /// The line as it was written, and its zone.
    line: String,
    zone: TimeZone,
    owed: Owed,
}

/// A schedule cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("schedule {schedule:?}: {field} {reason}")]
pub struct InvalidSchedule {
    /// The name it was given.
    pub schedule: String,
    /// Which field: `name`, `line`, `minute`, `hour`, `day of month`, `month` or `day of week`.
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

impl Schedule {
    /// Reads a schedule that owes `owed` whenever `line` says so in `zone`; the edition counts the occurrences.
    ///
    /// The line is one of cron, as POSIX has it: minute, hour, day of month, month, day of week, each a number, a name,
    /// a list, a range, or a step over a range. Where days and weekdays are both named, either will do.
    pub fn parse(name: &str, line: &str, zone: TimeZone, owed: Owed) -> Result<Self, InvalidSchedule> {
        let fault = |InvalidField { field, reason }| InvalidSchedule { schedule: name.to_owned(), field, reason };
        let no_name = || InvalidField { field: "name", reason: "has not 1 to 100 visible ASCII characters".to_owned() };
        let parsed = ScheduleName::parse(name).ok_or_else(no_name).map_err(fault)?;
        let cron = Cron::parse(line).map_err(fault)?;
        let fields: Vec<_> = line.split_ascii_whitespace().collect();
        let zone_name = zone.iana_name().map_or_else(|| format!("{zone:?}"), str::to_owned);
        Ok(Self { name: parsed, cron, line: format!("{} {zone_name}", fields.join(" ")), zone, owed })
    }

    /// Its name.
    pub const fn name(&self) -> &ScheduleName {
        &self.name
    }

    /// The thing that its deliveries are about: an id that follows from the name.
    pub fn subject(&self) -> Uuid {
        let digest = Sha256::digest(format!("schedule {}", self.name));
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        Builder::from_custom_bytes(bytes).into_uuid()
    }

    /// Its first occurrence after `moment`.
    pub fn next_after(&self, moment: Timestamp) -> Option<Timestamp> {
        self.cron.next_after(moment, &self.zone)
    }

    /// The occurrence that is due at `now`, when everything up to `last` is done with: of those since, the latest alone.
    pub fn due(&self, last: Timestamp, now: Timestamp) -> Option<Timestamp> {
        self.cron.last_until(now, &self.zone).filter(|at| *at > last)
    }

    /// Whether `last` is the tick of this very line, so that what came since may be caught up with.
    pub fn goes_on_from(&self, last: &Tick) -> bool {
        last.schedule == self.name && last.line == self.line
    }

    /// Begins at `now`, with nothing behind it; `last` is the tick it had, if any.
    pub fn begin(&self, last: Option<&Tick>, now: Timestamp) -> Step {
        // Two clocks differ a little; to step back behind an occurrence would be to owe it twice.
        let at = last.filter(|tick| !tick.is_astray(now)).map_or(now, |tick| tick.at.max(now));
        self.step(last, at, None)
    }

    /// Owes, at `now`, what the occurrence `at` owes.
    pub fn fire(&self, last: &Tick, at: Timestamp, now: Timestamp, chance: &dyn Chance) -> Step {
        let owed = self.owed.clone().edition(edition(at));
        self.step(Some(last), at, Some(Delivery::new(owed, self.subject(), now, chance)))
    }

    fn step(&self, last: Option<&Tick>, at: Timestamp, owes: Option<Delivery>) -> Step {
        let tick = Tick { schedule: self.name.clone(), at, line: self.line.clone() };
        Step { from: last.map(|tick| tick.at), tick, owes }
    }

    /// The occurrence that a delivery of a schedule stands for, however late it was owed or carried.
    pub fn occurrence(delivery: &Delivery) -> Timestamp {
        Timestamp::from_second(i64::from(delivery.edition) * 60).unwrap_or(Timestamp::MAX)
    }
}

/// The minutes since 1970: no line comes twice in one.
fn edition(at: Timestamp) -> u32 {
    u32::try_from(at.as_second().div_euclid(60)).unwrap_or_default()
}

impl Tick {
    /// Whether a clock that was wrong has made it, so that nothing would be due until `now` has come there.
    pub fn is_astray(&self, now: Timestamp) -> bool {
        self.at.duration_since(now) > ASTRAY
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::QueueName;

    struct Fixed;
    impl Chance for Fixed {
        fn bits(&self) -> u64 {
            7
        }
    }

    fn schedule(name: &str, line: &str, zone: &str) -> Schedule {
        let zone = TimeZone::get(zone).expect("a zone of the list");
        Schedule::parse(name, line, zone, Owed::now(QueueName::new("reports"), "report")).expect("a schedule")
    }

    fn nightly() -> Schedule {
        schedule("report.nightly", "30 2 * * *", "Europe/Amsterdam")
    }

    fn moment(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    #[test]
    fn after_downtime_the_latest_occurrence_alone_is_due() {
        let (last, now) = (moment("2026-11-01T01:30:00Z"), moment("2026-11-21T09:00:00Z"));
        assert_eq!(nightly().due(last, now), Some(moment("2026-11-21T01:30:00Z")));
        assert_eq!(nightly().due(moment("2026-11-21T01:30:00Z"), now), None);
        assert_eq!(nightly().due(moment("2026-11-21T01:29:59Z"), moment("2026-11-21T01:29:59.999999Z")), None);
    }

    #[test]
    fn an_occurrence_owes_once_however_late() {
        let (at, now) = (moment("2026-11-21T01:30:00Z"), moment("2026-11-21T09:00:00Z"));
        let last = nightly().begin(None, moment("2026-11-20T12:00:00Z")).tick;
        let step = nightly().fire(&last, at, now, &Fixed);
        assert_eq!((step.from, step.tick.at), (Some(last.at), at));
        let owes = step.owes.expect("a delivery");
        assert_eq!((owes.created_at, owes.subject), (now, nightly().subject()));
        assert_eq!(Schedule::occurrence(&owes), at);
        let other = nightly().fire(&last, at, now + SignedDuration::from_secs(1), &Fixed).owes.expect("a delivery");
        assert_eq!((other.subject, other.edition), (owes.subject, owes.edition), "the same fact");
        assert_ne!(schedule("report.weekly", "30 2 * * *", "Europe/Amsterdam").subject(), owes.subject);
    }

    #[test]
    fn an_edited_line_or_zone_is_told_from_the_same() {
        let last = nightly().begin(None, moment("2026-11-20T12:00:00Z")).tick;
        assert!(schedule("report.nightly", " 30  2 * * * ", "Europe/Amsterdam").goes_on_from(&last));
        assert!(!schedule("report.nightly", "30 3 * * *", "Europe/Amsterdam").goes_on_from(&last));
        assert!(!schedule("report.nightly", "30 2 * * *", "Europe/London").goes_on_from(&last));
        assert!(!schedule("report.weekly", "30 2 * * *", "Europe/Amsterdam").goes_on_from(&last));
    }

    #[test]
    fn a_beginning_never_steps_back_but_from_a_tick_that_is_astray() {
        let now = moment("2026-11-21T09:00:00Z");
        let begun = |at| nightly().begin(Some(&nightly().begin(None, moment(at)).tick), now).tick.at;
        assert_eq!(begun("2026-11-20T09:00:00Z"), now);
        assert_eq!(begun("2026-11-21T09:00:05Z"), moment("2026-11-21T09:00:05Z"), "another clock is ahead of ours");
        assert_eq!(begun("2026-11-22T09:00:01Z"), now, "a clock was wrong");
    }

    #[test]
    fn a_name_is_short_and_visible() {
        let parse = |name: &str| Schedule::parse(name, "0 2 * * *", TimeZone::UTC, nightly().owed);
        let longest = "n".repeat(100);
        assert!(parse(&longest).is_ok());
        for name in ["", "two words", "näme", &format!("{longest}n")] {
            let fault = parse(name).expect_err(name).to_string();
            assert_eq!(fault, format!("schedule {name:?}: name has not 1 to 100 visible ASCII characters"));
        }
    }
}
