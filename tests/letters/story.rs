//! From wish to agreement, and every other way it may go.

use mrdj_core::bookings::{Party, Step};

use crate::scene::{INBOX, Scene};

const START: &str = "2026-05-01T12:00:00Z";

#[tokio::test]
async fn a_booking_is_told_of_from_wish_to_agreement() {
    let scene = Scene::at(START).await;
    let id = scene.book("jan", "2026-06-20").await;
    let received = scene.letters("jan").await.remove(0);
    assert!(
        received.text.expect("a text").contains("We houden deze avond voor je vast tot maandag 4 mei 2026 om 14:00")
    );
    let link = format!("https://example.com/boeking/{}", scene.look(id).await.reference);
    assert!(received.html.expect("a page").contains(&format!("<a href=\"{link}\">")));
    let notice = scene.letters(INBOX).await.remove(0);
    assert_eq!((notice.tag.as_deref(), notice.reply_to.as_deref()), (Some("booking.notice"), Some("jan@example.com")));
    scene.far.reset();

    scene.step(id, Step::Offer { until: scene.then(24 * 7) }).await;
    assert_eq!(scene.told("jan").await, ["booking.offered"]);
    scene.step(id, Step::Prolong { until: scene.then(24 * 9) }).await;
    assert_eq!(scene.told("jan").await, [""; 0]);
    scene.step(id, Step::Agree).await;
    assert_eq!(scene.told("jan").await, ["booking.agreed"]);
    scene.step(id, Step::PayDeposit).await;
    assert_eq!(scene.told("jan").await, [""; 0]);
    scene.step(id, Step::Cancel { by: Party::Client }).await;
    assert_eq!(scene.told("jan").await, ["booking.cancelled"]);
    assert_eq!(scene.owed("booking.withdrawn").await.len(), 1);
    scene.bookings.step(id, &Step::PayDeposit, Party::Business).await.expect_err("too late");
    assert_eq!(scene.told(INBOX).await, ["booking.late_payment"]);
}

#[tokio::test]
async fn who_stands_in_line_hears_when_it_is_his_turn() {
    let scene = Scene::at(START).await;
    let first = scene.book("jan", "2026-06-20").await;
    let second = scene.book("piet", "2026-06-20").await;
    let waiting = scene.letters("piet").await.remove(0);
    assert!(waiting.subject.starts_with("Je staat in de rij"), "{}", waiting.subject);
    scene.far.reset();
    scene.bookings.challenge(second).await.expect("a challenge");
    assert_eq!(scene.told("jan").await, ["booking.challenged"]);
    scene.pass(24);
    assert_eq!(scene.bookings.release_due(scene.then(0)).await.expect("released"), 1);
    scene.work().await;
    let kinds = |mails: Vec<mrdj_adapters::postmark::SentMail>| {
        mails.into_iter().filter_map(|mail| mail.tag).collect::<Vec<_>>()
    };
    assert_eq!(kinds(scene.letters("jan").await), ["booking.expired"]);
    assert_eq!(kinds(scene.letters("piet").await), ["booking.promoted"]);
    assert_eq!(scene.look(first).await.stage.word(), "expired");
}

#[tokio::test]
async fn an_offer_without_an_answer_is_asked_about_once_after_two_days() {
    let scene = Scene::at(START).await;
    let id = scene.book("jan", "2026-06-20").await;
    scene.step(id, Step::Offer { until: scene.then(24 * 7) }).await;
    scene.told("jan").await;
    scene.pass(47);
    assert_eq!(scene.told("jan").await, [""; 0]);
    scene.pass(1);
    assert_eq!(scene.told("jan").await, ["booking.follow_up"]);
    scene.pass(72);
    assert_eq!(scene.told("jan").await, [""; 0]);
}

/// A step that is a reply.
type Reply = fn(&Scene) -> Step;

#[tokio::test]
async fn a_reply_cancels_the_question() {
    let replies: [(&str, Reply, &str); 3] = [
        ("agreed", |_| Step::Agree, "the booking is agreed by now"),
        ("prolonged", |scene| Step::Prolong { until: scene.then(24 * 9) }, "something happened since the offer"),
        ("cancelled", |_| Step::Cancel { by: Party::Client }, "the booking is cancelled by now"),
    ];
    for (word, reply, reason) in replies {
        let scene = Scene::at(START).await;
        let id = scene.book("jan", "2026-06-20").await;
        scene.step(id, Step::Offer { until: scene.then(24 * 7) }).await;
        scene.step(id, reply(&scene)).await;
        scene.pass(48);
        assert!(!scene.told("jan").await.contains(&"booking.follow_up".to_owned()), "{word}");
        assert_eq!(scene.skipped("booking.follow_up").await, [reason], "{word}");
    }
}

#[tokio::test]
async fn what_was_overtaken_while_the_mailer_was_away_is_not_told() {
    let scene = Scene::at(START).await;
    let id = scene.agree("jan", "2026-06-20").await;
    scene.step(id, Step::Cancel { by: Party::Business }).await;
    assert_eq!(scene.told("jan").await, ["booking.cancelled"]);
    for kind in ["booking.received", "booking.offered", "booking.agreed"] {
        assert_eq!(scene.skipped(kind).await, ["the booking is cancelled by now"], "{kind}");
    }
}
