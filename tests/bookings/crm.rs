//! Agreed bookings on their way to the CRM, and what it says of them on the way back.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use libtest_mimic::Trial;
use mrdj_adapters::outbound::Outbound;
use mrdj_adapters::rentguy::{Projects, Sandbox, ServiceAccount, StoredProject};
use mrdj_adapters::sandbox::Mode;
use mrdj_core::bookings::{BookingChange, BookingReceipt, EventTime, Party, Step};
use mrdj_core::delivery::{Carried, Courier, Delivery, DeliveryDesk, Filter, Owed, QueueRule, Schedule, State, Worker};
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::leads::Visit;
use mrdj_core::mocks::FakeChance;
use mrdj_core::partners::{
    BOOKING, BookingForCrm, BookingLane, BookingNews, CRM, Compared, CrmCourier, CrmNews, MockCrm, look_at_bookings,
};
use mrdj_core::secret::Secret;
use mrdj_harness::trial;
use mrdj_http::composition::{Crew, House as Composed, StandIns};
use mrdj_http::settings::{Settings, Sources};

use crate::house::{House, form};

const EVENING: &str = "2026-12-31";

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial(
            "crm::an_agreed_booking_and_whatever_becomes_of_it_is_one_project",
            an_agreed_booking_and_whatever_becomes_of_it_is_one_project,
        ),
        trial("crm::a_wish_that_was_never_agreed_stays_here", a_wish_that_was_never_agreed_stays_here),
        trial(
            "crm::an_edition_that_comes_late_carries_the_booking_as_it_is_now",
            an_edition_that_comes_late_carries_the_booking_as_it_is_now,
        ),
        trial(
            "crm::an_account_that_is_refused_puts_bookings_off_and_closes_no_queue",
            an_account_that_is_refused_puts_bookings_off_and_closes_no_queue,
        ),
        trial("crm::what_somebody_moved_there_is_heard", what_somebody_moved_there_is_heard),
        trial(
            "crm::a_look_that_is_late_or_fails_leaves_it_to_the_next",
            a_look_that_is_late_or_fails_leaves_it_to_the_next,
        ),
        trial("crm::where_no_bookings_go_they_are_skipped_by_name", where_no_bookings_go_they_are_skipped_by_name),
        trial("crm::a_whole_house_puts_an_agreed_booking_there", a_whole_house_puts_an_agreed_booking_there),
    ]
}

/// Keeps what was heard last.
#[derive(Default)]
struct Heard(Mutex<Vec<BookingNews>>);

#[async_trait]
impl CrmNews for Heard {
    async fn heard(&self, news: Vec<BookingNews>, _: Timestamp) -> Result<(), PortError> {
        *self.0.lock().expect("nobody panics while holding it") = news;
        Ok(())
    }
}

/// A business whose agreed bookings go to a stand-in of the CRM.
struct Scene {
    house: House<mrdj_adapters::memory::Memory>,
    far: Sandbox,
    heard: Arc<Heard>,
}

impl Scene {
    async fn begin() -> Self {
        let mut house = House::in_memory().await;
        house.bookings.owes.push(Arc::new(BookingForCrm));
        let far = Sandbox::start().await.expect("a stand-in");
        Self { house, far, heard: Arc::default() }
    }

    fn courier(&self, account: ServiceAccount) -> CrmCourier {
        let projects = Arc::new(Projects::new(account, Outbound::new(Default::default())));
        let book = self.house.store.clone();
        let (watch, news) = (Some(projects.clone() as _), self.heard.clone());
        let lane = BookingLane { crm: projects, watch, news, book, source: "website".to_owned() };
        CrmCourier { crm: Arc::new(MockCrm::new()), leads: self.house.store.clone(), bookings: Some(lane) }
    }

    /// Carries everything that is owed.
    async fn work(&self) {
        self.work_as(self.far.account()).await;
    }

    async fn work_as(&self, account: ServiceAccount) {
        let (store, clock) = (self.house.store.clone(), Arc::new(self.house.clock.clone()));
        let worker = Worker::new(store.clone(), store, clock.clone(), clock, Arc::new(FakeChance::seeded(1)));
        let worker =
            worker.with_courier(Arc::new(self.courier(account)), QueueRule { concurrency: 1, ..QueueRule::default() });
        while !worker.run_once().await.expect("a turn").is_idle() {}
    }

    async fn agreed(&self) -> BookingReceipt {
        let receipt = self.house.ask("jan", EVENING).await.expect("booked");
        self.step(&receipt, &Step::Agree).await;
        receipt
    }

    async fn step(&self, receipt: &BookingReceipt, step: &Step) {
        self.house.bookings.step(receipt.id, step, Party::Business).await.expect("a step");
    }

    /// What is owed to the CRM, oldest first.
    async fn owed(&self) -> Vec<Delivery> {
        let filter = Filter { queue: Some(CRM), ..Filter::default() };
        self.house.store.list(&filter, 100, self.house.clock_now()).await.expect("a list")
    }

    /// The names of the projects there, with their first days.
    fn there(&self) -> Vec<(String, String)> {
        let told = |project: StoredProject| (project.name, project.start_date.to_string());
        self.far.projects().into_iter().map(told).collect()
    }
}

/// The delivery of the look that is due at `at`.
fn look(at: Timestamp) -> Delivery {
    let schedule = look_at_bookings();
    let begun = schedule.begin(None, at - SignedDuration::from_mins(1)).tick;
    schedule.fire(&begun, at, at, &FakeChance::seeded(2)).owes.expect("a look")
}

fn skipped(delivery: &Delivery) -> Option<&str> {
    match &delivery.state {
        State::Done { skipped, .. } => skipped.as_deref(),
        other => panic!("it is not done: {other:?}"),
    }
}

async fn an_agreed_booking_and_whatever_becomes_of_it_is_one_project() {
    let scene = Scene::begin().await;
    let receipt = scene.agreed().await;
    scene.work().await;
    let name = format!("bruiloft {}", receipt.reference);
    assert_eq!(scene.there(), [(name.clone(), EVENING.to_owned())]);

    let change = BookingChange { time: Some(EventTime::Day(date(2027, 1, 2))), ..BookingChange::default() };
    scene.house.bookings.change(receipt.id, &change, Party::Business).await.expect("changed");
    scene.step(&receipt, &Step::PayDeposit).await;
    scene.work().await;
    assert_eq!(scene.there(), [(name.clone(), "2027-01-02".to_owned())]);
    let notes = scene.far.projects().pop().and_then(|project| project.notes).expect("notes");
    assert!(notes.contains(&format!("[mrdj {} v4 {} deposit", receipt.id, receipt.reference)), "{notes}");

    scene.step(&receipt, &Step::Cancel { by: Party::Client }).await;
    scene.work().await;
    assert_eq!(scene.there(), [(format!("CANCELLED {name}"), "2027-01-02".to_owned())]);
    let mut editions: Vec<_> = scene.owed().await.into_iter().map(|owed| (owed.kind, owed.edition)).collect();
    // On a clock that stands still they are of one age, and were carried in any order.
    editions.sort();
    assert_eq!(editions, [2, 3, 4, 5].map(|edition| (BOOKING.to_owned(), edition)));
}

async fn a_wish_that_was_never_agreed_stays_here() {
    let scene = Scene::begin().await;
    let receipt = scene.house.ask("jan", EVENING).await.expect("booked");
    assert_eq!(scene.owed().await, []);
    scene.step(&receipt, &Step::Cancel { by: Party::Client }).await;
    scene.work().await;
    let owed = scene.owed().await;
    assert_eq!(
        owed.iter().map(skipped).collect::<Vec<_>>(),
        [Some("it was never agreed, so the CRM was never told of it")]
    );
    assert_eq!((scene.there(), scene.far.login_count()), (Vec::new(), 0));
}

async fn an_edition_that_comes_late_carries_the_booking_as_it_is_now() {
    let scene = Scene::begin().await;
    let receipt = scene.agreed().await;
    let courier = scene.courier(scene.far.account());
    scene.step(&receipt, &Step::PayDeposit).await;
    let owed = scene.owed().await;
    for delivery in owed.iter().rev() {
        let carried = courier.carry(delivery, scene.house.clock_now()).await.expect("carried");
        assert_eq!(carried, Carried::Delivered { receipt: Some("1".to_owned()) });
    }
    let notes = scene.far.projects().pop().and_then(|project| project.notes).expect("notes");
    assert!(notes.contains(" v3 ") && notes.contains(" deposit "), "{notes}");
    assert_eq!((owed.len(), scene.far.projects().len()), (2, 1));
}

async fn an_account_that_is_refused_puts_bookings_off_and_closes_no_queue() {
    let scene = Scene::begin().await;
    scene.agreed().await;
    let stranger = ServiceAccount { password: Secret::from("another-password".to_owned()), ..scene.far.account() };
    scene.work_as(stranger).await;
    let owed = scene.owed().await.pop().expect("a delivery");
    let in_five_minutes = scene.house.clock_now() + SignedDuration::from_mins(5);
    assert_eq!((owed.state, owed.failures), (State::Ready { at: in_five_minutes }, 0));

    // No breaker has to cool down once it is mended.
    scene.house.clock.advance(SignedDuration::from_mins(5));
    scene.work().await;
    assert_eq!(scene.far.projects().len(), 1);
}

async fn what_somebody_moved_there_is_heard() {
    let scene = Scene::begin().await;
    let receipt = scene.agreed().await;
    scene.work().await;
    let (now, courier) = (scene.house.clock_now(), scene.courier(scene.far.account()));
    let heard = async || {
        let carried = courier.carry(&look(now), now).await.expect("a look");
        assert_eq!(carried, Carried::Delivered { receipt: None });
        let news = scene.heard.0.lock().expect("nobody panics while holding it").clone();
        news.into_iter().map(|one| (one.state.booking, one.compared)).collect::<Vec<_>>()
    };
    assert_eq!(heard().await, [(receipt.id, Compared::Same)]);
    scene.far.change_projects(|projects| projects[0].end_date = date(2027, 1, 1));
    assert_eq!(heard().await, [(receipt.id, Compared::Moved)]);
    scene.step(&receipt, &Step::PayDeposit).await;
    assert_eq!(heard().await, [(receipt.id, Compared::Behind)]);
    scene.work().await;
    assert_eq!(heard().await, [(receipt.id, Compared::Same)], "what we know is what it has");
}

async fn a_look_that_is_late_or_fails_leaves_it_to_the_next() {
    let scene = Scene::begin().await;
    scene.agreed().await;
    scene.work().await;
    let (now, courier) = (scene.house.clock_now(), scene.courier(scene.far.account()));
    let skipped = |reason: &str| Carried::Skipped { reason: reason.to_owned() };
    let late = look(now - SignedDuration::from_mins(15));
    assert_eq!(courier.carry(&late, now).await.expect("nothing to do"), skipped("a later look is owed"));
    for (status, reason) in [(500, "500"), (403, "403: the service account may not do this")] {
        courier.carry(&look(now), now).await.expect("a login that is kept");
        scene.far.reading_knobs().set(Mode::Answer { status, retry_after_s: None, body: None });
        assert_eq!(courier.carry(&look(now), now).await.expect("left to the next"), skipped(reason));
        scene.far.reading_knobs().set(Mode::Healthy);
    }
    scene.far.reading_knobs().set(Mode::CutBeforeAccepting);
    let error = courier.carry(&look(now), now).await.expect_err("an outage is for the breaker");
    assert_eq!(error.kind, ErrorKind::Unavailable, "{error}");
}

async fn where_no_bookings_go_they_are_skipped_by_name() {
    let scene = Scene::begin().await;
    scene.agreed().await;
    let now = scene.house.clock_now();
    let courier = CrmCourier { bookings: None, ..scene.courier(scene.far.account()) };
    let booking = scene.owed().await.pop().expect("a delivery");
    for delivery in [booking.clone(), look(now)] {
        let carried = courier.carry(&delivery, now).await.expect("nothing to do");
        assert_eq!(carried, Carried::Skipped { reason: "no bookings go to this CRM".to_owned() });
    }
    let owed = Owed::now(CRM, "booking.poem");
    let unknown = Delivery::new(owed, booking.subject, now, &FakeChance::seeded(3));
    let error = courier.carry(&unknown, now).await.expect_err("no such kind");
    assert_eq!((error.kind, error.summary.as_str()), (ErrorKind::Rejected, "the CRM takes no booking.poem"));
    assert_eq!(Schedule::occurrence(&look(now)), now);
}

async fn a_whole_house_puts_an_agreed_booking_there() {
    let directory = tempfile::tempdir().expect("a directory");
    let data_dir = BTreeMap::from([("DATA_DIR".to_owned(), directory.path().display().to_string())]);
    let sources = Sources::gather(data_dir, BTreeMap::new(), Box::new(|path| std::fs::read_to_string(path)));
    let mut settings = Settings::parse(&sources.expect("sources")).expect("settings");
    let stand_ins = StandIns::start(&mut settings).await.expect("stand-ins");
    let built = Composed::open(settings).await.expect("a store").build().expect("a house");
    let (bookings, crew) = (built.app.bookings.clone(), built.crew.map(Crew::start));

    let day = bookings.clock.now() + SignedDuration::from_hours(24 * 90);
    let day = bookings.rules.zone.to_datetime(day).date();
    let receipt = bookings.request(&form("jan", &day.to_string()), Visit::default()).await.expect("booked");
    bookings.step(receipt.id, &Step::Agree, Party::Business).await.expect("agreed");
    let rentguy = stand_ins.rentguy.as_ref().expect("a stand-in of it");
    let arrived = async {
        while rentguy.projects().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), arrived).await.expect("it arrives");
    let project = rentguy.projects().pop().expect("a project");
    assert_eq!((project.name, project.start_date), (format!("bruiloft {}", receipt.reference), day));
    if let Some(crew) = crew {
        crew.stop(built.shutdown_timeout).await;
    }
    built.store.close().await;
}
