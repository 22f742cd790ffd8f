//! Schedules: what is owed by the clock.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_adapters::system::SystemChance;
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{Bell, Schedule, ScheduleReport, Scheduler};
use tracing::{error, info};

use super::figures;
use super::house::{House, StartError};
use super::servant::Servant;

/// Nobody sleeps longer than this, since the clock on the wall may be set meanwhile.
const AT_MOST: Duration = Duration::from_secs(60);
/// How long to rest after the store failed.
const REST: Duration = Duration::from_secs(5);

/// Runs the schedules of a house, each turn of the scheduler at the next occurrence.
struct Timekeeper {
    scheduler: Scheduler,
    bell: Arc<dyn Bell>,
    clock: Arc<dyn Clock>,
}

impl House {
    /// The same house, in which `schedule` owes what it owes at its times; it is run where deliveries are carried.
    ///
    /// The queue of what it owes needs a courier: see [`House::with_courier`].
    #[must_use]
    pub fn with_schedule(mut self, schedule: Schedule) -> Self {
        self.schedules.push(schedule);
        self
    }
}

/// What runs the schedules of `house`, if it has any.
pub(super) fn timekeeper(house: &House) -> Result<Option<Box<dyn Servant>>, StartError> {
    let mut names = BTreeSet::new();
    if let Some(twice) = house.schedules.iter().find(|schedule| !names.insert(schedule.name())) {
        return Err(StartError::Setting(format!("two schedules are named {}", twice.name())));
    }
    if house.schedules.is_empty() {
        return Ok(None);
    }
    let ports = house.ports().clone();
    let scheduler = Scheduler::new(house.schedules.clone(), ports.schedules, ports.store, Arc::new(SystemChance));
    Ok(Some(Box::new(Timekeeper { scheduler, bell: house.bell(), clock: house.clock() })))
}

#[async_trait]
impl Servant for Timekeeper {
    fn name(&self) -> &'static str {
        "timekeeper"
    }

    async fn turn(&self) -> Duration {
        let now = self.clock.now();
        match self.scheduler.turn(now).await {
            Ok(report) => {
                if !report.fired.is_empty() {
                    self.bell.ring();
                }
                note(&report, now);
                if report.failed.is_empty() { rest(report.next, self.clock.now()) } else { REST }
            }
            Err(error) => {
                error!(error = %error, cause = ?error.cause, "schedules could not be run, which is tried again: {error}");
                REST
            }
        }
    }
}

/// Tells and counts what a turn did.
fn note(report: &ScheduleReport, now: Timestamp) {
    for name in &report.begun {
        info!(schedule = %name, "schedule {name} begins");
    }
    for (name, at) in &report.fired {
        let late_s = now.duration_since(*at).as_secs();
        info!(schedule = %name, schedule.occurrence = %at, late_s, "schedule {name} was due at {at}, and owes");
    }
    for (name, error) in &report.failed {
        error!(schedule = %name, error = %error, "schedule {name} could not be run, which is tried again: {error}");
    }
    figures::gauge_ticks(&report.ticks);
}

/// Until the next occurrence, and no longer than [`AT_MOST`].
fn rest(next: Option<Timestamp>, now: Timestamp) -> Duration {
    let until = next.map(|next| Duration::try_from(next.duration_since(now)).unwrap_or_default());
    until.unwrap_or(AT_MOST).min(AT_MOST)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jiff::tz::TimeZone;
    use mrdj_adapters::memory::Memory;
    use mrdj_core::delivery::{DeliveryDesk, Filter, MockBell, Owed, QueueName};
    use mrdj_core::error::{ErrorKind, PortError};
    use mrdj_core::mocks::{FakeChance, FakeClock};

    use super::*;

    fn moment(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    fn timekeeper(store: &Arc<Memory>, clock: &FakeClock, rings: usize) -> Timekeeper {
        let owed = Owed::now(QueueName::new("reports"), "report.nightly");
        let schedule = Schedule::parse("report.nightly", "30 2 * * *", TimeZone::UTC, owed).expect("a schedule");
        let chance = Arc::new(FakeChance::seeded(1));
        let mut bell = MockBell::new();
        bell.expect_ring().times(rings).return_const(());
        Timekeeper {
            scheduler: Scheduler::new(vec![schedule], store.clone(), store.clone(), chance),
            bell: Arc::new(bell),
            clock: Arc::new(clock.clone()),
        }
    }

    #[tokio::test]
    async fn it_sleeps_until_the_next_occurrence_and_a_minute_at_most() {
        let (store, clock) = (Arc::new(Memory::new()), FakeClock::at(moment("2026-11-21T02:28:30Z")));
        let timekeeper = timekeeper(&store, &clock, 1);
        assert_eq!(timekeeper.turn().await, Duration::from_secs(60));
        clock.advance(SignedDuration::from_secs(60));
        assert_eq!(timekeeper.turn().await, Duration::from_secs(30));
        clock.advance(SignedDuration::from_secs(30));
        assert_eq!(timekeeper.turn().await, Duration::from_secs(60), "the bell rang once, for what is owed now");
        let owed = store.list(&Filter::default(), 10, clock.now()).await.expect("a list");
        assert_eq!(owed.len(), 1);
    }

    #[test]
    fn an_occurrence_that_came_meanwhile_is_not_slept_over() {
        let now = moment("2026-11-21T02:30:01Z");
        assert_eq!(rest(Some(moment("2026-11-21T02:30:00Z")), now), Duration::ZERO);
        assert_eq!(rest(None, now), AT_MOST);
    }

    #[tokio::test]
    async fn a_store_that_is_away_is_asked_again_soon() {
        let mut book = mrdj_core::delivery::MockScheduleBook::new();
        book.expect_last_ticks().returning(|| Err(PortError::new(ErrorKind::Unavailable, "case", "read", "away")));
        let memory = Arc::new(Memory::new());
        let scheduler = Scheduler::new(Vec::new(), Arc::new(book), memory, Arc::new(FakeChance::seeded(1)));
        let bell: Arc<dyn Bell> = Arc::new(MockBell::new());
        let timekeeper = Timekeeper { scheduler, bell, clock: Arc::new(FakeClock::default()) };
        assert_eq!(timekeeper.turn().await, REST);
    }
}
