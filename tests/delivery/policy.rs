//! What a failing partner is tried, and how often.

use std::sync::Arc;

use jiff::SignedDuration;
use mrdj_core::delivery::{Backoff, DeliveryDesk, QueueRule, Rate, Recall, State, Status};

use crate::partner::{CRM, Mood};
use crate::scene::Scene;

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
async fn a_rate_holds_over_each_window() {
    let rate = Some(Rate { max: 3, window: SignedDuration::from_secs(60) });
    let scene = Scene::new(Recall::SendAgain, QueueRule { rate, ..QueueRule::default() }).await;
    scene.owe(10).await;
    scene.work_for(59, 1).await;
    assert_eq!(scene.partner.arrived().len(), 3);
    scene.work_for(60, 1).await;
    assert_eq!(scene.partner.arrived().len(), 6);
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
async fn a_courier_that_panics_costs_its_delivery_a_try_and_nobody_else_anything() {
    let scene = Scene::promised(Recall::SendAgain).await;
    let id = scene.owe(1).await[0];
    scene.partner.be(Mood::Panicking);
    scene.work_for(120, 5).await;
    assert!(matches!(scene.look(id).await.state, State::Dead { .. }));
    assert_eq!(scene.partner.tries().len(), 5);
}
