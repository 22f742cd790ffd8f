//! What a form alone causes costs postage; what a person decided does not.

use mrdj_core::bookings::{Party, Step};
use mrdj_core::contacts::EmailAddress;
use mrdj_core::messages::{PostOffice, Suppression};

use crate::scene::Scene;

const START: &str = "2026-05-01T12:00:00Z";

#[tokio::test]
async fn a_stranger_who_books_in_anothers_name_sends_him_one_letter_a_day() {
    let scene = Scene::at(START).await;
    for day in 1..=3 {
        scene.book("victim", &format!("2026-07-0{day}")).await;
    }
    assert_eq!(scene.told("victim").await, ["booking.received"]);
    for _ in 0..7 {
        scene.pass(3);
        assert_eq!(scene.told("victim").await, [""; 0], "not before a day has passed");
    }
    scene.pass(6);
    assert_eq!(scene.told("victim").await, ["booking.received"]);
}

#[tokio::test]
async fn what_a_person_decided_reaches_a_mailbox_that_is_spent() {
    let scene = Scene::at(START).await;
    let first = scene.book("jan", "2026-07-01").await;
    assert_eq!(scene.told("jan").await, ["booking.received"]);
    let second = scene.book("jan", "2026-07-02").await;
    assert_eq!(scene.told("jan").await, [""; 0]);
    for id in [first, second] {
        scene.step(id, Step::Offer { until: scene.then(24 * 7) }).await;
        scene.step(id, Step::Agree).await;
    }
    assert_eq!(scene.told("jan").await, ["booking.agreed"; 2]);
    scene.step(second, Step::Cancel { by: Party::Business }).await;
    assert_eq!(scene.told("jan").await, ["booking.cancelled"]);
    scene.pass(24);
    assert_eq!(scene.told("jan").await, [""; 0], "what waited for postage is overtaken");
}

#[tokio::test]
async fn a_mailbox_that_bounced_gets_nothing_at_all() {
    let scene = Scene::at(START).await;
    let jan = EmailAddress::parse("jan@example.com").expect("an address");
    scene.store.suppress(&jan, Suppression::HardBounce, scene.then(0)).await.expect("suppressed");
    let id = scene.agree("jan", "2026-06-20").await;
    assert_eq!(scene.told("jan").await, [""; 0]);
    scene.step(id, Step::Cancel { by: Party::Business }).await;
    assert_eq!(scene.told("jan").await, [""; 0]);
    assert_eq!(scene.skipped("booking.cancelled").await, ["this mailbox is suppressed: hard_bounce"]);
    assert_eq!(scene.owed("booking.notice").await.len(), 1, "the business hears of it all the same");
}
