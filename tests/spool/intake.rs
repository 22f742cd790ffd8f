//! What a visitor is answered while the store is away, and after.

use std::sync::Arc;

use jiff::SignedDuration;
use mrdj_core::error::ErrorKind;
use mrdj_core::leads::{EnquiryForm, IntakeError, Kept, LeadKind, Mark, Visit};

use crate::desk::{Desk, Line, MINUTE, SECOND, form, keyed};

#[tokio::test]
async fn an_enquiry_is_spooled_while_the_store_is_away() {
    for away in [ErrorKind::Unavailable, ErrorKind::Failed, ErrorKind::Full, ErrorKind::Misconfigured] {
        let desk = Desk::open().await;
        desk.store.turn(Line::Says(away));
        let receipt = desk.send(form("jan")).await;
        assert_eq!((receipt.kept, desk.figures().await.waiting), (Kept::InSpool, 1), "{away}");
        assert_eq!(desk.leads().await, []);

        desk.store.turn(Line::Up);
        assert_eq!(desk.drain_all().await, 1);
        assert_eq!((desk.leads().await, desk.figures().await.waiting), (vec![receipt.id], 0));
        desk.owes_once(receipt.id).await;
        assert_eq!(desk.send(form("piet")).await.kept, Kept::InStore, "and then all is as before");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_form_is_told_while_the_store_is_away() {
    let desk = Desk::open().await;
    desk.store.turn(Line::Down);
    for _ in 0..2 {
        let refused = desk.submit(EnquiryForm { email: "nobody".into(), ..form("jan") }, keyed("k", "b")).await;
        assert!(matches!(refused, Err(IntakeError::Invalid(_))), "{refused:?}");
    }
    assert_eq!(desk.figures().await.waiting, 0);
}

#[tokio::test]
async fn the_same_key_gets_the_same_receipt_before_and_after_the_drain() {
    let mut desk = Desk::open().await;
    desk.store.turn(Line::Down);
    let first = desk.submit(form("jan"), keyed("k", "body")).await.expect("a receipt");
    assert_eq!(first.kept, Kept::InSpool);
    let other = async |desk: &Desk| {
        let reused = desk.submit(form("jan"), keyed("k", "another body")).await;
        assert!(matches!(reused, Err(IntakeError::KeyReused)), "{reused:?}");
    };
    let again = async |desk: &Desk| desk.submit(form("jan"), keyed("k", "body")).await.expect("a receipt");
    assert_eq!(again(&desk).await, first);
    other(&desk).await;
    desk.restart().await;
    assert_eq!(again(&desk).await, first, "another process knows it too");
    desk.store.turn(Line::Up);
    assert_eq!(again(&desk).await, first, "the store is back, and does not know it yet");
    other(&desk).await;
    assert_eq!(desk.drain_all().await, 1);
    assert_eq!(again(&desk).await, first, "now it does");
    other(&desk).await;
    desk.restart().await;
    assert_eq!(again(&desk).await, first);
    assert_eq!(desk.leads().await, [first.id]);
}

#[tokio::test]
async fn a_key_is_free_again_after_a_day_in_the_spool() {
    let desk = Desk::open().await;
    desk.store.turn(Line::Down);
    let first = desk.submit(form("jan"), keyed("k", "body")).await.expect("a receipt");
    desk.pass(SignedDuration::from_hours(25));
    let second = desk.submit(form("jan"), keyed("k", "another body")).await.expect("a receipt");
    desk.store.turn(Line::Up);
    assert_eq!(desk.drain_all().await, 2);
    assert_eq!(desk.leads().await, [first.id, second.id]);
    assert_eq!(desk.submit(form("jan"), keyed("k", "another body")).await.expect("a receipt"), second);
}

#[tokio::test]
async fn what_was_stored_before_the_outage_is_remembered_during_it() {
    let desk = Desk::open().await;
    let under_key = desk.submit(form("jan"), keyed("k", "body")).await.expect("a receipt");
    let plain = desk.send(form("piet")).await;
    desk.store.turn(Line::Down);
    desk.pass(MINUTE);
    assert_eq!(desk.submit(form("jan"), keyed("k", "body")).await.expect("a receipt"), under_key);
    let reused = desk.submit(form("jan"), keyed("k", "another body")).await;
    assert!(matches!(reused, Err(IntakeError::KeyReused)), "{reused:?}");
    assert_eq!(desk.send(form("piet")).await, plain, "a double click");
    assert_eq!(desk.figures().await.waiting, 0);

    let added = desk.send(EnquiryForm { message: "Met licht graag".into(), ..form("piet") }).await;
    assert_eq!((added.id, added.kept), (plain.id, Kept::InSpool));
    desk.store.turn(Line::Up);
    assert_eq!(desk.drain_all().await, 1);
    let lead = desk.lead(plain.id).await.expect("it is in the store");
    assert_eq!(lead.enquiry.message.as_deref(), Some("Tot dan\n\nMet licht graag"));
    assert_eq!(desk.leads().await, [under_key.id, plain.id]);
    desk.owes_once(plain.id).await;
}

#[tokio::test]
async fn a_double_click_is_one_enquiry_in_the_spool_and_across_its_border() {
    let desk = Desk::open().await;
    desk.store.turn(Line::Down);
    let first = desk.send(form("jan")).await;
    desk.pass(9 * MINUTE);
    assert_eq!(desk.send(EnquiryForm { phone: "+31 6 12345678".into(), ..form("JAN") }).await, first);
    assert_eq!(desk.figures().await.waiting, 1);
    desk.store.turn(Line::Up);
    assert_eq!(desk.send(form("jan")).await, first, "not drained yet");
    assert_eq!(desk.drain_all().await, 1);
    let after = desk.send(form("jan")).await;
    assert_eq!((after.id, &after.reference, after.submitted_at), (first.id, &first.reference, first.submitted_at));
    assert_eq!(after.kept, Kept::InStore, "by now it stands there");
    assert_eq!(desk.leads().await, [first.id]);
    desk.pass(2 * MINUTE);
    assert_ne!(desk.send(form("jan")).await.id, first.id, "after ten minutes it is a new enquiry");
}

#[tokio::test]
async fn a_double_click_under_a_key_is_remembered_under_it() {
    let desk = Desk::open().await;
    desk.store.turn(Line::Down);
    let first = desk.send(form("jan")).await;
    let late = async || desk.submit(form("jan"), keyed("late", "body")).await.expect("a receipt");
    assert_eq!(late().await, first);
    desk.store.turn(Line::Up);
    assert_eq!(desk.drain_all().await, 2);
    desk.pass(30 * MINUTE);
    assert_eq!(late().await, first);
    assert_eq!(desk.leads().await, [first.id]);
    desk.owes_once(first.id).await;
}

#[tokio::test]
async fn a_hundred_clicks_at_once_are_one_enquiry_in_the_spool() {
    let desk = Arc::new(Desk::open().await);
    desk.store.turn(Line::Down);
    let click = |n: usize| {
        let desk = Arc::clone(&desk);
        let visit = if n.is_multiple_of(2) { Visit::default() } else { keyed(&format!("k-{}", n / 20), "body") };
        tokio::spawn(async move { desk.submit(form("jan"), visit).await.expect("a receipt") })
    };
    let mut receipts = Vec::new();
    for click in (0..100).map(click).collect::<Vec<_>>() {
        receipts.push(click.await.expect("a click"));
    }
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]), "{receipts:#?}");
    desk.store.turn(Line::Up);
    // One for the enquiry, unless it came under a key, and one for each of the five keys.
    assert!((5..=6).contains(&desk.drain_all().await));
    assert_eq!(desk.leads().await, [receipts[0].id]);
    desk.owes_once(receipts[0].id).await;
}

#[tokio::test]
async fn what_a_person_adds_while_the_store_is_away_ends_in_one_enquiry() {
    let desk = Desk::open().await;
    desk.store.turn(Line::Down);
    let bare = EnquiryForm { event_date: Default::default(), message: Default::default(), ..form("jan") };
    let first = desk.send(bare).await;
    desk.pass(MINUTE);
    let second = desk.send(EnquiryForm { message: "Met licht graag".into(), ..form("jan") }).await;
    desk.pass(MINUTE);
    let third = desk.send(EnquiryForm { message: "En een microfoon".into(), package_id: "gold".into(), ..form("jan") });
    let third = third.await;
    let other = desk.send(EnquiryForm { event_date: "2028-01-01".into(), ..form("jan") }).await;
    assert_eq!([second.id, third.id], [first.id; 2]);
    assert_eq!([&second.reference, &third.reference], [&first.reference; 2]);
    assert_ne!(other.id, first.id, "another wish");
    assert_eq!(third.package.as_deref(), Some("gold"), "it repeats what that form said");

    desk.store.turn(Line::Up);
    assert_eq!(desk.drain_all().await, 4);
    assert_eq!(desk.leads().await, [first.id, other.id]);
    let lead = desk.lead(first.id).await.expect("it is in the store");
    assert_eq!(lead.enquiry.message.as_deref(), Some("Met licht graag\n\nEn een microfoon"));
    assert_eq!((lead.version, lead.marks.contains(&Mark::Extended)), (3, true));
    assert_eq!(lead.submitted_at, first.submitted_at, "it came in when it came in");
    desk.owes_once(first.id).await;
    desk.owes_once(other.id).await;
}

#[tokio::test]
async fn who_has_something_in_the_spool_comes_behind_it() {
    let desk = Desk::open().await;
    desk.store.turn(Line::Down);
    let first = desk.send(form("jan")).await;
    desk.store.turn(Line::Up);
    desk.pass(5 * SECOND);
    assert_eq!(desk.send(form("piet")).await.kept, Kept::InStore, "others do not wait for him");
    let added = desk.send(EnquiryForm { message: "Met licht graag".into(), ..form("jan") }).await;
    assert_eq!((added.id, added.kept), (first.id, Kept::InSpool));
    assert_eq!(desk.drain_all().await, 2);
    desk.owes_once(first.id).await;
}

#[tokio::test]
async fn a_store_that_is_away_is_tried_by_one_request_at_a_time() {
    let desk = Desk::open().await;
    desk.store.turn(Line::Down);
    desk.send(form("first")).await;
    let before = desk.store.calls();
    for n in 0..50 {
        desk.send(form(&format!("visitor-{n}"))).await;
    }
    assert_eq!(desk.store.calls(), before, "nobody tries it while it is known to be away");
    desk.pass(3 * SECOND);
    desk.send(form("probe")).await;
    assert_eq!(desk.store.calls(), before + 1);
    desk.send(form("next")).await;
    assert_eq!(desk.store.calls(), before + 1);
    desk.pass(3 * SECOND);
    desk.store.turn(Line::Up);
    assert_eq!(desk.send(form("back")).await.kept, Kept::InStore);
    assert_eq!(desk.send(form("after")).await.kept, Kept::InStore);
    assert_eq!(desk.drain_all().await, 53);
}

#[tokio::test]
async fn while_the_drain_tries_the_store_no_visitor_does() {
    let desk = Desk::open().await;
    desk.store.turn(Line::Down);
    desk.send(form("first")).await;
    let mut tried = desk.store.calls();
    for n in 0..20 {
        desk.pass(SECOND);
        assert!(desk.drain().await.stopped.is_some());
        assert_eq!(desk.store.calls(), tried + 1, "a turn asks once");
        tried += 1;
        desk.send(form(&format!("visitor-{n}"))).await;
        assert_eq!(desk.store.calls(), tried, "and spares the visitor");
    }
}

#[tokio::test]
async fn a_spool_that_is_away_costs_nothing_while_the_store_is_there() {
    let desk = Desk::open().await;
    desk.spool.turn(Line::Down);
    assert_eq!(desk.submit(form("jan"), keyed("k", "b")).await.expect("a receipt").kept, Kept::InStore);

    desk.store.turn(Line::Down);
    assert!(matches!(desk.submit(form("piet"), Visit::default()).await, Err(IntakeError::Store(_))));
    desk.store.turn(Line::Up);
    let receipt = desk.send(form("piet")).await;
    assert_eq!(receipt.kept, Kept::InStore, "a store that is back is found, though it was known to be away");
    assert_eq!(desk.leads().await.len(), 2);
}

#[tokio::test]
async fn what_the_store_refuses_for_good_is_not_spooled() {
    let desk = Desk::open().await;
    for refused in [ErrorKind::Conflict, ErrorKind::Rejected] {
        desk.store.turn(Line::Says(refused));
        let answer = desk.intake.submit(LeadKind::Contact, &form("jan"), Visit::default()).await;
        assert!(matches!(answer, Err(IntakeError::Store(error)) if error.kind == refused));
    }
    assert_eq!(desk.figures().await.waiting, 0);
}

#[tokio::test]
async fn what_is_added_comes_behind_what_the_store_told_of_before_it_went_away() {
    let mut desk = Desk::open().await;
    let first = desk.send(form("jan")).await;
    desk.restart().await;
    desk.store.turn(Line::UpUntil("newest_of"));
    let added = desk.send(EnquiryForm { message: "Wij willen ook licht".into(), ..form("jan") }).await;
    assert_eq!(
        (added.id, added.kept),
        (first.id, Kept::InSpool),
        "another process read it, and then could not add to it"
    );
    desk.store.turn(Line::Up);
    assert_eq!(desk.drain_all().await, 1);
    assert_eq!(desk.leads().await, [first.id]);
    desk.owes_once(first.id).await;
}
