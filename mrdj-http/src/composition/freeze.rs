//! Experiments whose visitors are not divided as planned are frozen: from then on they show nothing, and nothing wins.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use jiff::tz::TimeZone;
use mrdj_core::error::PortError;
use mrdj_core::experiments::report::{Ask, Audience};
use mrdj_core::experiments::{Experiment, ExperimentError, Experiments};
use tracing::{info, warn};

use super::figures;
use super::house::House;
use super::servant::Servant;

/// How often figures are looked at; they are kept by day, so that a look costs as many rows as there are days.
const REST: Duration = Duration::from_secs(300);
/// By whom it is frozen.
const SYSTEM: &str = "system";
/// How an experiment may stand; each is counted, so that none keeps an old figure.
const WORDS: [&str; 5] = ["draft", "running", "paused", "frozen", "stopped"];

/// Looks at the figures of what runs.
struct Scorekeeper {
    experiments: Experiments,
    zone: TimeZone,
}

/// What freezes the experiments of `house` that are not to be believed.
pub(super) fn scorekeeper(house: &House) -> Box<dyn Servant> {
    Box::new(Scorekeeper { experiments: house.experiments(), zone: house.settings().business.zone.clone() })
}

impl Scorekeeper {
    async fn look(&self) -> Result<(), PortError> {
        let experiments = self.experiments.list().await?;
        let mut counts: BTreeMap<_, _> = WORDS.map(|word| (word, 0)).into();
        for experiment in &experiments {
            let now = self.look_at(experiment).await;
            *counts.entry(now).or_default() += 1;
        }
        figures::gauge_experiments(&counts);
        Ok(())
    }

    /// Freezes one that is not to be believed, and says how it stands; trouble with one is none with the next.
    async fn look_at(&self, experiment: &Experiment) -> &'static str {
        match self.judge(experiment).await {
            Ok(Some(frozen)) => {
                let key = &frozen.key;
                figures::count_frozen();
                info!(experiment.key = %key, "experiment {key} was frozen: its visitors are not divided as planned");
                return frozen.word();
            }
            // Somebody was faster.
            Ok(None) | Err(ExperimentError::Step(_) | ExperimentError::Unknown) => {}
            Err(error) => {
                let key = &experiment.key;
                warn!(experiment.key = %key, error = %error, "the figures of experiment {key} could not be looked at: {error}");
            }
        }
        experiment.word()
    }

    async fn judge(&self, experiment: &Experiment) -> Result<Option<Experiment>, ExperimentError> {
        if !experiment.is_exposing() {
            return Ok(None);
        }
        let figures = self.experiments.figures(&experiment.key).await?;
        let ask = Ask { phase: Some(experiment.phase), ..Ask::latest(self.experiments.clock.now(), &self.zone) };
        let of_each = Audience::ALL.map(|of| experiment.summary(&figures, &Ask { of: Some(of), ..ask }));
        let Some(step) = of_each.into_iter().flatten().find_map(|summary| summary.asks_for()) else { return Ok(None) };
        // Somebody may have begun another phase meanwhile, of which these figures say nothing.
        let is_same = self.experiments.find(&experiment.key).await?.is_some_and(|now| now.phase == experiment.phase);
        if !is_same {
            return Ok(None);
        }
        self.experiments.step(&experiment.key, &step, SYSTEM).await.map(Some)
    }
}

#[async_trait]
impl Servant for Scorekeeper {
    fn name(&self) -> &'static str {
        "scorekeeper"
    }

    async fn turn(&self) -> Duration {
        if let Err(error) = self.look().await {
            warn!(error = %error, "experiments could not be looked at: {error}");
        }
        REST
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use mrdj_adapters::memory::Memory;
    use mrdj_adapters::sqlite::{Config, Sqlite};
    use mrdj_core::chance::Chance;
    use mrdj_core::delivery::MockBell;
    use mrdj_core::error::ErrorKind;
    use mrdj_core::experiments::{ExperimentBook, ExperimentKey, ExposureLog, MockExposureLog, Step, VisitorId};
    use mrdj_core::id::Id;
    use mrdj_core::mocks::{FakeChance, FakeClock};
    use mrdj_core::store::Store;
    use serde_json::json;

    use super::*;

    fn scorekeeper<S>(store: &Arc<S>, log: Arc<dyn ExposureLog>) -> Scorekeeper
    where
        S: Store + ExperimentBook + 'static,
    {
        let mut bell = MockBell::new();
        bell.expect_ring().return_const(());
        let experiments = Experiments {
            store: store.clone(),
            book: store.clone(),
            log,
            owes: Vec::new(),
            bell: Arc::new(bell),
            clock: Arc::new(FakeClock::default()),
            chance: Arc::new(FakeChance::seeded(3)),
        };
        Scorekeeper { experiments, zone: TimeZone::UTC }
    }

    /// Starts an experiment of that key, and lets so many people see each of its variations.
    async fn given_seen(keeper: &Scorekeeper, key: &str, seen: [usize; 2]) -> ExperimentKey {
        given_told(keeper, key, seen, &|chance| Some(VisitorId::new(chance))).await
    }

    /// The same, by whoever `who` names.
    async fn given_told(
        keeper: &Scorekeeper,
        key: &str,
        seen: [usize; 2],
        who: &dyn Fn(&dyn Chance) -> Option<VisitorId>,
    ) -> ExperimentKey {
        let form = json!({
            "key": key, "name": "Hero", "hypothesis": "A face sells better than a stage.", "goal": "enquiries",
            "variations": [{ "key": "control" }, { "key": "face" }], "minimumSample": 10, "smallestEffect": 0.5,
        });
        let experiments = &keeper.experiments;
        let draft = experiments.create(&form, "rik").await.expect("a draft");
        let running = experiments.step(&draft.key, &Step::Start, "rik").await.expect("it starts");
        let (now, chance) = (experiments.clock.now(), &*experiments.chance);
        let view = |variation| {
            running.exposure(Id::new(now, chance), variation, who(chance), now, &keeper.zone).expect("it runs")
        };
        let views: Vec<_> = ["control", "face"]
            .into_iter()
            .zip(seen)
            .flat_map(|(variation, many)| (0..many).map(move |_| variation))
            .map(view)
            .collect();
        experiments.log.record(&views).await.expect("it is counted");
        draft.key
    }

    async fn freezes_what_is_not_divided_as_planned<S>(store: Arc<S>)
    where
        S: Store + ExperimentBook + ExposureLog + 'static,
    {
        let keeper = scorekeeper(&store, store.clone());
        let even = given_seen(&keeper, "even", [200, 205]).await;
        let uneven = given_seen(&keeper, "uneven", [400, 100]).await;
        for _ in 0..2 {
            assert_eq!(keeper.turn().await, REST);
        }
        let found = keeper.experiments.find(&uneven).await.expect("a look").expect("it is kept");
        let reason = found.frozen.clone().expect("it is frozen");
        assert!(reason.starts_with("visitors are not divided as planned. face has too few"), "{reason}");
        let line = found.life.last().expect("a line");
        assert_eq!((line.by.as_str(), line.what.word(), line.note == reason), ("system", "frozen", true));
        assert_eq!(found.life.len(), 3, "it is frozen once");
        let left_alone = keeper.experiments.find(&even).await.expect("a look").expect("it is kept");
        assert_eq!(left_alone.word(), "running");
    }

    #[tokio::test]
    async fn what_is_not_divided_as_planned_is_frozen_by_the_system_once() {
        freezes_what_is_not_divided_as_planned(Arc::new(Memory::new())).await;
    }

    #[tokio::test]
    async fn so_it_is_in_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = Sqlite::open(&Config::at(folder.path().join("mrdj.db"))).await.expect("a file");
        freezes_what_is_not_divided_as_planned(Arc::new(file.clone())).await;
        file.close().await;
    }

    #[tokio::test]
    async fn views_are_looked_at_where_some_people_are_known_too() {
        let memory = Arc::new(Memory::new());
        let keeper = scorekeeper(&memory, memory.clone());
        let key = given_told(&keeper, "uneven", [8_000, 2_000], &|_| None).await;
        let found = keeper.experiments.find(&key).await.expect("a look").expect("it is kept");
        let (now, chance) = (keeper.experiments.clock.now(), &*keeper.experiments.chance);
        let known = (0..2_000).map(|nr| ["control", "face"][nr % 2]).map(|variation| {
            let visitor = Some(VisitorId::new(chance));
            found.exposure(Id::new(now, chance), variation, visitor, now, &keeper.zone).expect("it runs")
        });
        keeper.experiments.log.record(&known.collect::<Vec<_>>()).await.expect("it is counted");
        assert_eq!(keeper.turn().await, REST);
        let found = keeper.experiments.find(&key).await.expect("a look").expect("it is kept");
        assert_eq!(found.word(), "frozen");
    }

    #[tokio::test]
    async fn figures_that_are_away_leave_everything_as_it_is() {
        let memory = Arc::new(Memory::new());
        let key = given_seen(&scorekeeper(&memory, memory.clone()), "uneven", [400, 100]).await;
        let mut log = MockExposureLog::new();
        let away = || PortError::new(ErrorKind::Unavailable, "case", "figures", "away");
        log.expect_figures().once().returning(move |_| Err(away()));
        let keeper = scorekeeper(&memory, Arc::new(log));
        assert_eq!(keeper.turn().await, REST);
        let found = keeper.experiments.find(&key).await.expect("a look").expect("it is kept");
        assert_eq!(found.word(), "running");
    }
}
