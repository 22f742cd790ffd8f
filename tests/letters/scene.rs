//! What a test begins with.

use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use mrdj_adapters::memory::Memory;
use mrdj_adapters::outbound::{self, Outbound};
use mrdj_adapters::postmark::{Postmark, Sandbox, SentMail};
use mrdj_adapters::sqlite::{Config, Sqlite};
use mrdj_core::bookings::{
    Booking, BookingBook, BookingChange, BookingForm, BookingId, BookingRules, Bookings, EventTime, LooseTime,
    LooseTruth, Party, Step,
};
use mrdj_core::clock::Clock;
use mrdj_core::contacts::{EmailAddress, InvalidPhone, Phone, PhoneNormalizer};
use mrdj_core::delivery::{Delivery, DeliveryDesk, Filter, MockBell, QueueRule, State, Worker};
use mrdj_core::leads::{Loose, Visit};
use mrdj_core::messages::{House, MailCourier, MailsForBooking, PostageRule};
use mrdj_core::mocks::{FakeChance, FakeClock};
use tempfile::TempDir;

struct EveryNumber;

impl PhoneNormalizer for EveryNumber {
    fn normalize(&self, text: &str) -> Result<Phone, InvalidPhone> {
        Phone::dialled(text).map(Phone::known)
    }
}

/// Where notices go.
pub(crate) const INBOX: &str = "info@example.com";

/// A business that takes bookings and tells of them.
pub(crate) struct Scene {
    pub(crate) store: Sqlite,
    pub(crate) bookings: Bookings,
    pub(crate) clock: FakeClock,
    pub(crate) far: Sandbox,
    workers: [Worker; 2],
    _directory: TempDir,
}

pub(crate) fn moment(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

pub(crate) fn amsterdam() -> TimeZone {
    TimeZone::get("Europe/Amsterdam").expect("a zone of the list")
}

impl Scene {
    pub(crate) async fn at(now: &str) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Sqlite::open(&Config::at(directory.path().join("mrdj.db"))).await.expect("a store");
        let (clock, shared) = (FakeClock::at(moment(now)), Arc::new(store.clone()));
        let mut bell = MockBell::new();
        bell.expect_ring().return_const(());
        let bookings = Bookings {
            store: shared.clone(),
            book: shared.clone(),
            calendar: shared.clone(),
            answers: shared.clone(),
            phones: Arc::new(EveryNumber),
            human: None,
            owes: vec![Arc::new(MailsForBooking { zone: amsterdam() })],
            bell: Arc::new(bell),
            clock: Arc::new(clock.clone()),
            chance: Arc::new(FakeChance::seeded(7)),
            rules: BookingRules::new(amsterdam()),
        };
        let far = Sandbox::start().await.expect("a free port");
        let workers = [1, 2].map(|seed| worker(&store, &clock, &far, seed));
        Self { store, bookings, clock, far, workers, _directory: directory }
    }

    /// Books `day` in the name of `who`.
    pub(crate) async fn book(&self, who: &str, day: &str) -> BookingId {
        let email = format!("{who}@example.com");
        let form = BookingForm {
            name: Loose::from("Jan Jansen"),
            email: Loose::from(&*email),
            phone: Loose::from("0612345678"),
            event_type: Loose::from("Bruiloft"),
            event_date: LooseTime::Day(Loose::from(day)),
            wait_behind: LooseTruth::Is(true),
            ..BookingForm::default()
        };
        let receipt = self.bookings.request(&form, Visit::default()).await.expect("a receipt");
        self.tick();
        receipt.id
    }

    /// A booking that is agreed.
    pub(crate) async fn agree(&self, who: &str, day: &str) -> BookingId {
        let id = self.book(who, day).await;
        self.step(id, Step::Offer { until: self.then(24 * 7) }).await;
        self.step(id, Step::Agree).await;
        id
    }

    pub(crate) async fn step(&self, id: BookingId, step: Step) {
        let by = if let Step::Cancel { by } = step { by } else { Party::Business };
        self.bookings.step(id, &step, by).await.expect("a step");
        self.tick();
    }

    pub(crate) async fn move_to(&self, id: BookingId, time: EventTime) {
        let change = BookingChange { time: Some(time), ..BookingChange::default() };
        self.bookings.change(id, &change, Party::Business).await.expect("a change");
        self.tick();
    }

    pub(crate) async fn look(&self, id: BookingId) -> Booking {
        BookingBook::find(&self.store, id).await.expect("a look").expect("a booking")
    }

    /// A moment passes, so that ids have an order.
    fn tick(&self) {
        self.clock.advance(SignedDuration::from_millis(1));
    }

    pub(crate) fn then(&self, hours: i64) -> Timestamp {
        self.clock.now() + SignedDuration::from_hours(hours)
    }

    pub(crate) fn pass(&self, hours: i64) {
        self.clock.advance(SignedDuration::from_hours(hours));
    }

    /// Turns the clock to `now`.
    pub(crate) fn wait_until(&self, now: Timestamp) {
        self.clock.advance(now.duration_since(self.clock.now()));
    }

    /// Lets both workers carry all that is due, side by side.
    pub(crate) async fn work(&self) {
        loop {
            let turns = futures_util::join!(self.workers[0].run_once(), self.workers[1].run_once());
            if turns.0.expect("a turn").is_idle() & turns.1.expect("a turn").is_idle() {
                return;
            }
        }
    }

    /// What left for `who` since the last look, by kind and in order of kind.
    pub(crate) async fn told(&self, who: &str) -> Vec<String> {
        let mut kinds: Vec<_> = self.letters(who).await.into_iter().filter_map(|mail| mail.tag).collect();
        kinds.sort();
        self.far.reset();
        kinds
    }

    /// The letters that have left for `who`, oldest first.
    pub(crate) async fn letters(&self, who: &str) -> Vec<SentMail> {
        self.work().await;
        let to = if who.contains('@') { who.to_owned() } else { format!("{who}@example.com") };
        self.far.sent().into_iter().filter(|mail| mail.to == to).collect()
    }

    /// Everything that was owed under `kind`.
    pub(crate) async fn owed(&self, kind: &str) -> Vec<Delivery> {
        let all = DeliveryDesk::list(&self.store, &Filter::default(), 1_000, self.clock.now()).await.expect("a list");
        all.into_iter().filter(|delivery| delivery.kind == kind).collect()
    }

    /// Why what was owed under `kind` did not leave.
    pub(crate) async fn skipped(&self, kind: &str) -> Vec<String> {
        let owed = self.owed(kind).await.into_iter();
        let reason = |delivery: Delivery| match delivery.state {
            State::Done { skipped, .. } => skipped,
            _ => None,
        };
        owed.filter_map(reason).collect()
    }
}

fn worker(store: &Sqlite, clock: &FakeClock, far: &Sandbox, seed: u64) -> Worker {
    let (shared, sender) = (Arc::new(store.clone()), "Voorbeeld <dj@example.com>".parse().expect("a sender"));
    let address = |text: &str| EmailAddress::parse(text).ok();
    let courier = MailCourier {
        mailer: Arc::new(Postmark::new(far.config(sender), Outbound::new(outbound::Config::default()))),
        post_office: shared.clone(),
        leads: shared.clone(),
        bookings: shared.clone(),
        links: Some(Arc::new(|booking, _| Some(format!("https://example.com/boeking/{}", booking.reference)))),
        postage: PostageRule::default(),
        house: House {
            name: "Voorbeeld".to_owned(),
            phone: None,
            inbox: address(INBOX),
            mailbox: address("dj@example.com"),
            base_url: None,
            zone: amsterdam(),
        },
    };
    let (clock, chance) = (Arc::new(clock.clone()), Arc::new(FakeChance::seeded(seed)));
    let worker = Worker::new(shared, Arc::new(Memory::new()), clock.clone(), clock, chance);
    worker.with_courier(Arc::new(courier), QueueRule::default())
}
