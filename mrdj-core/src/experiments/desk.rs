//! What operators do with experiments.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use tracing::info;

use super::{
    Definition, Experiment, ExperimentBook, ExperimentError, ExperimentEvent, ExperimentFact, ExperimentKey,
    ExposureLog, Figures, Step,
};
use crate::chance::Chance;
use crate::clock::Clock;
use crate::delivery::{Bell, Delivery, Owes};
use crate::error::{ErrorKind, PortError};
use crate::id::Id;
use crate::store::{Change, Changes, Commit, Store};

/// Makes experiments and sees them through; every use case an operator has with them.
///
/// A route reads a body as JSON, calls one of these, and shows the [`Experiment`] that comes back; what is wrong with a
/// definition comes back with every fault ([`ExperimentError::Invalid`]). Who evaluates asks [`Experiments::list`] once in a
/// while for those that are [`is_exposing`](Experiment::is_exposing), and tells of each view by
/// [`Experiment::exposure`] and an [`ExposureRecorder`](super::ExposureRecorder). Who finds that visitors are not divided as
/// planned takes [`Step::Freeze`] in the name of `system`.
#[derive(Clone)]
pub struct Experiments {
    /// Where experiments are committed.
    pub store: Arc<dyn Store>,
    /// Where they are read back.
    pub book: Arc<dyn ExperimentBook>,
    /// Where is read what was counted.
    pub log: Arc<dyn ExposureLog>,
    /// What an experiment owes the world.
    pub owes: Vec<Arc<dyn Owes<ExperimentFact>>>,
    /// Wakes the workers.
    pub bell: Arc<dyn Bell>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Rolls the dice.
    pub chance: Arc<dyn Chance>,
}

/// Others may be faster a few times; more is a fault.
const ROUNDS: usize = 8;

impl Experiments {
    /// Makes a draft of what `form` defines.
    pub async fn create(&self, form: &Value, by: &str) -> Result<Experiment, ExperimentError> {
        let (key, definition) = Definition::read(form)?;
        let now = self.clock.now();
        let draft = Experiment::draft(Id::new(now, &*self.chance), key, definition, by, now);
        match self.store.commit(self.became(ExperimentEvent::Created, &draft, now)).await? {
            Commit::Done => Ok(self.told(draft)),
            Commit::Refused(_) => Err(ExperimentError::KeyTaken),
        }
    }

    /// Describes an experiment otherwise, as far as it may be while it runs; `form` is a whole definition.
    pub async fn change(&self, key: &ExperimentKey, form: &Value, by: &str) -> Result<Experiment, ExperimentError> {
        let definition = read_for(key, form)?;
        self.step(key, &Step::Change(Box::new(definition)), by).await
    }

    /// Begins an experiment anew by another definition: a new phase, which counts anew.
    pub async fn begin(&self, key: &ExperimentKey, form: &Value, by: &str) -> Result<Experiment, ExperimentError> {
        let definition = read_for(key, form)?;
        self.step(key, &Step::Begin(Box::new(definition)), by).await
    }

    /// Takes a step of an experiment.
    pub async fn step(&self, key: &ExperimentKey, step: &Step, by: &str) -> Result<Experiment, ExperimentError> {
        if matches!(step, Step::Begin(_)) {
            // A store may count what came of the phase before only when it is read.
            self.log.figures(key).await?;
        }
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let before = self.book.find(key).await?.ok_or(ExperimentError::Unknown)?;
            let after = before.step(step, by, now)?;
            if self.store.commit(self.became(step.event(), &after, now)).await? == Commit::Done {
                return Ok(self.told(after));
            }
        }
        Err(PortError::new(ErrorKind::Conflict, "experiments", "step", "too many decisions about one experiment")
            .into())
    }

    /// Finds an experiment.
    pub async fn find(&self, key: &ExperimentKey) -> Result<Option<Experiment>, PortError> {
        self.book.find(key).await
    }

    /// All experiments, by key.
    pub async fn list(&self) -> Result<Vec<Experiment>, PortError> {
        self.book.list().await
    }

    /// Everything that was counted of an experiment.
    pub async fn figures(&self, key: &ExperimentKey) -> Result<Figures, PortError> {
        self.log.figures(key).await
    }

    /// The facts of one step: the experiment as it is now, and what it owes.
    fn became(&self, event: ExperimentEvent, experiment: &Experiment, now: Timestamp) -> Changes {
        let fact = ExperimentFact { event, experiment: experiment.clone() };
        let owed = self.owes.iter().flat_map(|owes| owes.owes(&fact));
        let owed = owed.map(|owed| Change::Deliver(Delivery::new(owed, experiment.id.uuid(), now, &*self.chance)));
        Changes::new().with(Change::KeepExperiment(Box::new(experiment.clone()))).with_all(owed)
    }

    fn told(&self, experiment: Experiment) -> Experiment {
        let (key, word) = (&experiment.key, experiment.word());
        info!(experiment.key = %key, experiment.status = word, "experiment {key} is {word}");
        self.bell.ring();
        experiment
    }
}

fn read_for(key: &ExperimentKey, form: &Value) -> Result<Definition, ExperimentError> {
    let (own, definition) = Definition::read(form)?;
    if own == *key { Ok(definition) } else { Err(ExperimentError::OtherKey) }
}
