//! Schedules over real stores and a clock that the test turns: what is owed, how often, and by whom.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use mrdj_adapters::layers::{Faulty, Rates, Wrapped};
use mrdj_adapters::memory::Memory;
use mrdj_adapters::sqlite::{Config, Sqlite};
use mrdj_core::chance::Chance;
use mrdj_core::delivery::{
    AttemptOutcome, Delivery, DeliveryDesk, DeliveryQueue, Ending, Filter, LeaseAsk, Owed, QueueName, Schedule,
    ScheduleBook, ScheduleReport, Scheduler, Settled, Settlement,
};
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::mocks::{FakeChance, FakeClock};
use mrdj_core::store::{Change, Changes, MockStore, Store};

const REPORTS: QueueName = QueueName::new("reports");
const NIGHTLY: &str = "report.nightly";

fn moment(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

fn schedule(name: &str, line: &str) -> Schedule {
    let zone = TimeZone::get("Europe/Amsterdam").expect("a zone of the list");
    Schedule::parse(name, line, zone, Owed::now(REPORTS, name)).expect("a schedule")
}

fn nightly() -> Schedule {
    schedule(NIGHTLY, "30 2 * * *")
}

/// A process that has just started, with these schedules.
fn runner<S: Store + ScheduleBook + 'static>(store: &Arc<S>, schedules: &[Schedule], seed: u64) -> Scheduler {
    Scheduler::new(schedules.to_vec(), store.clone(), store.clone(), Arc::new(FakeChance::seeded(seed)))
}

/// The occurrences that `report` owes something for.
fn fired(report: &ScheduleReport) -> Vec<Timestamp> {
    report.fired.iter().map(|(_, at)| *at).collect()
}

async fn turn(runner: &Scheduler, now: &str) -> Vec<Timestamp> {
    fired(&runner.turn(moment(now)).await.expect("a turn"))
}

/// Everything that was ever owed.
async fn owed(desk: &dyn DeliveryDesk) -> Vec<Delivery> {
    desk.list(&Filter::default(), 100_000, Timestamp::MAX).await.expect("a list")
}

#[tokio::test]
async fn a_schedule_seen_for_the_first_time_owes_nothing_of_its_past() {
    let store = Arc::new(Memory::new());
    let runner = runner(&store, &[nightly()], 1);
    let first = runner.turn(moment("2026-11-21T09:00:00Z")).await.expect("a turn");
    assert_eq!((first.begun.len(), fired(&first)), (1, vec![]));
    assert_eq!(first.next, Some(moment("2026-11-22T01:30:00Z")));
    assert_eq!(turn(&runner, "2026-11-22T01:29:59Z").await, []);
    assert_eq!(turn(&runner, "2026-11-22T01:30:00Z").await, [moment("2026-11-22T01:30:00Z")], "on time");
    assert_eq!(turn(&runner, "2026-11-22T01:30:00Z").await, []);
    assert_eq!(owed(&*store).await.len(), 1);
}

#[tokio::test]
async fn after_downtime_the_latest_missed_occurrence_is_caught_up_with_once() {
    let store = Arc::new(Memory::new());
    turn(&runner(&store, &[nightly()], 1), "2026-10-01T09:00:00Z").await;
    let restarted = runner(&store, &[nightly()], 2);
    assert_eq!(turn(&restarted, "2026-11-21T09:00:00Z").await, [moment("2026-11-21T01:30:00Z")]);
    assert_eq!(turn(&restarted, "2026-11-21T09:01:00Z").await, []);
    assert_eq!(turn(&restarted, "2026-11-22T01:30:30Z").await, [moment("2026-11-22T01:30:00Z")]);
    let owed = owed(&*store).await;
    assert_eq!(owed.len(), 2, "fifty nights were missed, and one is caught up with");
    assert_eq!(Schedule::occurrence(&owed[0]), moment("2026-11-21T01:30:00Z"));
}

#[tokio::test]
async fn an_edited_line_or_zone_owes_nothing_of_its_past() {
    let store = Arc::new(Memory::new());
    turn(&runner(&store, &[nightly()], 1), "2026-11-20T09:00:00Z").await;
    assert_eq!(turn(&runner(&store, &[nightly()], 2), "2026-11-21T01:30:00Z").await.len(), 1);

    let edited = runner(&store, &[schedule(NIGHTLY, "0 8 * * *")], 3);
    assert_eq!(turn(&edited, "2026-11-21T09:00:00Z").await, [], "08:00 is over, and was no occurrence then");
    assert_eq!(turn(&edited, "2026-11-22T09:00:00Z").await, [moment("2026-11-22T07:00:00Z")]);

    let london = TimeZone::get("Europe/London").expect("a zone of the list");
    let moved = Schedule::parse(NIGHTLY, "0 8 * * *", london, Owed::now(REPORTS, NIGHTLY)).expect("a schedule");
    let moved = runner(&store, &[moved], 4);
    assert_eq!(turn(&moved, "2026-11-22T09:00:01Z").await, [], "nor is another zone's");
    assert_eq!(turn(&moved, "2026-11-23T09:00:00Z").await, [moment("2026-11-23T08:00:00Z")]);

    let back = runner(&store, &[nightly()], 5);
    assert_eq!(turn(&back, "2026-11-24T09:00:00Z").await, [], "nor that of a line one returns to");
    assert_eq!(owed(&*store).await.len(), 3);
}

#[tokio::test]
async fn two_versions_side_by_side_each_keep_to_their_line() {
    let store = Arc::new(Memory::new());
    let (old, new) = (runner(&store, &[nightly()], 1), runner(&store, &[schedule(NIGHTLY, "0 8 * * *")], 2));
    turn(&old, "2026-11-20T09:00:00Z").await;
    turn(&new, "2026-11-20T09:00:30Z").await;
    let (mut by_old, mut by_new) = (Vec::new(), Vec::new());
    for minute in 1..2 * 24 * 60 {
        let now = moment("2026-11-20T09:00:00Z") + SignedDuration::from_mins(minute);
        by_old.extend(fired(&old.turn(now).await.expect("a turn")));
        by_new.extend(fired(&new.turn(now + SignedDuration::from_secs(30)).await.expect("a turn")));
    }
    assert_eq!(by_old, ["2026-11-21T01:30:00Z", "2026-11-22T01:30:00Z"].map(moment));
    assert_eq!(by_new, ["2026-11-21T07:00:00Z", "2026-11-22T07:00:00Z"].map(moment));
}

#[tokio::test]
async fn a_clock_that_was_wrong_silences_nothing() {
    let store = Arc::new(Memory::new());
    let runner = runner(&store, &[nightly()], 1);
    turn(&runner, "2026-11-20T09:00:00Z").await;
    assert_eq!(turn(&runner, "2027-11-20T09:00:00Z").await.len(), 1, "for a moment it was a year ahead");
    assert_eq!(turn(&runner, "2026-11-21T09:00:00Z").await, [], "set right, it begins anew");
    assert_eq!(turn(&runner, "2026-11-22T09:00:00Z").await, [moment("2026-11-22T01:30:00Z")]);

    assert_eq!(turn(&runner, "2026-11-22T01:29:00Z").await, [], "a clock that steps back a little …");
    assert_eq!(turn(&runner, "2026-11-22T01:31:00Z").await, [], "… owes nothing twice");
}

#[tokio::test]
async fn a_schedule_that_the_store_refuses_holds_up_none_behind_it() {
    let book = Arc::new(Memory::new());
    let cursed = |change: &Change| matches!(change, Change::Tick(tick) if tick.schedule.as_str() == "cursed");
    let mut store = MockStore::new();
    let beneath = book.clone();
    store.expect_commit().returning(move |changes: Changes| {
        if changes.facts.iter().any(cursed) {
            return Err(PortError::new(ErrorKind::Rejected, "store", "commit", "not this one"));
        }
        futures_util::FutureExt::now_or_never(beneath.commit(changes)).expect("memory waits for nothing")
    });
    let schedules = vec![schedule("cursed", "30 2 * * *"), nightly()];
    let runner = Scheduler::new(schedules, book.clone(), Arc::new(store), Arc::new(FakeChance::seeded(1)));
    let report = runner.turn(moment("2026-11-21T09:00:00Z")).await.expect("a turn");
    assert_eq!((report.failed.len(), report.begun.len()), (1, 1));
    assert!(report.failed[0].1.contains("not this one"));
    assert_eq!(turn(&runner, "2026-11-22T01:30:00Z").await, [moment("2026-11-22T01:30:00Z")]);
}

#[tokio::test]
async fn a_store_that_breaks_off_owes_each_occurrence_once() {
    let clock = Arc::new(FakeClock::default());
    for seed in 0..20 {
        let memory = Arc::new(Memory::new());
        let faulty = Arc::new(Faulty::seeded(seed, Rates { before: 0.3, after: 0.3 }));
        let store = Arc::new(Wrapped::new(memory.clone(), faulty, clock.clone()));
        let runner = runner(&store, &[nightly()], seed);
        let begin = moment("2026-11-01T09:00:00Z");
        for hour in 0..29 * 24 + 15 {
            // What has failed is tried again by the next turn.
            let _ = runner.turn(begin + SignedDuration::from_hours(hour)).await;
        }
        let editions: Vec<_> = owed(&*memory).await.iter().map(Schedule::occurrence).collect();
        let expected: Vec<_> = (2..=30).map(|day| moment(&format!("2026-11-{day:02}T01:30:00Z"))).collect();
        assert_eq!(editions, expected, "seed {seed}");
    }
}

#[tokio::test]
async fn what_was_forgotten_is_not_owed_again_by_a_schedule() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = Arc::new(open(directory.path()).await);
    turn(&runner(&store, &[nightly()], 1), "2026-11-20T09:00:00Z").await;
    let now = moment("2026-11-21T01:30:00Z");
    assert_eq!(turn(&runner(&store, &[nightly()], 2), "2026-11-21T01:30:00Z").await, [now]);

    let ask = LeaseAsk { queue: REPORTS, limit: 1, term: SignedDuration::from_secs(60), now };
    let leased = store.lease(&ask).await.expect("a lease");
    let attempt = leased[0].tried(AttemptOutcome::Delivered, now..now, "");
    let arrived = Settlement { token: leased[0].token(), ending: Ending::Delivered { receipt: None }, attempt };
    assert_eq!(store.settle(vec![arrived], now).await.expect("settled"), [Settled::Recorded]);
    assert_eq!(store.prune(now + SignedDuration::from_secs(1), 10).await.expect("pruned"), 1);
    assert_eq!(owed(&*store).await, []);

    assert_eq!(turn(&runner(&store, &[nightly()], 3), "2026-11-21T01:31:00Z").await, [], "its tick is kept");
    assert_eq!(owed(&*store).await, []);
}

async fn open(directory: &Path) -> Sqlite {
    Sqlite::open(&Config::at(directory.join("mrdj.db"))).await.expect("a store")
}

/// The lines that eight processes run.
const LINES: [(&str, &str); 4] = [
    (NIGHTLY, "30 2 * * *"),
    ("report.monthly", "0 9 1 * *"),
    ("tidy.every_six_hours", "0 */6 * * *"),
    ("tidy.weekdays", "15 17 * * mon-fri"),
];

/// What should have been owed, worked out minute by minute.
struct Model {
    schedules: Vec<Schedule>,
    last: Timestamp,
    expected: BTreeMap<String, Vec<Timestamp>>,
}

impl Model {
    /// Somebody looks at `now`: each schedule owes the latest of what was missed.
    fn look(&mut self, now: Timestamp) {
        for schedule in &self.schedules {
            let missed = std::iter::successors(schedule.next_after(self.last), |at| schedule.next_after(*at));
            let latest = missed.take_while(|at| *at <= now).last();
            self.expected.entry(schedule.name().to_string()).or_default().extend(latest);
        }
        self.last = now;
    }
}

/// Four weeks over the end of summer time, in steps of minutes, hours and, when nobody is there, days.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_eight_runners_one_owes_each_occurrence_and_catches_up_after_downtime() {
    let directory = tempfile::tempdir().expect("a directory");
    let schedules: Vec<_> = LINES.iter().map(|(name, line)| schedule(name, line)).collect();
    let mut runners = Vec::new();
    for seed in 0..8 {
        // Each has the file open for itself, as a process of its own would.
        let store = Arc::new(open(directory.path()).await);
        runners.push((Arc::new(runner(&store, &schedules, seed)), store));
    }
    let chance = FakeChance::seeded(4_711);
    let roll = |sides: u64| chance.bits() % sides;
    let (mut now, end) = (moment("2026-10-10T12:00:00Z"), moment("2026-11-10T12:00:00Z"));
    let mut model = Model { schedules: schedules.clone(), last: now, expected: BTreeMap::new() };
    let mut fired = race(&runners, now, |_| true).await;
    while now < end {
        now += match roll(20) {
            0 => SignedDuration::from_hours(24 + roll(48) as i64),
            1..5 => SignedDuration::from_hours(1 + roll(9) as i64),
            _ => SignedDuration::from_mins(1 + roll(90) as i64),
        };
        let absent = roll(8);
        fired += race(&runners, now, |place| place as u64 != absent).await;
        model.look(now);
        let restarted = roll(8) as usize;
        runners[restarted].0 = Arc::new(runner(&runners[restarted].1, &schedules, chance.bits()));
    }

    let mut seen: BTreeMap<String, Vec<Timestamp>> = BTreeMap::new();
    for delivery in owed(&*runners[0].1).await {
        seen.entry(delivery.kind.clone()).or_default().push(Schedule::occurrence(&delivery));
    }
    model.expected.retain(|_, occurrences| !occurrences.is_empty());
    assert_eq!(seen, model.expected);
    assert_eq!(seen.len(), LINES.len(), "each had something to do");
    assert_eq!(fired, seen.values().map(Vec::len).sum::<usize>(), "no two runners believe that they were first");
}

/// Lets every runner that is there take its turn at once, and counts how often one fired.
async fn race(runners: &[(Arc<Scheduler>, Arc<Sqlite>)], now: Timestamp, is_there: impl Fn(usize) -> bool) -> usize {
    let turns = runners.iter().enumerate().filter(|(place, _)| is_there(*place)).map(|(_, (runner, _))| {
        let runner = runner.clone();
        tokio::spawn(async move { runner.turn(now).await })
    });
    let mut many = 0;
    for turn in turns.collect::<Vec<_>>() {
        let report = turn.await.expect("no panic").expect("a turn");
        many += report.fired.len();
    }
    many
}
