//! Experiments, and what is counted of them.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::error::PortError;
use mrdj_core::experiments::{
    Conversion, Counted, Experiment, ExperimentBook, ExperimentKey, Exposure, ExposureLog, Figures, Known, Stretch,
};
use mrdj_core::store::{Change, Changes, Refusal};

use super::Memory;
use super::state::Record;

/// Everything that was counted.
#[derive(Debug, Default)]
pub(super) struct Counter {
    known: Known,
    figures: BTreeMap<ExperimentKey, Figures>,
}

impl Counter {
    /// Counts who was won.
    pub(super) fn convert(&mut self, conversion: &Conversion) {
        let mut counted = Counted::default();
        self.known.convert(conversion, &mut counted);
        self.add(counted);
    }

    fn record(&mut self, exposures: &[Exposure]) -> u64 {
        let mut counted = Counted::default();
        exposures.iter().for_each(|exposure| self.known.expose(exposure, &mut counted));
        let fresh = counted.fresh();
        self.add(counted);
        fresh
    }

    fn add(&mut self, counted: Counted) {
        for ((experiment, cell), tally) in counted.figures {
            *self.figures.entry(experiment).or_default().entry(cell).or_default() += tally;
        }
    }

    fn sweep_exposed(&mut self, before: Timestamp, limit: usize) -> u64 {
        let rows = self.known.exposed.values().flatten();
        let old = oldest(rows.map(|row| (row.at, (row.visitor, row.experiment.clone(), row.phase))), before, limit);
        self.known.exposed.retain(|_, rows| {
            rows.retain(|row| !old.contains(&(row.visitor, row.experiment.clone(), row.phase)));
            !rows.is_empty()
        });
        old.len() as u64
    }

    fn sweep_conversions(&mut self, before: Timestamp, limit: usize) -> u64 {
        let old = oldest(self.known.converted.iter().map(|(name, at)| (*at, *name)), before, limit);
        self.known.converted.retain(|name, _| !old.contains(name));
        self.known.conversions.retain(|_, all| {
            all.retain(|one| !old.contains(&(one.id, one.goal)));
            !all.is_empty()
        });
        old.len() as u64
    }

    fn sweep_ids(&mut self, before: Timestamp, limit: usize) -> u64 {
        let old = oldest(self.known.events.iter().map(|(id, at)| (*at, *id)), before, limit);
        self.known.events.retain(|id, _| !old.contains(id));
        old.len() as u64
    }
}

/// The names of no more than so many things of before `before`, the oldest first.
pub(super) fn oldest<T: Ord>(
    all: impl Iterator<Item = (Timestamp, T)>,
    before: Timestamp,
    limit: usize,
) -> BTreeSet<T> {
    let mut old: Vec<_> = all.filter(|(at, _)| *at < before).collect();
    old.sort_unstable();
    old.truncate(limit);
    old.into_iter().map(|(_, name)| name).collect()
}

impl Record {
    /// Whether a decision believes in another version of an experiment.
    pub(super) fn refuses_experiments(&self, changes: &Changes) -> Option<Refusal> {
        let present = |key: &ExperimentKey| self.experiments.get(key).map_or(0, |known| known.version);
        let moved = changes.facts.iter().any(|fact| match fact {
            Change::KeepExperiment(experiment) => present(&experiment.key) + 1 != experiment.version,
            _ => false,
        });
        moved.then_some(Refusal::VersionMoved)
    }

    /// Keeps an experiment as it is now.
    pub(super) fn keep_experiment(&mut self, experiment: Experiment) {
        self.counter.known.experiments.insert(experiment.key.clone(), Stretch::of(&experiment));
        self.experiments.insert(experiment.key.clone(), experiment);
    }
}

#[async_trait]
impl ExperimentBook for Memory {
    async fn find(&self, key: &ExperimentKey) -> Result<Option<Experiment>, PortError> {
        Ok(self.record().experiments.get(key).cloned())
    }

    async fn list(&self) -> Result<Vec<Experiment>, PortError> {
        Ok(self.record().experiments.values().cloned().collect())
    }
}

#[async_trait]
impl ExposureLog for Memory {
    async fn record(&self, exposures: &[Exposure]) -> Result<u64, PortError> {
        Ok(self.record().counter.record(exposures))
    }

    async fn figures(&self, experiment: &ExperimentKey) -> Result<Figures, PortError> {
        Ok(self.record().counter.figures.get(experiment).cloned().unwrap_or_default())
    }

    async fn sweep_exposures(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        let counter = &mut self.record().counter;
        Ok(counter.sweep_exposed(before, limit) + counter.sweep_conversions(before, limit))
    }

    async fn sweep_exposure_ids(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        Ok(self.record().counter.sweep_ids(before, limit))
    }
}
