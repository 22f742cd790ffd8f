//! Workers that vanish, sleep, or stand beside each other.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Mutex;

use jiff::SignedDuration;
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{DeliveryDesk, DeliveryQueue, LeaseAsk, QueueRule, QueueState, Recall, Status, Worker};
use mrdj_core::mocks::FakeClock;

use crate::partner::{CRM, Mood};
use crate::scene::{Scene, worker};

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
    // It may end as soon as it has heard, or go on until its courier is well.
    let ended = tokio::select! {
        report = robbed.as_mut() => Some(report),
        () = heartbeat => None,
    };
    scene.partner.be(Mood::Well);
    let report = if let Some(ended) = ended { ended } else { robbed.await };
    assert_eq!(report.expect("a turn").queues[&CRM].stale, 1);
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
async fn a_row_that_was_damaged_holds_up_nothing() {
    let scene = Scene::promised(Recall::SendAgain).await;
    let ids = scene.owe(3).await;
    scene.store.keep(&QueueState::fresh(CRM)).await.expect("kept");
    let mut line = scene.line().await;
    let damage = [
        "UPDATE delivery SET payload = '{' WHERE id = (SELECT min(id) FROM delivery)",
        "UPDATE queue SET breaker = 'open'",
    ];
    for damage in damage {
        sqlx::query(damage).execute(&mut line).await.expect("written by a hand that we do not hold");
    }
    let unreadable = ["id = x'00'", "state = 9", "attempts = -1", "at = 9223372036854775807", "edition = 4294967296"];
    for column in unreadable {
        let damage =
            sqlx::AssertSqlSafe(format!("UPDATE delivery SET {column} WHERE id = (SELECT max(id) FROM delivery)"));
        let refused = sqlx::query(damage).execute(&mut line).await.expect_err(column).to_string();
        assert!(refused.contains("delivery_readable"), "{column}: {refused}");
    }
    assert_eq!(scene.look(ids[0]).await.payload, "{", "the courier is shown what is there");
    scene.turn().await;
    assert_eq!(scene.partner.arrived(), ids);
}
