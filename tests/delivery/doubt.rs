//! What may have arrived, and is asked about before it is sent again.

use jiff::SignedDuration;
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{DeliveryDesk, QueueRule, Recall, State, Status};
use mrdj_core::error::{ErrorKind, PortError, Remedy};

use crate::partner::{Mood, error};
use crate::scene::Scene;

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
        // What is refused is asked ever more rarely.
        scene.work_for(if failing().remedy == Remedy::GiveUp { 900 } else { 60 }, 5).await;
        assert_eq!((scene.partner.arrived(), scene.count(Status::Done).await), (vec![id], 1));
    }
}

#[tokio::test]
async fn a_day_of_refused_questions_leaves_a_short_history() {
    let scene = Scene::promised(Recall::LookUp).await;
    let id = scene.owe(1).await[0];
    scene.partner.be(Mood::CutBeforeAccepting);
    scene.turn().await;
    *scene.partner.unasked.lock().expect("nobody panics while holding it") = Some(|| error(ErrorKind::Rejected));
    scene.work_for(24 * 3_600, 30).await;
    let tries = scene.store.attempts(id).await.expect("a history").len();
    assert!((90..=105).contains(&tries), "every quarter of an hour, after a few in the beginning: {tries}");
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
