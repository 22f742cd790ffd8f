//! Who was won: enquiries and bookings of visitors who had seen something.

use std::sync::Arc;

use jiff::SignedDuration;
use mrdj_adapters::phone::NumberingPlans;
use mrdj_core::bookings::{BookingForm, BookingRules, Bookings, LooseTime, Party, Step};
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{DeliveryDesk, Filter};
use mrdj_core::experiments::{ExposureLog, Seen, Shown, Tally, VisitorId};
use mrdj_core::leads::{EnquiryForm, Intake, IntakeRules, LeadBook, LeadKind, Standing, Visit};

use crate::scene::{Scene, bell, hero, subscribers, zone};

impl Scene {
    fn intake(&self) -> Intake {
        Intake {
            store: self.store.clone(),
            leads: self.store.clone(),
            answers: self.store.clone(),
            phones: Arc::new(NumberingPlans::default()),
            human: None,
            owes: vec![Arc::new(subscribers())],
            bell: Arc::new(bell()),
            clock: Arc::new(self.clock.clone()),
            chance: Arc::new(self.chance.clone()),
            detour: None,
            rules: IntakeRules::new(zone(), "site"),
        }
    }

    fn bookings(&self) -> Bookings {
        Bookings {
            store: self.store.clone(),
            book: self.store.clone(),
            calendar: self.store.clone(),
            answers: self.store.clone(),
            phones: Arc::new(NumberingPlans::default()),
            human: None,
            owes: vec![Arc::new(subscribers())],
            bell: Arc::new(bell()),
            clock: Arc::new(self.clock.clone()),
            chance: Arc::new(self.chance.clone()),
            rules: BookingRules::new(zone()),
        }
    }

    /// Somebody who agreed to be known again and has seen the second variation.
    async fn exposed(&self) -> VisitorId {
        let experiment = self.running().await;
        let visitor = self.visitor();
        assert_eq!(self.store.record(&[self.view(&experiment, Some(visitor))]).await.expect("recorded"), 1);
        visitor
    }
}

fn enquiry(email: &str) -> EnquiryForm {
    EnquiryForm {
        name: "Jan Jansen".into(),
        email: email.into(),
        phone: "0612345678".into(),
        event_type: "Bruiloft".into(),
        ..EnquiryForm::default()
    }
}

fn visit(seen: Seen) -> Visit {
    Visit { seen, ..Visit::default() }
}

fn saying() -> Seen {
    Seen::on_page([Shown { experiment: hero(), variation: 1 }])
}

#[tokio::test]
async fn an_enquiry_counts_for_what_its_sender_saw_however_often_it_is_sent() {
    let scene = Scene::new();
    let (visitor, intake) = (scene.exposed().await, scene.intake());
    let form = enquiry("jan@example.com");
    for _ in 0..3 {
        intake.submit(LeadKind::Contact, &form, visit(Seen::by(visitor))).await.expect("a receipt");
    }
    let more = EnquiryForm { message: "En graag licht.".into(), ..form };
    let receipt = intake.submit(LeadKind::Contact, &more, visit(Seen::by(visitor))).await.expect("a receipt");
    assert_eq!(scene.counted(false).await, Tally { exposed: 1, enquiries: 1, ..Tally::default() });
    let lead = LeadBook::find(&*scene.store, receipt.id).await.expect("a look").expect("a lead");
    assert_eq!(lead.seen, Seen::by(visitor), "it is kept with the enquiry");

    let filter = Filter { subject: Some(receipt.id.uuid()), ..Filter::default() };
    let owed = DeliveryDesk::list(&*scene.store, &filter, 100, scene.clock.now()).await.expect("what is owed");
    assert_eq!(owed.iter().map(|owed| owed.kind.as_str()).collect::<Vec<_>>(), ["conversion.enquiry"]);
    assert!(!owed[0].payload.to_string().contains(&visitor.uuid().to_string()));
}

#[tokio::test]
async fn an_enquiry_that_was_held_back_counts_when_it_is_let_through() {
    let scene = Scene::new();
    let (visitor, intake) = (scene.exposed().await, scene.intake());
    let junk = EnquiryForm { website: "https://example.com".into(), ..enquiry("jan@example.com") };
    let receipt = intake.submit(LeadKind::Contact, &junk, visit(Seen::by(visitor))).await.expect("a receipt");
    let held = LeadBook::find(&*scene.store, receipt.id).await.expect("a look").expect("a lead");
    assert_eq!((held.standing, scene.counted(false).await.enquiries), (Standing::Suspicious, 0));
    scene.clock.advance(SignedDuration::from_hours(24 * 40));
    intake.release(receipt.id).await.expect("released").expect("it was held back");
    assert_eq!(scene.counted(false).await.enquiries, 1, "by what was seen before it was sent");
}

#[tokio::test]
async fn without_consent_the_page_s_word_counts_and_names_nobody() {
    let scene = Scene::new();
    scene.running().await;
    let intake = scene.intake();
    for email in ["jan@example.com", "piet@example.com"] {
        intake.submit(LeadKind::Contact, &enquiry(email), visit(saying())).await.expect("a receipt");
    }
    intake.submit(LeadKind::Contact, &enquiry("kees@example.com"), Visit::default()).await.expect("a receipt");
    assert_eq!(scene.counted(true).await, Tally { enquiries: 2, ..Tally::default() });
    assert_eq!(scene.counted(false).await, Tally::default());
}

#[tokio::test]
async fn a_second_form_that_knows_more_of_what_was_seen_counts_it() {
    let scene = Scene::new();
    let (visitor, intake) = (scene.exposed().await, scene.intake());
    intake.submit(LeadKind::Contact, &enquiry("jan@example.com"), Visit::default()).await.expect("a receipt");
    let more = EnquiryForm { message: "En graag licht.".into(), ..enquiry("jan@example.com") };
    intake.submit(LeadKind::Contact, &more, visit(Seen::by(visitor))).await.expect("a receipt");
    assert_eq!(scene.counted(false).await.enquiries, 1);
}

#[tokio::test]
async fn a_booking_counts_its_price_when_it_is_agreed() {
    let scene = Scene::new();
    let (visitor, bookings) = (scene.exposed().await, scene.bookings());
    let form = BookingForm {
        name: "Jan Jansen".into(),
        email: "jan@example.com".into(),
        phone: "0612345678".into(),
        event_type: "Bruiloft".into(),
        event_date: LooseTime::Day("2027-06-19".into()),
        package_id: "silver".into(),
        ..BookingForm::default()
    };
    let receipt = bookings.request(&form, visit(Seen::by(visitor))).await.expect("a receipt");
    assert_eq!(scene.counted(false).await.bookings, 0, "a wish is no booking");
    let now = scene.clock.now();
    let until = |days: i64| now + SignedDuration::from_hours(24 * days);
    bookings.step(receipt.id, &Step::Prolong { until: until(50) }, Party::Business).await.expect("prolonged");
    scene.clock.advance(SignedDuration::from_hours(24 * 40));
    bookings.step(receipt.id, &Step::Offer { until: until(60) }, Party::Business).await.expect("an offer");
    bookings.step(receipt.id, &Step::Agree, Party::Client).await.expect("agreed");
    bookings.step(receipt.id, &Step::PayDeposit, Party::Business).await.expect("paid");
    let booked = Tally { bookings: 1, value_cents: 99_500, squares: 99_500.0 * 99_500.0, ..Tally::default() };
    assert_eq!(scene.counted(false).await, Tally { exposed: 1, ..booked });
    let figures = scene.experiments.figures(&hero()).await.expect("figures");
    let days: Vec<_> = figures.iter().map(|(cell, tally)| (cell.day.to_string(), tally.bookings)).collect();
    assert_eq!(
        days,
        [("2026-11-21".to_owned(), 0), ("2026-12-31".to_owned(), 1)],
        "on the day on which it became true"
    );
}
