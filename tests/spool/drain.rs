//! What was spooled comes into the store: in order, each once, whatever happens on the way.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::SignedDuration;
use mrdj_core::clock::Clock;
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::leads::{EnquiryForm, Kept, LeadId, Spool};
use mrdj_core::store::{Change, Changes, Commit, Store};

use crate::desk::{Desk, Line, MINUTE, SECOND, form, keyed};

/// Writes down which leads came, in which order.
struct Scribe {
    inner: Arc<dyn Store>,
    came: Arc<Mutex<Vec<LeadId>>>,
    /// Who is refused, and how.
    refused: Arc<Mutex<Vec<(String, ErrorKind)>>>,
}

#[async_trait]
impl Store for Scribe {
    async fn commit(&self, changes: Changes) -> Result<Commit, PortError> {
        let inserted: Vec<_> = changes
            .facts
            .iter()
            .filter_map(|fact| match fact {
                Change::InsertLead(lead) => Some((lead.id, lead.enquiry.name.as_str().to_owned())),
                _ => None,
            })
            .collect();
        for (_, name) in &inserted {
            let refused = self.refused.lock().expect("no test panics holding it");
            if let Some((_, kind)) = refused.iter().find(|(who, _)| name.ends_with(who.as_str())) {
                return Err(PortError::new(*kind, "scribe", "commit", "not this one"));
            }
        }
        let commit = self.inner.commit(changes).await?;
        let mut came = self.came.lock().expect("no test panics holding it");
        came.extend(inserted.into_iter().map(|(id, _)| id).filter(|_| commit == Commit::Done));
        Ok(commit)
    }
}

type Refused = Arc<Mutex<Vec<(String, ErrorKind)>>>;

async fn desk_with_scribe() -> (Desk, Arc<Mutex<Vec<LeadId>>>, Refused) {
    let (came, refused) = (Arc::new(Mutex::new(Vec::new())), Refused::default());
    let (book, list) = (came.clone(), refused.clone());
    let desk = Desk::with(|inner| Arc::new(Scribe { inner, came: book, refused: list })).await;
    (desk, came, refused)
}

fn refuse(refused: &Refused, who: &[&str], kind: ErrorKind) {
    let list = who.iter().map(|who| ((*who).to_owned(), kind)).collect();
    *refused.lock().expect("no test panics holding it") = list;
}

#[tokio::test]
async fn a_thousand_enquiries_are_all_in_the_store_after_in_order_and_once() {
    let (desk, came, _) = desk_with_scribe().await;
    desk.store.turn(Line::Down);
    let mut promised = Vec::new();
    for n in 0..1_000 {
        promised.push(desk.send(form(&format!("visitor-{n}"))).await.id);
        desk.pass(SignedDuration::from_millis(7));
    }
    assert_eq!(desk.figures().await.waiting, 1_000);
    desk.pass(60 * MINUTE);
    desk.store.turn(Line::Up);
    let brought = desk.drain_all().await;
    let stored = desk.leads().await;
    println!("spool: {} answered with 202, {brought} brought, {} stored", promised.len(), stored.len());
    assert_eq!(stored, promised);
    assert_eq!(*came.lock().expect("no test panics holding it"), promised, "in the order in which they came in");
    for id in promised {
        desk.owes_once(id).await;
    }
    assert_eq!((desk.figures().await.waiting, desk.drain_all().await), (0, 0));
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_recognised() {
    for key in [None, Some("k")] {
        let desk = Desk::open().await;
        let visit = || key.map(|key| keyed(key, "body")).unwrap_or_default();
        desk.store.turn(Line::AnswersLost);
        let receipt = desk.submit(form("jan"), visit()).await.expect("a receipt");
        assert_eq!((receipt.kept, desk.leads().await), (Kept::InSpool, vec![receipt.id]), "it had happened");
        assert_eq!(desk.submit(form("jan"), visit()).await.expect("a receipt"), receipt);
        desk.store.turn(Line::Up);
        assert_eq!(desk.drain_all().await, 1);
        assert_eq!(desk.leads().await, [receipt.id]);
        desk.owes_once(receipt.id).await;
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_while_draining_makes_nothing_twice() {
    let desk = Desk::open().await;
    desk.store.turn(Line::Down);
    let first = desk.submit(form("jan"), keyed("k1", "b")).await.expect("a receipt");
    let added = EnquiryForm { message: "Met licht graag".into(), phone: "0687654321".into(), ..form("jan") };
    desk.submit(added, keyed("k2", "b")).await.expect("a receipt");
    let other = desk.send(form("piet")).await;
    // Each turn commits one, hears nothing, and stops.
    desk.store.turn(Line::AnswersLost);
    for _ in 0..6 {
        assert!(desk.drain().await.brought <= 1);
    }
    desk.store.turn(Line::Up);
    desk.drain_all().await;
    assert_eq!(desk.leads().await, [first.id, other.id]);
    assert_eq!(desk.lead(first.id).await.map(|lead| lead.version), Some(2));
    desk.owes_once(first.id).await;
    desk.owes_once(other.id).await;
}

#[tokio::test]
async fn killed_between_the_commit_and_the_removal_it_does_nothing_twice() {
    let mut desk = Desk::open().await;
    desk.store.turn(Line::Down);
    let first = desk.submit(form("jan"), keyed("k1", "b")).await.expect("a receipt");
    let added = EnquiryForm { message: "Met licht graag".into(), phone: "0687654321".into(), ..form("jan") };
    desk.send(added.clone()).await;
    desk.submit(added, keyed("k2", "b")).await.expect("a receipt");
    let other = desk.send(form("piet")).await;
    desk.store.turn(Line::Up);
    desk.spool.turn_for("remove", Line::Down);
    for left in (0..4).rev() {
        for _ in 0..2 {
            desk.intake.drain().await.expect_err("the spool cannot be written");
            desk.restart().await;
        }
        let oldest = desk.file.oldest(1, desk.clock.now()).await.expect("a look").remove(0);
        desk.file.remove(oldest.lead.id).await.expect("it is removed at last");
        assert_eq!(desk.figures().await.waiting, left);
    }
    assert_eq!(desk.leads().await, [first.id, other.id]);
    assert_eq!(desk.lead(first.id).await.map(|lead| lead.version), Some(2));
    desk.owes_once(first.id).await;
    desk.owes_once(other.id).await;
}

#[tokio::test]
async fn a_store_that_goes_away_again_ends_the_turn_and_keeps_the_order() {
    let (desk, came, refused) = desk_with_scribe().await;
    desk.store.turn(Line::Down);
    let mut promised = Vec::new();
    for n in 0..5 {
        promised.push(desk.send(form(&format!("visitor-{n}"))).await.id);
    }
    desk.store.turn(Line::Up);
    refuse(&refused, &["visitor-2"], ErrorKind::Unavailable);
    let turn = desk.drain().await;
    assert_eq!((turn.brought, turn.aside, turn.stopped.is_some()), (2, 0, true));
    assert_eq!(desk.figures().await.waiting, 3);
    refuse(&refused, &[], ErrorKind::Unavailable);
    assert_eq!(desk.drain_all().await, 3);
    assert_eq!(*came.lock().expect("no test panics holding it"), promised);
}

#[tokio::test]
async fn what_the_store_refuses_is_set_aside_and_blocks_nothing() {
    for kind in [ErrorKind::Conflict, ErrorKind::Corrupt, ErrorKind::Rejected, ErrorKind::Failed] {
        let (desk, _, refused) = desk_with_scribe().await;
        desk.store.turn(Line::Down);
        let mut promised = Vec::new();
        for n in 0..4 {
            promised.push(desk.send(form(&format!("visitor-{n}"))).await.id);
        }
        desk.store.turn(Line::Up);
        refuse(&refused, &["visitor-0", "visitor-1"], kind);
        assert_eq!(desk.drain_all().await, 2, "{kind}");
        assert_eq!(desk.leads().await, promised[2..]);
        let figures = desk.figures().await;
        assert_eq!((figures.waiting, figures.aside), (2, 2));
        assert_eq!(figures.first_aside, Some((promised[0], format!("{kind}: not this one"))));

        desk.pass(10 * MINUTE);
        refuse(&refused, &[], kind);
        assert_eq!(desk.drain_all().await, 2, "it is tried again after a while");
        assert_eq!(desk.leads().await, promised);
    }
}

#[tokio::test]
async fn a_store_that_fails_everything_sets_nothing_aside() {
    let desk = Desk::open().await;
    desk.store.turn(Line::Down);
    for n in 0..5 {
        desk.send(form(&format!("visitor-{n}"))).await;
    }
    desk.store.turn_for("commit", Line::Says(ErrorKind::Failed));
    for _ in 0..3 {
        let turn = desk.drain().await;
        assert_eq!((turn.brought, turn.aside, turn.stopped.is_some()), (0, 0, true));
    }
    desk.store.turn(Line::Up);
    assert_eq!(desk.drain_all().await, 5);
}

#[tokio::test]
async fn a_receipt_leads_to_an_enquiry_even_where_nobody_knew_of_the_twin() {
    let mut desk = Desk::open().await;
    let stored = desk.send(form("jan")).await;
    // Another process, which remembers nothing, meets the same person while the store is away.
    desk.restart().await;
    desk.store.turn(Line::Down);
    desk.pass(SECOND);
    let spooled = desk.send(form("jan")).await;
    assert_ne!(spooled.id, stored.id);
    desk.store.turn(Line::Up);
    assert_eq!(desk.drain_all().await, 1);
    assert_eq!(desk.leads().await, [stored.id, spooled.id]);
    desk.owes_once(spooled.id).await;
}

#[tokio::test]
async fn a_request_that_the_store_had_answered_is_not_taken_in_again() {
    let mut desk = Desk::open().await;
    let stored = desk.submit(form("jan"), keyed("k", "body")).await.expect("a receipt");
    desk.restart().await;
    desk.store.turn(Line::Down);
    desk.submit(form("jan"), keyed("k", "body")).await.expect("a receipt");
    desk.store.turn(Line::Up);
    assert_eq!(desk.drain_all().await, 1);
    assert_eq!(desk.leads().await, [stored.id], "the key says that it is the same request");
    assert_eq!(desk.submit(form("jan"), keyed("k", "body")).await.expect("a receipt"), stored);
}

#[tokio::test]
async fn an_enquiry_under_a_key_that_the_store_gave_to_another_is_kept() {
    let mut desk = Desk::open().await;
    let stored = desk.submit(form("jan"), keyed("k", "body")).await.expect("a receipt");
    desk.restart().await;
    desk.store.turn(Line::Down);
    let spooled = desk.submit(form("piet"), keyed("k", "another body")).await.expect("nobody could know");
    desk.store.turn(Line::Up);
    assert_eq!(desk.drain_all().await, 1);
    assert_eq!(desk.leads().await, [stored.id, spooled.id]);
    desk.owes_once(spooled.id).await;
}

#[tokio::test]
async fn junk_waits_in_the_spool_and_owes_nothing_after() {
    let desk = Desk::open().await;
    desk.store.turn(Line::Down);
    let held = desk.send(EnquiryForm { website: "https://evil.example".into(), ..form("jan") }).await;
    let clean = desk.send(form("jan")).await;
    assert_ne!(clean.id, held.id);
    desk.store.turn(Line::Up);
    assert_eq!(desk.drain_all().await, 2);
    assert!(desk.owed(held.id).await.is_empty());
    desk.owes_once(clean.id).await;
}
