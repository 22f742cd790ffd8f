//! What a test begins with.

use std::sync::Arc;

use jiff::SignedDuration;
use mrdj_adapters::memory::Memory;
use mrdj_adapters::sqlite::{Config, Sqlite};
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{
    Delivery, DeliveryDesk, DeliveryId, Desk, Filter, MockBell, Owed, QueueRule, Recall, Status, TurnReport, Worker,
};
use mrdj_core::mocks::{FakeChance, FakeClock};
use mrdj_core::store::{Change, Changes, Commit, Store};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tempfile::TempDir;
use uuid::Uuid;

use crate::partner::{CRM, Line, Partner};

/// A store with one queue, its partner, and a worker.
pub(crate) struct Scene {
    pub(crate) store: Sqlite,
    pub(crate) clock: FakeClock,
    pub(crate) chance: FakeChance,
    pub(crate) partner: Arc<Partner>,
    pub(crate) worker: Worker,
    pub(crate) desk: Desk,
    directory: TempDir,
}

impl Scene {
    pub(crate) async fn new(recall: Recall, rule: QueueRule) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Sqlite::open(&Config::at(directory.path().join("mrdj.db"))).await.expect("a store");
        let (clock, chance, partner) = (FakeClock::default(), FakeChance::seeded(7), Partner::new(recall));
        let worker = worker(&store, &clock, &chance, &partner, rule);
        let mut bell = MockBell::new();
        bell.expect_ring().return_const(());
        let rows = Arc::new(store.clone());
        let desk = Desk::new(rows.clone(), rows, Arc::new(bell), Arc::new(clock.clone()), [CRM], [CRM]);
        Self { store, clock, chance, partner, worker, desk, directory }
    }

    pub(crate) async fn promised(recall: Recall) -> Self {
        Self::new(recall, QueueRule::default()).await
    }

    pub(crate) async fn owe(&self, many: usize) -> Vec<DeliveryId> {
        let mut ids = Vec::new();
        for n in 0..many {
            let subject = Uuid::from_u128(n as u128 + 1);
            let delivery = Delivery::new(Owed::now(CRM, "card"), subject, self.clock.now(), &self.chance);
            ids.push(delivery.id);
            let commit = self.store.commit(Changes::new().with(Change::Deliver(delivery))).await;
            assert_eq!(commit.expect("a commit"), Commit::Done);
            // A millisecond between them, so that their ids have an order.
            self.pass_ms(1);
        }
        ids
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.pass_ms(seconds * 1_000);
    }

    pub(crate) fn pass_ms(&self, millis: i64) {
        self.clock.advance(SignedDuration::from_millis(millis));
    }

    pub(crate) async fn turn(&self) -> TurnReport {
        self.worker.run_once().await.expect("a turn")
    }

    /// Turns, and lets `step` seconds pass between turns, until `seconds` have passed.
    pub(crate) async fn work_for(&self, seconds: i64, step: i64) {
        let until = self.clock.now() + SignedDuration::from_secs(seconds);
        while self.clock.now() < until {
            while !self.turn().await.is_idle() {}
            self.pass(step);
        }
    }

    /// Lets a second pass whenever `work` sleeps, and does `beside` after each.
    pub(crate) async fn while_time_passes<T>(&self, work: impl Future<Output = T>, beside: impl AsyncFn()) -> T {
        let time = async {
            loop {
                while !self.clock.is_slept_upon() {
                    tokio::task::yield_now().await;
                }
                self.pass(1);
                beside().await;
            }
        };
        tokio::select! {
            done = work => done,
            never = time => never,
        }
    }

    pub(crate) async fn line(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.directory.path().join("mrdj.db"));
        options.connect().await.expect("a line of one's own")
    }

    pub(crate) async fn look(&self, id: DeliveryId) -> Delivery {
        self.store.find(id).await.expect("a look").expect("a delivery")
    }

    pub(crate) async fn count(&self, status: Status) -> usize {
        let filter = Filter { status: Some(status), ..Filter::default() };
        self.store.list(&filter, 10_000, self.clock.now()).await.expect("a list").len()
    }
}

pub(crate) fn worker(
    store: &Sqlite,
    clock: &FakeClock,
    chance: &FakeChance,
    partner: &Arc<Partner>,
    rule: QueueRule,
) -> Worker {
    let (queue, limiter) = (Arc::new(store.clone()), Arc::new(Memory::new()));
    let (clock, chance) = (Arc::new(clock.clone()), Arc::new(chance.clone()));
    Worker::new(queue, limiter, clock.clone(), clock, chance).with_courier(Arc::new(Line(Arc::clone(partner))), rule)
}
