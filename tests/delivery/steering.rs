//! What an operator does to a queue, and sees of it.

use jiff::SignedDuration;
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{AttemptOutcome, DeliveryDesk, DeliveryQueue, Ending, LeaseAsk, Order, Recall, Settlement};

use crate::partner::{CRM, Mood};
use crate::scene::Scene;

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
                    let attempt = leased.tried(AttemptOutcome::Unknown, now..now, "");
                    let settlement = Settlement { token: leased.token(), ending: ending.clone(), attempt };
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
