//! What a test begins with: a business with a DJ, and a clock.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use mrdj_adapters::memory::Memory;
use mrdj_adapters::phone::NumberingPlans;
use mrdj_core::bookings::{
    Booking, BookingBook, BookingError, BookingEvent, BookingFact, BookingForm, BookingReceipt, BookingRules, Bookings,
    CalendarBook, LooseTime, LooseTruth, Resource, ResourceId,
};
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{MockBell, Owed, Owes, QueueName};
use mrdj_core::error::PortError;
use mrdj_core::idempotency::IdempotencyBook;
use mrdj_core::leads::{Loose, Visit};
use mrdj_core::mocks::{FakeChance, FakeClock};
use mrdj_core::store::{Changes, Commit, Store};

/// Where what a booking owes waits.
pub(crate) const DIARY: QueueName = QueueName::new("diary");

/// Writes down what happened to bookings, and owes one thing for each.
#[derive(Default)]
pub(crate) struct Diary(Mutex<Vec<(BookingEvent, u32)>>);

impl Owes<BookingFact> for Diary {
    fn owes(&self, fact: &BookingFact) -> Vec<Owed> {
        let line = (fact.event, fact.booking.version);
        self.0.lock().expect("nobody panics while holding it").push(line);
        vec![Owed::now(DIARY, format!("booking.{}", fact.event.word())).edition(fact.booking.version)]
    }
}

/// A store before which everybody hesitates, so that between a look and its decision others come in between.
struct Hesitant<S>(Arc<S>);

#[async_trait]
impl<S: Store> Store for Hesitant<S> {
    async fn commit(&self, changes: Changes) -> Result<Commit, PortError> {
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
        self.0.commit(changes).await
    }
}

/// A business that takes bookings.
pub(crate) struct House<S> {
    pub(crate) store: Arc<S>,
    pub(crate) bookings: Bookings,
    pub(crate) clock: FakeClock,
}

impl House<Memory> {
    /// One in memory, with a DJ.
    pub(crate) async fn in_memory() -> Self {
        Self::on(Memory::new()).await
    }
}

impl<S: Store + BookingBook + CalendarBook + IdempotencyBook + 'static> House<S> {
    /// One on `store`, with a DJ.
    pub(crate) async fn on(store: S) -> Self {
        Self::seeded(store, 7).await
    }

    /// The same, with dice of its own.
    pub(crate) async fn seeded(store: S, seed: u64) -> Self {
        let (store, clock) = (Arc::new(store), FakeClock::default());
        let mut bell = MockBell::new();
        bell.expect_ring().return_const(());
        let bookings = Bookings {
            store: Arc::new(Hesitant(store.clone())),
            book: store.clone(),
            calendar: store.clone(),
            answers: store.clone(),
            phones: Arc::new(NumberingPlans::of("NL").expect("a region")),
            human: None,
            owes: vec![Arc::new(Diary::default())],
            bell: Arc::new(bell),
            clock: Arc::new(clock.clone()),
            chance: Arc::new(FakeChance::seeded(seed)),
            rules: BookingRules::new(TimeZone::get("Europe/Amsterdam").expect("a zone of the list")),
        };
        let house = Self { store, bookings, clock };
        house.keep(&dj("dj-1")).await;
        house
    }

    pub(crate) async fn keep(&self, resource: &Resource) {
        self.bookings.keep_resource(resource).await.expect("kept");
    }

    /// Asks for `day` in the name of `who`.
    pub(crate) async fn ask(&self, who: &str, day: &str) -> Result<BookingReceipt, BookingError> {
        self.bookings.request(&form(who, day), Visit::default()).await
    }

    /// The same, ready to stand in line.
    pub(crate) async fn ask_behind(&self, who: &str, day: &str) -> Result<BookingReceipt, BookingError> {
        let form = BookingForm { wait_behind: LooseTruth::Is(true), ..form(who, day) };
        self.bookings.request(&form, Visit::default()).await
    }

    pub(crate) async fn look(&self, receipt: &BookingReceipt) -> Booking {
        self.store.find(receipt.id).await.expect("a look").expect("a booking")
    }

    /// The word of its stage.
    pub(crate) async fn stage(&self, receipt: &BookingReceipt) -> &'static str {
        self.look(receipt).await.stage.word()
    }

    /// What happened to it, in order.
    pub(crate) async fn story(&self, receipt: &BookingReceipt) -> Vec<BookingEvent> {
        let history = self.store.history(receipt.id).await.expect("a history");
        history.into_iter().map(|line| line.event).collect()
    }

    pub(crate) fn pass(&self, hours: i64) {
        self.clock.advance(SignedDuration::from_hours(hours));
    }

    pub(crate) fn clock_now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn then(&self, hours: i64) -> Timestamp {
        self.clock.now() + SignedDuration::from_hours(hours)
    }
}

/// A DJ called `id`.
pub(crate) fn dj(id: &str) -> Resource {
    Resource::performer(ResourceId::parse(id).expect("a name"), "DJ")
}

/// A form of somebody called after `who`.
pub(crate) fn form(who: &str, day: &str) -> BookingForm {
    let email = format!("{who}@example.com");
    BookingForm {
        name: Loose::from("Jan Jansen"),
        email: Loose::from(&*email),
        phone: Loose::from("0612345678"),
        event_type: Loose::from("Bruiloft"),
        event_date: LooseTime::Day(Loose::from(day)),
        ..BookingForm::default()
    }
}
