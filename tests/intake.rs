//! Enquiries coming in, over real SQLite and a clock that the test turns: once, merged, held back, remembered.

use std::sync::Arc;

use jiff::SignedDuration;
use jiff::civil::date;
use jiff::tz::{self, TimeZone};
use mrdj_adapters::phone::NumberingPlans;
use mrdj_adapters::sqlite::{Config, Sqlite};
use mrdj_core::contacts::{ContactBook, ContactKey};
use mrdj_core::delivery::{Delivery, DeliveryDesk, Filter, MockBell};
use mrdj_core::idempotency::{Fingerprint, IdempotencyKey};
use mrdj_core::leads::{
    EnquiryForm, HumanVerdict, Intake, IntakeError, IntakeRules, Lead, LeadBook, LeadFilter, LeadId, LeadKind, Mark,
    MockHumanCheck, Receipt, Standing, Visit,
};
use mrdj_core::messages::MailsForLead;
use mrdj_core::mocks::{FakeChance, FakeClock};
use mrdj_core::partners::CardForLead;
use tempfile::TempDir;

struct Desk {
    intake: Intake,
    store: Sqlite,
    clock: FakeClock,
    _directory: TempDir,
}

impl Desk {
    async fn open() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Sqlite::open(&Config::at(directory.path().join("mrdj.db"))).await.expect("a store");
        let (clock, ports) = (FakeClock::default(), Arc::new(store.clone()));
        let mut bell = MockBell::new();
        bell.expect_ring().return_const(());
        let intake = Intake {
            store: ports.clone(),
            leads: ports.clone(),
            answers: ports,
            phones: Arc::new(NumberingPlans::default()),
            human: None,
            owes: vec![Arc::new(MailsForLead), Arc::new(CardForLead)],
            bell: Arc::new(bell),
            clock: Arc::new(clock.clone()),
            chance: Arc::new(FakeChance::seeded(3)),
            detour: None,
            rules: IntakeRules::new(TimeZone::fixed(tz::offset(1)), "mister-dj-website"),
        };
        Self { intake, store, clock, _directory: directory }
    }

    async fn send(&self, form: EnquiryForm) -> Receipt {
        self.intake.submit(LeadKind::Contact, &form, Visit::default()).await.expect("a receipt")
    }

    fn pass(&self, minutes: i64) {
        self.clock.advance(SignedDuration::from_mins(minutes));
    }

    async fn lead(&self, id: LeadId) -> Lead {
        LeadBook::find(&self.store, id).await.expect("a look").expect("a lead")
    }

    async fn count(&self) -> usize {
        LeadBook::list(&self.store, &LeadFilter::default(), 1_000).await.expect("a list").len()
    }

    async fn owed(&self, id: LeadId) -> Vec<(String, u32)> {
        let filter = Filter { subject: Some(id.uuid()), ..Filter::default() };
        let owed: Vec<Delivery> =
            DeliveryDesk::list(&self.store, &filter, 100, mrdj_core::clock::Clock::now(&self.clock))
                .await
                .expect("a list");
        let mut owed: Vec<_> = owed.into_iter().map(|delivery| (delivery.kind, delivery.edition)).collect();
        owed.sort();
        owed
    }
}

fn form() -> EnquiryForm {
    EnquiryForm {
        name: "Test User".into(),
        email: "test@example.com".into(),
        phone: "0612345678".into(),
        event_type: "Bruiloft".into(),
        event_date: "2025-12-31".into(),
        message: "Test bericht".into(),
        ..EnquiryForm::default()
    }
}

fn once(kind: &str) -> (String, u32) {
    (kind.to_owned(), 1)
}

fn keyed(key: &str, body: &str) -> Visit {
    let key = IdempotencyKey::parse("contact", key).expect("a key");
    Visit { key: Some((key, Fingerprint::of(body.as_bytes()))), ..Visit::default() }
}

#[tokio::test]
async fn the_sample_stands_in_the_store_with_everything_it_owes() {
    let desk = Desk::open().await;
    let receipt = desk.send(form()).await;
    let lead = desk.lead(receipt.id).await;
    assert_eq!(lead.phone().map(|phone| phone.as_str()), Some("+31612345678"));
    assert_eq!(
        (lead.event_type().map(|kind| kind.as_str()), lead.event_date()),
        (Some("bruiloft"), Some(date(2025, 12, 31)))
    );
    assert_eq!((lead.standing, lead.marks.as_slice()), (Standing::Clear, [Mark::PastDate].as_slice()));
    assert_eq!(desk.owed(lead.id).await, [once("lead.card"), once("lead.confirmation"), once("lead.notice")]);
    assert!(receipt.reference.as_str().starts_with("web-20261121-"));
}

#[tokio::test]
async fn a_double_click_is_one_enquiry() {
    let desk = Desk::open().await;
    let first = desk.send(form()).await;
    desk.pass(9);
    let other_spelling = EnquiryForm { email: "TEST@example.com".into(), phone: "+31 6 12345678".into(), ..form() };
    assert_eq!(desk.send(other_spelling).await, first);
    assert_eq!(desk.count().await, 1);
    desk.pass(2);
    assert_ne!(desk.send(form()).await, first, "after ten minutes it is a new enquiry");
}

#[tokio::test]
async fn a_hundred_clicks_at_once_are_one_enquiry() {
    let desk = Arc::new(Desk::open().await);
    let clicks = (0..100).map(|_| {
        let desk = Arc::clone(&desk);
        tokio::spawn(async move { desk.send(form()).await })
    });
    let mut receipts = Vec::new();
    for click in clicks.collect::<Vec<_>>() {
        receipts.push(click.await.expect("a click"));
    }
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]));
    assert_eq!((desk.count().await, desk.owed(receipts[0].id).await.len()), (1, 3));
}

#[tokio::test]
async fn a_second_form_that_adds_something_is_merged() {
    let desk = Desk::open().await;
    let bare = EnquiryForm { event_date: Default::default(), message: Default::default(), ..form() };
    let first = desk.send(bare).await;
    desk.pass(5);
    let second = desk.send(EnquiryForm { message: "Met licht graag".into(), ..form() }).await;
    assert_eq!(second.id, first.id);
    let lead = desk.lead(first.id).await;
    assert_eq!(
        (lead.event_date(), lead.enquiry.message.as_deref()),
        (Some(date(2025, 12, 31)), Some("Met licht graag"))
    );
    assert_eq!((lead.version, lead.marks.contains(&Mark::Extended)), (2, true));
    let notice_of_the_addition = ("lead.notice".to_owned(), 2);
    assert!(desk.owed(first.id).await.contains(&notice_of_the_addition));
    assert_eq!(desk.owed(first.id).await.len(), 4, "no second confirmation, no second card");
}

#[tokio::test]
async fn another_wish_by_the_same_person_is_another_enquiry() {
    let desk = Desk::open().await;
    let first = desk.send(form()).await;
    let second = desk.send(EnquiryForm { event_date: "2027-06-19".into(), ..form() }).await;
    assert_ne!(first.id, second.id);
    let key = ContactKey::from_stored("mail:test@example.com".to_owned());
    assert!(ContactBook::find(&desk.store, &key).await.expect("a look").is_some(), "both meet in one contact");
    assert_eq!(desk.count().await, 2);
}

#[tokio::test]
async fn the_same_key_and_body_get_the_same_answer() {
    let desk = Desk::open().await;
    let send = async |form: EnquiryForm, visit| desk.intake.submit(LeadKind::Contact, &form, visit).await;
    let first = send(form(), keyed("k1", "body")).await.expect("a receipt");
    desk.pass(60);
    assert_eq!(send(form(), keyed("k1", "body")).await.expect("a receipt"), first);
    assert!(matches!(send(form(), keyed("k1", "another body")).await, Err(IntakeError::KeyReused)));
    assert_eq!(desk.count().await, 1);
    desk.pass(24 * 60);
    assert_ne!(send(form(), keyed("k1", "body")).await.expect("a receipt"), first, "a day later the key is free");
}

#[tokio::test]
async fn a_double_click_under_a_key_is_remembered_under_it() {
    let desk = Desk::open().await;
    let first = desk.send(form()).await;
    let send = async || desk.intake.submit(LeadKind::Contact, &form(), keyed("late", "body")).await;
    assert_eq!(send().await.expect("a receipt"), first);
    desk.pass(30);
    assert_eq!(send().await.expect("a receipt"), first);
    assert_eq!(desk.count().await, 1);
}

#[tokio::test]
async fn a_suspicious_enquiry_is_kept_and_owes_nothing_until_it_is_released() {
    let desk = Desk::open().await;
    let receipt = desk.send(EnquiryForm { website: "https://evil.example".into(), ..form() }).await;
    let lead = desk.lead(receipt.id).await;
    assert_eq!((lead.standing, lead.marks.contains(&Mark::Honeypot)), (Standing::Suspicious, true));
    assert_eq!(desk.owed(lead.id).await, []);
    let held = LeadFilter { standing: Some(Standing::Suspicious), ..LeadFilter::default() };
    assert_eq!(LeadBook::list(&desk.store, &held, 10).await.expect("a list").len(), 1);

    let released = desk.intake.release(lead.id).await.expect("a release").expect("a lead");
    assert_eq!(released.standing, Standing::Released);
    assert_eq!(desk.owed(lead.id).await.len(), 3);
    assert!(desk.intake.release(lead.id).await.expect("a release").is_none(), "once is enough");
    assert_eq!(desk.owed(lead.id).await.len(), 3);
}

#[tokio::test]
async fn a_checker_marks_and_never_costs_an_enquiry() {
    for (verdict, standing) in [
        (HumanVerdict::Human, Standing::Clear),
        (HumanVerdict::NotHuman, Standing::Suspicious),
        (HumanVerdict::NoAnswer, Standing::Clear),
    ] {
        let mut desk = Desk::open().await;
        let mut check = MockHumanCheck::new();
        check.expect_check().times(1).return_const(verdict);
        desk.intake.human = Some(Arc::new(check));
        let receipt = desk.send(EnquiryForm { hcaptcha: "a-token".into(), ..form() }).await;
        assert_eq!(desk.lead(receipt.id).await.standing, standing, "{verdict:?}");
    }
}

#[tokio::test]
async fn a_faulty_form_changes_nothing() {
    let desk = Desk::open().await;
    let faulty = EnquiryForm { email: "nobody".into(), phone: "x".into(), ..form() };
    let refused = desk.intake.submit(LeadKind::Contact, &faulty, keyed("k", "b")).await;
    let Err(IntakeError::Invalid(faults)) = refused else { panic!("{refused:?}") };
    assert_eq!(faults.0.iter().map(|fault| fault.field).collect::<Vec<_>>(), ["email", "phone"]);
    assert_eq!(desk.count().await, 0);
    desk.intake.submit(LeadKind::Contact, &form(), keyed("k", "b")).await.expect("the key is still free");
}

#[tokio::test]
async fn a_call_back_is_an_enquiry_without_a_mailbox() {
    let desk = Desk::open().await;
    let form = EnquiryForm { name: "Jan".into(), phone: "0031 6 1234 5678".into(), ..EnquiryForm::default() };
    let receipt = desk.intake.submit(LeadKind::CallBack, &form, Visit::default()).await.expect("a receipt");
    assert_eq!(desk.owed(receipt.id).await, [once("lead.card"), once("lead.notice")]);
}

#[tokio::test]
async fn a_clean_form_after_a_suspicious_one_is_not_held_back_with_it() {
    let desk = Desk::open().await;
    let held = desk.send(EnquiryForm { website: "https://evil.example".into(), ..form() }).await;
    let clean = desk.send(form()).await;
    assert_ne!(clean.id, held.id);
    assert_eq!((desk.lead(clean.id).await.standing, desk.owed(clean.id).await.len()), (Standing::Clear, 3));
    assert_eq!(desk.owed(held.id).await, []);
    assert_eq!(desk.send(form()).await.id, clean.id, "a double click is one enquiry all the same");
}

#[tokio::test]
async fn a_second_form_is_told_nothing_that_it_did_not_say_itself() {
    let desk = Desk::open().await;
    let first = desk.send(EnquiryForm { package_id: "gold".into(), ..form() }).await;
    let bare = EnquiryForm { event_date: Default::default(), ..form() };
    let second = desk.send(bare).await;
    assert_eq!((second.id, second.submitted_at), (first.id, first.submitted_at));
    assert_eq!((second.event_date, second.package), (None, None));
}

#[tokio::test]
async fn a_name_that_differs_is_kept_beside_the_first() {
    let desk = Desk::open().await;
    let first = desk.send(form()).await;
    for _ in 0..2 {
        let second = desk.send(EnquiryForm { name: "Marie User".into(), ..form() }).await;
        assert_eq!(second.id, first.id);
    }
    let lead = desk.lead(first.id).await;
    assert_eq!((lead.name().as_str(), lead.version), ("Test User / Marie User", 2));
    desk.send(EnquiryForm { name: "test user".into(), ..form() }).await;
    assert_eq!(desk.lead(first.id).await.version, 2, "the same in other letters adds nothing");
}

#[tokio::test]
async fn a_suspicious_form_adds_nothing_to_an_enquiry_that_is_believed() {
    let desk = Desk::open().await;
    let believed = desk.send(form()).await;
    let spam = EnquiryForm { website: "https://evil.example".into(), message: "Koop crypto".into(), ..form() };
    let held = desk.send(spam).await;
    assert_ne!(held.id, believed.id);
    assert_eq!((desk.lead(held.id).await.standing, desk.owed(held.id).await.len()), (Standing::Suspicious, 0));
    let lead = desk.lead(believed.id).await;
    assert_eq!((lead.version, lead.enquiry.message.as_deref()), (1, Some("Test bericht")));
}

#[tokio::test]
async fn a_double_click_whose_token_is_spent_is_still_one_enquiry() {
    let desk = Desk::open().await;
    let first = desk.send(form()).await;
    let again = desk.send(EnquiryForm { website: "https://evil.example".into(), ..form() }).await;
    assert_eq!((again.id, desk.count().await), (first.id, 1));
}
