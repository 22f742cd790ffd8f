//! One question about one visitor: what an experiment shows.

use super::Value;
use super::bandit::Leaf;
use super::bucket::choose;
use super::experiment::{Experiment, Stage};
use super::exposure::Exposure;
use super::outcome::ExperimentResult;
use super::question::{Met, Question, Waiting};
use super::sticky::{Before, StickyDocument, spelled_key};

/// What was decided about a visitor.
#[derive(Clone, Copy)]
enum Decision {
    /// Not in; and whether that is because of what was remembered.
    Out { remembered: bool },
    /// Put to the variation at this place, without counting.
    Put(Option<usize>),
    /// In, at this place, by this number; and whether it was remembered.
    In { at: usize, bucket: f64, remembered: bool },
}

const OUT: Decision = Decision::Out { remembered: false };

/// The attribute that a visitor is known by, and its value.
#[derive(Clone, Copy)]
struct Identity<'a> {
    attribute: &'a str,
    value: Option<&'a Value>,
}

impl<'a> Question<'a> {
    /// What `experiment` shows; `feature` is the one whose rule it is, which waits for it.
    pub(super) fn experiment(
        &mut self,
        experiment: &'a Experiment,
        feature: Option<&'a str>,
        waiting: Option<&Waiting<'_>>,
    ) -> ExperimentResult<'a> {
        let identity = self.identity(experiment);
        let decision = self.decide(experiment, identity, waiting);
        let (at, hash_used, bucket, remembered) = match decision {
            Decision::Out { remembered } => (None, false, None, remembered),
            Decision::Put(at) => (at, false, None, false),
            Decision::In { at, bucket, remembered } => (Some(at), true, Some(bucket), remembered),
        };
        let in_experiment = at.is_some_and(|at| at < experiment.variations.len());
        let result = ExperimentResult {
            experiment,
            feature_id: feature,
            variation: experiment.variation(at),
            in_experiment,
            hash_used,
            hash_attribute: identity.attribute,
            hash_value: identity.value,
            sticky_bucket_used: remembered,
            bucket,
            leaf: if hash_used && in_experiment { self.leaf(experiment) } else { None },
        };
        if let (true, Some(value)) = (hash_used, identity.value) {
            self.remember(&result, value);
            self.exposures.add(Exposure {
                experiment_id: &experiment.key,
                variation_id: &result.variation.key,
                variation: result.variation.id,
                hash_attribute: identity.attribute,
                hash_value: value,
            });
        }
        result
    }

    /// The attribute that decides: the other one only where it could be remembered.
    fn identity(&self, experiment: &'a Experiment) -> Identity<'a> {
        let of = |name| self.visitor.attributes.identity(name);
        let fallback = experiment.fallback_attribute.as_ref().filter(|_| self.remembers(experiment));
        let own = of(&experiment.hash_attribute);
        match fallback.filter(|_| own.is_none()).and_then(|name| of(name).map(|value| (name, value))) {
            Some((name, value)) => Identity { attribute: name.as_str(), value: Some(value) },
            None => Identity { attribute: experiment.hash_attribute.as_str(), value: own },
        }
    }

    fn remembers(&self, experiment: &Experiment) -> bool {
        self.visitor.sticky.is_some() && experiment.stickiness.is_some()
    }

    /// Decides in the order that is published; each step may end it.
    fn decide(
        &mut self,
        experiment: &'a Experiment,
        identity: Identity<'a>,
        waiting: Option<&Waiting<'_>>,
    ) -> Decision {
        let (visitor, key) = (self.visitor, &*experiment.key);
        let on_page = experiment.targets.as_ref().is_none_or(|targets| targets.hold(visitor.page));
        if experiment.too_few || !visitor.enabled || !on_page {
            return OUT;
        }
        if let Some(at) = visitor.page.and_then(|page| page.asks_for(key, experiment.variations.len())) {
            return Decision::Put(Some(at));
        }
        if let Some(at) = visitor.forced_variation(key) {
            return Decision::Put(usize::try_from(at).ok());
        }
        let (Some(value), true) = (identity.value, experiment.stage != Stage::Draft) else { return OUT };
        let before = self.before(experiment);
        let remembered = matches!(before, Before::Saw(_));
        let on_page = experiment.url.as_ref().is_none_or(|url| url.holds(visitor.page));
        if !(remembered || self.is_for(experiment, value, waiting)) || !on_page {
            return OUT;
        }
        let Some(bucket) = experiment.seed.number(value, experiment.version) else { return OUT };
        let at = match before {
            Before::TooOld => return Decision::Out { remembered: true },
            Before::Saw(at) => Some(at),
            Before::Nothing => choose(bucket, experiment.ranges(self.leaf(experiment))),
        };
        match (at, experiment.force) {
            (None, _) => OUT,
            (Some(_), Some(force)) => Decision::Put(force),
            _ if visitor.qa_mode || experiment.stage == Stage::Stopped => OUT,
            (Some(at), None) => Decision::In { at, bucket, remembered },
        }
    }

    /// Whether the visitor is among those whom the experiment is for.
    fn is_for(&mut self, experiment: &'a Experiment, value: &Value, waiting: Option<&Waiting<'_>>) -> bool {
        let groups = self.visitor.groups;
        let shares_one = |own: &[Box<str>]| own.iter().any(|name| groups.contains(&&**name));
        self.is_let_through(experiment.filters.as_deref().unwrap_or_default())
            && experiment.namespace.as_ref().is_none_or(|namespace| namespace.holds(value))
            && experiment.condition.as_ref().is_none_or(|condition| self.holds(condition))
            && matches!(self.met(&experiment.prerequisites, waiting), Met::Yes)
            && experiment.groups.as_deref().is_none_or(shares_one)
    }

    /// The kind of visitor that a bandit takes this one for.
    fn leaf(&self, experiment: &'a Experiment) -> Option<&'a Leaf> {
        experiment.bandit.as_ref().and_then(|bandit| bandit.leaf(|condition| self.holds(condition)))
    }

    /// What earlier visits say.
    fn before(&self, experiment: &Experiment) -> Before {
        let (Some(stickiness), Some(_)) = (&experiment.stickiness, self.visitor.sticky) else {
            return Before::Nothing;
        };
        let of = |name| self.visitor.attributes.identity(name);
        let own = &experiment.hash_attribute;
        let other = experiment.fallback_attribute.as_ref().unwrap_or(&self.catalogue.id);
        let fallback = of(other).and_then(|value| self.document(other.as_str(), Some(value)));
        stickiness.before(&[self.document(own.as_str(), of(own)), fallback])
    }

    /// The document of a visitor, as it is after what this question changed.
    fn document(&self, name: &str, value: Option<&Value>) -> Option<&StickyDocument> {
        let given = self.visitor.sticky.unwrap_or_default();
        self.changed.iter().chain(given).find(|document| document.is_of(name, value))
    }

    /// Notes what the visitor saw, where that is new.
    fn remember(&mut self, result: &ExperimentResult<'a>, value: &Value) {
        let (Some(stickiness), Some(_)) = (&result.experiment.stickiness, self.visitor.sticky) else { return };
        let known = self.document(result.hash_attribute, Some(value));
        let saw = &*result.variation.key;
        if known.is_some_and(|known| known.assignments.get(&*stickiness.key).is_some_and(|before| before == saw)) {
            return;
        }
        let mut document = known.cloned().unwrap_or_else(|| StickyDocument {
            attribute_name: result.hash_attribute.to_owned(),
            attribute_value: spelled_key(Some(value), str::to_owned),
            assignments: Default::default(),
        });
        document.assignments.insert(stickiness.key.as_ref().to_owned(), saw.to_owned());
        match self.changed.iter_mut().find(|other| other.key() == document.key()) {
            Some(other) => *other = document,
            None => self.changed.push(document),
        }
    }
}
