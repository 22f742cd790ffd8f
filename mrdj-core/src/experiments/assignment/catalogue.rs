//! Every feature and experiment, compiled and ready to be asked.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::attributes::Name;
use super::condition::Groups;
use super::experiment::Experiment;
use super::feature::{Effect, Feature};
use super::hash::ByName;
use super::outcome::{ExperimentRun, FeatureResult};
use super::question::Question;
use super::visitor::Visitor;

/// Every feature and experiment of a payload, compiled once: asking it reads no JSON, compiles no pattern and, for
/// visitors without sticky buckets, takes no memory.
#[derive(Debug)]
pub struct Catalogue {
    pub(super) features: Box<[Feature]>,
    pub(super) places: HashMap<Box<str>, usize, BuildHasherDefault<ByName>>,
    pub(super) experiments: Box<[Experiment]>,
    pub(super) groups: Groups,
    /// What visitors are told apart by when nothing is said.
    pub(super) id: Name,
}

impl Catalogue {
    /// What `visitor` gets of the feature `id`, and why. One that is not there is off.
    pub fn feature<'a>(&'a self, id: &str, visitor: &Visitor<'a>) -> FeatureResult<'a> {
        let mut question = Question::new(self, *visitor);
        let verdict = question.feature(id, self.places.get(id).copied(), None);
        FeatureResult {
            value: verdict.value,
            source: verdict.source,
            rule_id: verdict.rule_id,
            experiment: verdict.experiment,
            exposures: question.exposures,
            sticky: question.changed,
        }
    }

    /// What the experiment `key` shows to `visitor`; nothing where there is none of its own by that key.
    pub fn experiment<'a>(&'a self, key: &str, visitor: &Visitor<'a>) -> Option<ExperimentRun<'a>> {
        let experiment = self.experiments.iter().find(|experiment| *experiment.key == *key)?;
        let mut question = Question::new(self, *visitor);
        let result = question.experiment(experiment, None, None);
        Some(ExperimentRun { result, exposures: question.exposures, sticky: question.changed })
    }

    /// Whether there is a feature of that id.
    pub fn has(&self, id: &str) -> bool {
        self.places.contains_key(id)
    }

    /// The ids of all features.
    pub fn features(&self) -> impl Iterator<Item = &str> {
        self.features.iter().map(|feature| &*feature.id)
    }

    /// The experiments that belong to no feature.
    pub fn experiments(&self) -> impl Iterator<Item = &Experiment> {
        self.experiments.iter()
    }

    /// The experiments that are rules of the feature `id`, in the order of its rules.
    pub fn experiments_of(&self, id: &str) -> impl Iterator<Item = &Experiment> {
        let feature = self.places.get(id).map(|at| &self.features[*at]);
        feature.into_iter().flat_map(|feature| &feature.rules).filter_map(|rule| match &rule.effect {
            Effect::Experiment(experiment) => Some(&**experiment),
            Effect::Force(_) | Effect::Nothing => None,
        })
    }

    /// The attributes whose sticky documents are to be handed in, each once.
    pub fn sticky_attributes(&self) -> Vec<&str> {
        let all = self.features().flat_map(|id| self.experiments_of(id)).chain(self.experiments());
        let mut names: Vec<_> = all
            .flat_map(|experiment| [Some(&experiment.hash_attribute), experiment.fallback_attribute.as_ref()])
            .flatten()
            .map(Name::as_str)
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
