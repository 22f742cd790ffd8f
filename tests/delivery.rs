//! Deliveries on their way, over real SQLite and a clock that the test turns: what a partner sees when things go wrong.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_adapters::memory::Memory;
use mrdj_adapters::sqlite::{Config, Sqlite};
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{
    Backoff, Carried, Courier, Delivery, DeliveryDesk, DeliveryId, DeliveryQueue, Desk, Ending, Filter, Found,
    LeaseAsk, MockBell, Order, Owed, QueueName, QueueRule, QueueState, Rate, Recall, Settlement, State, Status,
    TurnReport, Worker,
};
use mrdj_core::error::{ErrorKind, PortError, Remedy};
use mrdj_core::mocks::{FakeChance, FakeClock};
use mrdj_core::store::{Change, Changes, Commit, Store};
use tempfile::TempDir;
use uuid::Uuid;

const CRM: QueueName = QueueName::new("crm");

/// How the partner behaves towards the next request.
#[derive(Clone, Copy)]
enum Mood {
    /// Takes it.
    Well,
    /// Answers with an error of its own.
    Failing,
    /// Does not answer at all; nothing arrived.
    Away,
    /// Asks for a pause of so many seconds.
    Busy(i64),
    /// Takes it, and the line dies before the answer.
    CutAfterAccepting,
    /// The line dies before anything arrived.
    CutBeforeAccepting,
    /// Refuses our key.
    WrongKey,
    /// Refuses this one thing.
    Refusing,
    /// Never answers.
    Silent,
    /// Takes the first and never answers the rest.
    SilentAfterOne,
    /// Brings the courier down.
    Panicking,
    /// Keeps the courier busy before anything leaves; takes it once in another mood.
    Hesitating,
}

/// A partner that writes down what arrives, and when it was tried.
struct Partner {
    recall: Recall,
    mood: Mutex<Mood>,
    arrived: Mutex<Vec<DeliveryId>>,
    tried_at: Mutex<Vec<Timestamp>>,
    asked: Mutex<usize>,
    /// How asking fails, while it does.
    unasked: Mutex<Option<fn() -> PortError>>,
}

impl Partner {
    fn new(recall: Recall) -> Arc<Self> {
        let (mood, arrived) = (Mutex::new(Mood::Well), Mutex::default());
        Arc::new(Self {
            recall,
            mood,
            arrived,
            tried_at: Mutex::default(),
            asked: Mutex::default(),
            unasked: Mutex::default(),
        })
    }

    fn be(&self, mood: Mood) {
        *self.mood.lock().expect("nobody panics while holding it") = mood;
    }

    fn mood(&self) -> Mood {
        *self.mood.lock().expect("nobody panics while holding it")
    }

    fn arrived(&self) -> Vec<DeliveryId> {
        self.arrived.lock().expect("nobody panics while holding it").clone()
    }

    fn tries(&self) -> Vec<i64> {
        let began = FakeClock::default().now();
        self.tried_at
            .lock()
            .expect("nobody panics while holding it")
            .iter()
            .map(|at| at.duration_since(began).as_secs())
            .collect()
    }
}

/// Carries to the partner; a courier of its own, so that one partner may have several.
struct Line(Arc<Partner>);

fn error(kind: ErrorKind) -> PortError {
    PortError::new(kind, "partner", "take", kind.word())
}

#[async_trait]
impl Courier for Line {
    fn queue(&self) -> QueueName {
        CRM
    }

    fn recall(&self) -> Recall {
        self.0.recall
    }

    async fn carry(&self, delivery: &Delivery, now: Timestamp) -> Result<Carried, PortError> {
        self.0.tried_at.lock().expect("nobody panics while holding it").push(now);
        while matches!(self.0.mood(), Mood::Hesitating) {
            tokio::task::yield_now().await;
        }
        match self.0.mood() {
            Mood::Well | Mood::Hesitating => {
                self.0.arrived.lock().expect("nobody panics while holding it").push(delivery.id);
            }
            Mood::Failing => return Err(error(ErrorKind::Failed)),
            Mood::Away => return Err(error(ErrorKind::Unavailable)),
            Mood::Busy(seconds) => {
                let no_sooner_than = Some(now + SignedDuration::from_secs(seconds));
                return Err(error(ErrorKind::Throttled).remedy(Remedy::TryAgain { no_sooner_than }));
            }
            Mood::CutAfterAccepting => {
                self.0.arrived.lock().expect("nobody panics while holding it").push(delivery.id);
                return Err(error(ErrorKind::Unavailable).remedy(Remedy::AskFirst));
            }
            Mood::CutBeforeAccepting => return Err(error(ErrorKind::Failed).remedy(Remedy::AskFirst)),
            Mood::WrongKey => return Err(error(ErrorKind::Misconfigured)),
            Mood::Refusing => return Err(error(ErrorKind::Rejected)),
            Mood::Silent => std::future::pending().await,
            Mood::SilentAfterOne => {
                let first = {
                    let mut arrived = self.0.arrived.lock().expect("nobody panics while holding it");
                    arrived.push(delivery.id);
                    arrived.len() == 1
                };
                if !first {
                    return std::future::pending().await;
                }
            }
            Mood::Panicking => panic!("a fault of the courier's own"),
        }
        Ok(Carried::Delivered { receipt: Some("42".to_owned()) })
    }

    async fn ask(&self, delivery: &Delivery, _: Timestamp) -> Result<Found, PortError> {
        *self.0.asked.lock().expect("nobody panics while holding it") += 1;
        if let Some(error) = *self.0.unasked.lock().expect("nobody panics while holding it") {
            return Err(error());
        }
        let has = self.0.arrived.lock().expect("nobody panics while holding it").contains(&delivery.id);
        Ok(if has { Found::Delivered { receipt: Some("42".to_owned()) } } else { Found::Missing })
    }
}

/// A store with one queue, its partner, and a worker.
struct Scene {
    store: Sqlite,
    clock: FakeClock,
    chance: FakeChance,
    partner: Arc<Partner>,
    worker: Worker,
    desk: Desk,
    _directory: TempDir,
}

impl Scene {
    async fn new(recall: Recall, rule: QueueRule) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Sqlite::open(&Config::at(directory.path().join("mrdj.db"))).await.expect("a store");
        let (clock, chance, partner) = (FakeClock::default(), FakeChance::seeded(7), Partner::new(recall));
        let worker = worker(&store, &clock, &chance, &partner, rule);
        let mut bell = MockBell::new();
        bell.expect_ring().return_const(());
        let rows = Arc::new(store.clone());
        let desk = Desk::new(rows.clone(), rows, Arc::new(bell), Arc::new(clock.clone()), [CRM], [CRM]);
        Self { store, clock, chance, partner, worker, desk, _directory: directory }
    }

    async fn promised(recall: Recall) -> Self {
        Self::new(recall, QueueRule::default()).await
    }

    async fn owe(&self, many: usize) -> Vec<DeliveryId> {
        let mut ids = Vec::new();
        for n in 0..many {
            let subject = Uuid::from_u128(n as u128 + 1);
            let delivery = Delivery::new(Owed::now(CRM, "card"), subject, self.clock.now(), &self.chance);
            ids.push(delivery.id);
            let commit = self.store.commit(Changes::new().with(Change::Deliver(delivery))).await;
            assert_eq!(commit.expect("a commit"), Commit::Done);
            // A millisecond between them, so that their ids have an order.
            self.pass_ms(1);
        }
        ids
    }

    fn pass(&self, seconds: i64) {
        self.pass_ms(seconds * 1_000);
    }

    fn pass_ms(&self, millis: i64) {
        self.clock.advance(SignedDuration::from_millis(millis));
    }

    async fn turn(&self) -> TurnReport {
        self.worker.run_once().await.expect("a turn")
    }

    /// Turns, and lets `step` seconds pass between turns, until `seconds` have passed.
    async fn work_for(&self, seconds: i64, step: i64) {
        let until = self.clock.now() + SignedDuration::from_secs(seconds);
        while self.clock.now() < until {
            while !self.turn().await.is_idle() {}
            self.pass(step);
        }
    }

    /// Lets a second pass whenever `work` sleeps, and does `beside` after each.
    async fn while_time_passes<T>(&self, work: impl Future<Output = T>, beside: impl AsyncFn()) -> T {
        let time = async {
            loop {
                while !self.clock.is_slept_upon() {
                    tokio::task::yield_now().await;
                }
                self.pass(1);
                beside().await;
            }
        };
        tokio::select! {
            done = work => done,
            never = time => never,
        }
    }

    async fn look(&self, id: DeliveryId) -> Delivery {
        self.store.find(id).await.expect("a look").expect("a delivery")
    }

    async fn count(&self, status: Status) -> usize {
        let filter = Filter { status: Some(status), ..Filter::default() };
        self.store.list(&filter, 10_000, self.clock.now()).await.expect("a list").len()
    }
}

fn worker(store: &Sqlite, clock: &FakeClock, chance: &FakeChance, partner: &Arc<Partner>, rule: QueueRule) -> Worker {
    let (queue, limiter) = (Arc::new(store.clone()), Arc::new(Memory::new()));
    let (clock, chance) = (Arc::new(clock.clone()), Arc::new(chance.clone()));
    Worker::new(queue, limiter, clock.clone(), clock, chance).with_courier(Arc::new(Line(Arc::clone(partner))), rule)
}

#[tokio::test]
async fn a_failing_partner_is_tried_five_times_fifteen_seconds_apart() {
    let scene = Scene::promised(Recall::SendAgain).await;
    scene.partner.be(Mood::Failing);
    let id = scene.owe(1).await[0];
    scene.work_for(300, 1).await;
    assert_eq!(scene.partner.tries(), [0, 15, 30, 45, 60]);
    let dead = scene.look(id).await;
    assert!(matches!(dead.state, State::Dead { .. }), "{dead:?}");
    assert_eq!(scene.store.attempts(id).await.expect("a history").len(), 5);
}

#[tokio::test]
async fn an_hour_without_the_partner_loses_nothing_and_needs_no_hand() {
    let scene = Scene::new(Recall::SendAgain, QueueRule { concurrency: 1, ..QueueRule::default() }).await;
    scene.partner.be(Mood::Away);
    let ids = scene.owe(200).await;
    scene.work_for(3_600, 5).await;
    assert_eq!(scene.partner.arrived(), []);
    // Three open the breaker, then one probe each two minutes.
    let tries = scene.partner.tries().len();
    assert!((28..=36).contains(&tries), "{tries} tries in an hour");

    scene.partner.be(Mood::Well);
    scene.work_for(180, 5).await;
    assert_eq!(scene.partner.arrived(), ids, "each once, in order");
    assert_eq!((scene.count(Status::Done).await, scene.count(Status::Dead).await), (200, 0));
}

#[tokio::test]
async fn an_outage_spends_no_attempt_of_the_policy() {
    let scene = Scene::promised(Recall::SendAgain).await;
    let id = scene.owe(1).await[0];
    scene.partner.be(Mood::Away);
    scene.work_for(3_600, 5).await;
    scene.partner.be(Mood::Failing);
    scene.work_for(600, 5).await;
    let dead = scene.look(id).await;
    assert!(matches!(dead.state, State::Dead { .. }), "{dead:?}");
    assert_eq!(dead.failures, 4, "the fifth failure is the death");
    assert!(dead.attempts > 20, "{} attempts", dead.attempts);
}

#[tokio::test]
async fn retry_after_wins_when_it_is_later() {
    let scene = Scene::promised(Recall::SendAgain).await;
    scene.owe(1).await;
    scene.partner.be(Mood::Busy(100));
    scene.turn().await;
    scene.partner.be(Mood::Busy(2));
    scene.work_for(99, 1).await;
    assert_eq!(scene.partner.tries(), [0]);
    scene.work_for(10, 1).await;
    assert_eq!(scene.partner.tries(), [0, 100]);
    // Two seconds are sooner than the policy's fifteen.
    scene.work_for(20, 1).await;
    assert_eq!(scene.partner.tries(), [0, 100, 115]);
}

#[tokio::test]
async fn a_cut_line_is_asked_about_and_nothing_is_sent_twice() {
    let scene = Scene::promised(Recall::LookUp).await;
    let id = scene.owe(1).await[0];
    scene.partner.be(Mood::CutAfterAccepting);
    scene.turn().await;
    assert_eq!(scene.look(id).await.status(scene.clock.now()), Status::InDoubt);
    scene.partner.be(Mood::Well);
    scene.work_for(60, 1).await;
    assert_eq!(scene.partner.arrived(), [id]);
    assert!(matches!(scene.look(id).await.state, State::Done { receipt: Some(_), .. }));
}

#[tokio::test]
async fn what_did_not_arrive_is_sent_after_asking() {
    let scene = Scene::promised(Recall::LookUp).await;
    let id = scene.owe(1).await[0];
    scene.partner.be(Mood::CutBeforeAccepting);
    scene.turn().await;
    scene.partner.be(Mood::Well);
    scene.work_for(60, 1).await;
    assert_eq!(
        (scene.partner.arrived(), *scene.partner.asked.lock().expect("nobody panics while holding it")),
        (vec![id], 1)
    );
}

#[tokio::test]
async fn a_doubt_that_repeats_spends_the_policy() {
    let scene = Scene::promised(Recall::LookUp).await;
    let id = scene.owe(1).await[0];
    scene.partner.be(Mood::CutBeforeAccepting);
    scene.work_for(3_600, 5).await;
    assert!(matches!(scene.look(id).await.state, State::Dead { .. }));
    assert_eq!(scene.partner.tries().len(), 5);
}

#[tokio::test]
async fn a_partner_that_cannot_be_asked_leaves_the_doubt_to_a_person() {
    let scene = Scene::promised(Recall::Nothing).await;
    let ids = scene.owe(2).await;
    scene.partner.be(Mood::CutAfterAccepting);
    scene.turn().await;
    scene.partner.be(Mood::Well);
    scene.work_for(3_600, 60).await;
    assert_eq!(scene.count(Status::InDoubt).await, 2);
    assert_eq!(scene.partner.arrived().len(), 2, "nothing is sent again");

    let accepted = scene.desk.accept(ids[0]).await.expect("an order").expect("a delivery");
    assert!(matches!(accepted.state, State::InDoubt { ask_at: None }));
    scene.desk.replay(ids[1]).await.expect("an order");
    scene.work_for(60, 1).await;
    assert_eq!((scene.count(Status::Done).await, scene.partner.arrived().len()), (2, 3));
}

#[tokio::test]
async fn a_refused_delivery_dies_at_once_and_leaves_its_neighbours_alone() {
    let scene = Scene::promised(Recall::SendAgain).await;
    scene.owe(1).await;
    scene.partner.be(Mood::Refusing);
    scene.turn().await;
    scene.partner.be(Mood::Well);
    let next = scene.owe(2).await[1];
    scene.turn().await;
    assert_eq!((scene.count(Status::Dead).await, scene.partner.arrived()), (1, vec![next]));
}

#[tokio::test]
async fn a_wrong_setting_holds_the_queue_at_once_and_kills_nothing() {
    let scene = Scene::promised(Recall::SendAgain).await;
    scene.owe(20).await;
    scene.partner.be(Mood::WrongKey);
    let report = scene.turn().await;
    assert_eq!(report.queues[&CRM].opened.as_deref(), Some("misconfigured"));
    assert!(scene.turn().await.is_idle());
    scene.partner.be(Mood::Well);
    scene.work_for(180, 5).await;
    assert_eq!(scene.partner.arrived().len(), 20);
}

#[tokio::test]
async fn a_vanished_worker_holds_nothing_for_long() {
    let scene = Scene::promised(Recall::LookUp).await;
    let ids = scene.owe(3).await;
    let ask = LeaseAsk { queue: CRM, limit: 1, term: SignedDuration::from_secs(60), now: scene.clock.now() };
    let taken = scene.store.lease(&ask).await.expect("a lease");
    // It had carried the delivery, and vanished before it could say so.
    scene.partner.arrived.lock().expect("nobody panics while holding it").push(taken[0].id);
    scene.work_for(59, 1).await;
    assert_eq!(scene.count(Status::Active).await, 1);
    scene.work_for(120, 1).await;
    assert_eq!((scene.partner.arrived().len(), scene.count(Status::Done).await), (3, 3));
    assert_eq!(scene.partner.arrived()[0], ids[0]);
}

#[tokio::test]
async fn a_silent_partner_is_left_when_the_deadline_has_passed() {
    let scene = Scene::promised(Recall::LookUp).await;
    let id = scene.owe(1).await[0];
    scene.partner.be(Mood::Silent);
    let turn = async {
        let report = scene.turn().await;
        (scene.clock.now(), report)
    };
    let (ended, report) = scene.while_time_passes(turn, async || {}).await;
    assert_eq!((report.queues[&CRM].in_doubt, scene.partner.arrived().len()), (1, 0));
    assert!(ended.duration_since(FakeClock::default().now()).as_secs() >= 30);
    let history = scene.store.attempts(id).await.expect("a history");
    assert_eq!(history[0].summary, "no answer before the deadline");
}

#[tokio::test]
async fn two_workers_and_a_thousand_deliveries_make_a_thousand_arrivals() {
    let rule = QueueRule { concurrency: 10, ..QueueRule::default() };
    let scene = Scene::new(Recall::Nothing, rule.clone()).await;
    let ids = scene.owe(1_000).await;
    let second = worker(&scene.store, &scene.clock, &scene.chance, &scene.partner, rule);
    let run = async |worker: &Worker| while !worker.run_once().await.expect("a turn").is_idle() {};
    tokio::join!(run(&scene.worker), run(&second));
    let mut counts = BTreeMap::new();
    for id in scene.partner.arrived() {
        *counts.entry(id).or_insert(0) += 1;
    }
    assert_eq!(counts, ids.into_iter().map(|id| (id, 1)).collect());
}

#[tokio::test]
async fn a_paused_queue_lets_nothing_leave_until_it_is_resumed() {
    let scene = Scene::promised(Recall::SendAgain).await;
    scene.owe(10).await;
    scene.desk.pause(&CRM).await.expect("a pause");
    scene.work_for(600, 30).await;
    assert_eq!(scene.partner.arrived().len(), 0);
    scene.desk.resume(&CRM).await.expect("a resumption");
    scene.work_for(5, 1).await;
    assert_eq!(scene.partner.arrived().len(), 10);
}

#[tokio::test]
async fn a_flush_of_ten_delayed_delivers_ten() {
    let scene = Scene::promised(Recall::SendAgain).await;
    scene.owe(10).await;
    scene.partner.be(Mood::Away);
    scene.work_for(60, 1).await;
    scene.partner.be(Mood::Well);
    let flushed = scene.desk.flush(&CRM, 50).await.expect("a flush");
    assert!(flushed.configured);
    while !scene.turn().await.is_idle() {}
    assert_eq!(scene.partner.arrived().len(), 10);
}

#[tokio::test]
async fn a_replayed_dead_letter_arrives_once() {
    let scene = Scene::promised(Recall::SendAgain).await;
    let id = scene.owe(1).await[0];
    scene.partner.be(Mood::Refusing);
    scene.turn().await;
    scene.partner.be(Mood::Well);
    for _ in 0..2 {
        // The second order meets a delivery that has arrived, or is on its way.
        let _ = scene.store.order(id, Order::Replay, scene.clock.now()).await;
        scene.turn().await;
    }
    assert_eq!(scene.partner.arrived(), [id]);
}

#[tokio::test]
async fn a_rate_holds_over_any_window() {
    let rate = Some(Rate { max: 3, window: SignedDuration::from_secs(60) });
    let scene = Scene::new(Recall::SendAgain, QueueRule { rate, ..QueueRule::default() }).await;
    scene.owe(10).await;
    scene.work_for(59, 1).await;
    assert_eq!(scene.partner.arrived().len(), 3);
    scene.work_for(60, 1).await;
    assert_eq!(scene.partner.arrived().len(), 6);
}

#[tokio::test]
async fn a_policy_of_ones_own_is_followed() {
    let retry = Arc::new(Backoff::exponential(4, SignedDuration::from_secs(2), SignedDuration::from_secs(60)));
    let scene = Scene::new(Recall::SendAgain, QueueRule { retry, ..QueueRule::default() }).await;
    scene.owe(1).await;
    scene.partner.be(Mood::Failing);
    scene.work_for(120, 1).await;
    assert_eq!(scene.partner.tries(), [0, 2, 6, 14]);
}

#[tokio::test]
async fn only_one_of_two_workers_probes_a_partner_that_was_away() {
    let scene = Scene::promised(Recall::SendAgain).await;
    scene.owe(5).await;
    let mut state = QueueState::fresh(CRM);
    state.breaker.trip(QueueRule::default().breaker, "unavailable", scene.clock.now());
    assert!(scene.store.keep(&state).await.expect("a state"));
    scene.pass(120);
    scene.partner.be(Mood::Away);
    let second = worker(&scene.store, &scene.clock, &scene.chance, &scene.partner, QueueRule::default());
    let (first, second) = tokio::join!(scene.worker.run_once(), second.run_once());
    let leased = [first, second].map(|report| report.expect("a turn").queues[&CRM].leased);
    assert_eq!(leased.iter().sum::<usize>(), 1);
}

#[tokio::test]
async fn a_heartbeat_outlives_the_term_of_a_lease() {
    let rule = QueueRule {
        lease_term: SignedDuration::from_secs(6),
        deadline: SignedDuration::from_secs(30),
        ..QueueRule::default()
    };
    let scene = Scene::new(Recall::Nothing, rule).await;
    scene.owe(1).await;
    scene.partner.be(Mood::Silent);
    let rescued = Mutex::new(0);
    let rescue = async || {
        let lost = scene.store.rescue(scene.clock.now()).await.expect("a rescue");
        *rescued.lock().expect("nobody panics while holding it") += lost;
    };
    let report = scene.while_time_passes(scene.turn(), rescue).await;
    assert_eq!((report.queues[&CRM].in_doubt, report.queues[&CRM].stale), (1, 0));
    assert_eq!(rescued.into_inner().expect("nobody panics while holding it"), 0);
}

#[tokio::test]
async fn a_worker_that_slept_through_its_lease_sends_nothing_when_it_wakes() {
    let scene = Scene::promised(Recall::LookUp).await;
    let id = scene.owe(1).await[0];
    scene.partner.be(Mood::Hesitating);
    let mut slept = pin!(scene.worker.run_once());
    until_it_carries(&scene, slept.as_mut()).await;
    // As a process that is stopped, or a machine that is moved: it does nothing, and time goes on.
    scene.pass(61);
    scene.partner.be(Mood::Well);
    let second = worker(&scene.store, &scene.clock, &scene.chance, &scene.partner, QueueRule::default());
    let report = second.run_once().await.expect("a turn");
    assert_eq!((report.rescued, report.queues[&CRM].delivered), (1, 1));
    let report = slept.await.expect("a turn");
    assert_eq!((report.queues[&CRM].delivered, report.queues[&CRM].stale), (0, 1));
    assert_eq!(scene.partner.arrived(), [id]);
}

#[tokio::test]
async fn a_worker_that_slept_through_its_deadline_sends_nothing_when_it_wakes() {
    let scene = Scene::promised(Recall::LookUp).await;
    let id = scene.owe(1).await[0];
    scene.partner.be(Mood::Hesitating);
    let mut slept = pin!(scene.worker.run_once());
    until_it_carries(&scene, slept.as_mut()).await;
    // Its lease still runs, but no longer for as long as the partner's index takes.
    scene.pass(31);
    scene.partner.be(Mood::Well);
    assert_eq!(slept.await.expect("a turn").queues[&CRM].in_doubt, 1);
    assert_eq!(scene.partner.arrived(), []);
    scene.pass(30);
    scene.turn().await;
    assert_eq!(scene.partner.arrived(), [id]);
}

#[tokio::test]
async fn a_worker_that_hears_of_a_lost_lease_sends_nothing_more() {
    let scene = Scene::promised(Recall::LookUp).await;
    let id = scene.owe(1).await[0];
    scene.partner.be(Mood::Hesitating);
    let mut robbed = pin!(scene.worker.run_once());
    until_it_carries(&scene, robbed.as_mut()).await;
    // Whoever took it has a clock of his own.
    let later = scene.clock.now() + SignedDuration::from_secs(61);
    assert_eq!(scene.store.rescue(later).await.expect("a rescue"), 1);
    scene.pass(21);
    let heartbeat = async {
        while !scene.clock.is_slept_upon() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = robbed.as_mut() => panic!("it has nothing to end with"),
        () = heartbeat => {}
    }
    scene.partner.be(Mood::Well);
    assert_eq!(robbed.await.expect("a turn").queues[&CRM].stale, 1);
    assert_eq!(scene.partner.arrived(), []);
    scene.turn().await;
    assert_eq!(scene.partner.arrived(), [id]);
}

/// Lets `turn` go on until its courier has begun.
async fn until_it_carries(scene: &Scene, turn: impl Future) {
    let begun = async {
        while scene.partner.tries().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = turn => panic!("nobody has let it end"),
        () = begun => {}
    }
}

#[tokio::test]
async fn what_may_have_left_late_is_not_looked_up_before_it_can_be_found() {
    let term = SignedDuration::from_secs(12);
    for (recall, seconds) in [(Recall::LookUp, 60), (Recall::SendAgain, 12), (Recall::Nothing, 12)] {
        let scene = Scene::new(recall, QueueRule { lease_term: term, ..QueueRule::default() }).await;
        let id = scene.owe(1).await[0];
        scene.partner.be(Mood::Silent);
        let turn = async { while !scene.turn().await.is_idle() {} };
        let begun = async {
            while scene.look(id).await.fence == 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            () = turn => panic!("a partner that says nothing ends no turn"),
            () = begun => {}
        }
        // No heartbeat gets through: 30 s until the worker lets go, 30 s until the partner's index knows.
        let until = scene.clock.now() + SignedDuration::from_secs(seconds);
        assert_eq!(scene.look(id).await.state, State::Leased { until, asking: false }, "{recall:?}");
    }
}

#[tokio::test]
async fn questions_that_fail_spend_no_try_and_bury_nothing() {
    let errors: [fn() -> PortError; 2] = [|| error(ErrorKind::Failed), || error(ErrorKind::Rejected)];
    for failing in errors {
        let scene = Scene::promised(Recall::LookUp).await;
        let id = scene.owe(1).await[0];
        scene.partner.be(Mood::CutBeforeAccepting);
        scene.turn().await;
        scene.partner.be(Mood::Well);
        *scene.partner.unasked.lock().expect("nobody panics while holding it") = Some(failing);
        scene.work_for(600, 5).await;
        assert_eq!(scene.look(id).await.status(scene.clock.now()), Status::InDoubt);
        *scene.partner.unasked.lock().expect("nobody panics while holding it") = None;
        scene.work_for(60, 5).await;
        assert_eq!((scene.partner.arrived(), scene.count(Status::Done).await), (vec![id], 1));
    }
}

#[tokio::test]
async fn a_doubt_is_not_asked_about_before_the_moment_the_partner_named() {
    let scene = Scene::promised(Recall::LookUp).await;
    scene.owe(1).await;
    scene.partner.be(Mood::CutBeforeAccepting);
    scene.turn().await;
    scene.partner.be(Mood::Busy(600));
    scene.work_for(500, 5).await;
    assert_eq!(*scene.partner.asked.lock().expect("nobody panics while holding it"), 1);
}

#[tokio::test]
async fn a_delivery_that_arrived_keeps_its_lease_while_its_neighbours_are_slow() {
    let rule = QueueRule { lease_term: SignedDuration::from_secs(6), ..QueueRule::default() };
    let scene = Scene::new(Recall::Nothing, rule).await;
    scene.owe(2).await;
    scene.partner.be(Mood::SilentAfterOne);
    let rescued = Mutex::new(0);
    let rescue = async || {
        let lost = scene.store.rescue(scene.clock.now()).await.expect("a rescue");
        *rescued.lock().expect("nobody panics while holding it") += lost;
    };
    let report = scene.while_time_passes(scene.turn(), rescue).await;
    assert_eq!((report.queues[&CRM].delivered, report.queues[&CRM].stale), (1, 0));
    assert_eq!(rescued.into_inner().expect("nobody panics while holding it"), 0);
    assert_eq!((scene.count(Status::Done).await, scene.count(Status::InDoubt).await), (1, 1));
}

#[tokio::test]
async fn a_courier_that_panics_costs_its_delivery_a_try_and_nobody_else_anything() {
    let scene = Scene::promised(Recall::SendAgain).await;
    let id = scene.owe(1).await[0];
    scene.partner.be(Mood::Panicking);
    scene.work_for(120, 5).await;
    assert!(matches!(scene.look(id).await.state, State::Dead { .. }));
    assert_eq!(scene.partner.tries().len(), 5);
}

#[tokio::test]
async fn a_rate_is_not_spent_by_turns_that_find_nothing() {
    let rate = Some(Rate { max: 3, window: SignedDuration::from_secs(60) });
    let scene = Scene::new(Recall::SendAgain, QueueRule { rate, ..QueueRule::default() }).await;
    scene.work_for(30, 1).await;
    scene.owe(10).await;
    scene.turn().await;
    assert_eq!(scene.partner.arrived().len(), 3);
    scene.turn().await;
    assert_eq!(scene.partner.arrived().len(), 3, "and not more than it allows");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_are_of_one_moment() {
    let scene = Scene::promised(Recall::LookUp).await;
    scene.owe(1).await;
    let (store, now) = (scene.store.clone(), scene.clock.now());
    let churn = tokio::spawn(async move {
        let ask = LeaseAsk { queue: CRM, limit: 1, term: SignedDuration::from_secs(60), now };
        loop {
            for ending in
                [Ending::InDoubt { ask_at: Some(now), counted: false }, Ending::Again { at: now, counted: false }]
            {
                for leased in store.lease(&ask).await.expect("a lease") {
                    let settlement = Settlement { token: leased.token(), ending: ending.clone(), attempt: None };
                    store.settle(vec![settlement], now).await.expect("a settlement");
                }
            }
        }
    });
    for _ in 0..400 {
        for figure in scene.store.figures(now).await.expect("figures") {
            let open = figure.waiting + figure.delayed + figure.active + figure.in_doubt;
            assert_eq!(open, 1, "{figure:?}");
        }
    }
    churn.abort();
}
