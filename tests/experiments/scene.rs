//! What tests begin with: a store in memory, a clock, and an experiment that runs.

use std::sync::Arc;

use jiff::tz::{self, TimeZone};
use mrdj_adapters::memory::Memory;
use mrdj_core::clock::Clock;
use mrdj_core::delivery::MockBell;
use mrdj_core::experiments::{
    Experiment, ExperimentKey, Experiments, ExperimentsForSubscribers, Exposure, ExposureLog, Step, Tally, VisitorId,
};
use mrdj_core::id::Id;
use mrdj_core::mocks::{FakeChance, FakeClock};
use mrdj_core::webhooks::{PartnerName, Subscription};
use serde_json::{Value, json};

/// A business with experiments.
pub(crate) struct Scene {
    pub(crate) store: Arc<Memory>,
    pub(crate) experiments: Experiments,
    pub(crate) clock: FakeClock,
    pub(crate) chance: FakeChance,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let (store, clock, chance) = (Arc::new(Memory::new()), FakeClock::default(), FakeChance::seeded(5));
        let experiments = Experiments {
            store: store.clone(),
            book: store.clone(),
            log: store.clone(),
            owes: vec![Arc::new(subscribers())],
            bell: Arc::new(bell()),
            clock: Arc::new(clock.clone()),
            chance: Arc::new(chance.clone()),
        };
        Self { store, experiments, clock, chance }
    }

    /// An experiment called `hero` that runs.
    pub(crate) async fn running(&self) -> Experiment {
        let draft = self.experiments.create(&form(), "rik").await.expect("a draft");
        self.experiments.step(&draft.key, &Step::Start, "rik").await.expect("it starts")
    }

    /// That `visitor` sees the second variation now.
    pub(crate) fn view(&self, experiment: &Experiment, visitor: Option<VisitorId>) -> Exposure {
        let id = Id::new(self.clock.now(), &self.chance);
        experiment.exposure(id, "face", visitor, self.clock.now(), &zone()).expect("it runs")
    }

    pub(crate) fn visitor(&self) -> VisitorId {
        VisitorId::new(&self.chance)
    }

    /// What was counted of the second variation, over all days, by people or by views.
    pub(crate) async fn counted(&self, anonymous: bool) -> Tally {
        let figures = self.store.figures(&hero()).await.expect("figures");
        let mut sum = Tally::default();
        for (_, tally) in figures.iter().filter(|(cell, _)| cell.variation == 1 && cell.anonymous == anonymous) {
            sum += *tally;
        }
        sum
    }
}

pub(crate) fn hero() -> ExperimentKey {
    ExperimentKey::parse("hero").expect("a key")
}

pub(crate) fn zone() -> TimeZone {
    TimeZone::fixed(tz::offset(1))
}

pub(crate) fn bell() -> MockBell {
    let mut bell = MockBell::new();
    bell.expect_ring().return_const(());
    bell
}

pub(crate) fn subscribers() -> ExperimentsForSubscribers {
    let n8n = Subscription { name: PartnerName::new("n8n"), kinds: Vec::new() };
    let packages = mrdj_core::bookings::Package::samples();
    ExperimentsForSubscribers { subscriptions: vec![n8n], packages, zone: zone() }
}

pub(crate) fn form() -> Value {
    json!({
        "key": "hero", "name": "Hero", "hypothesis": "A face sells better than a stage.",
        "variations": [{ "key": "control" }, { "key": "face" }],
        "goal": "bookings", "minimumSample": 500, "smallestEffect": 0.2,
    })
}
