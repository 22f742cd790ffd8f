//! One question about one visitor: which value a feature has, rule by rule.

use super::attributes::Subject;
use super::bucket::Filter;
use super::catalogue::Catalogue;
use super::condition::{Budget, Condition, DEEPEST, Scope};
use super::exposure::Exposures;
use super::feature::{Effect, Feature, Force, Rollout, Rule};
use super::outcome::{ExperimentResult, Source};
use super::prerequisite::Prerequisite;
use super::sticky::StickyDocument;
use super::value::NULL;
use super::{Value, Visitor};

/// One question, and what is noted while it is answered.
pub(super) struct Question<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) visitor: Visitor<'a>,
    pub(super) exposures: Exposures<'a>,
    /// Sticky documents that changed.
    pub(super) changed: Vec<StickyDocument>,
    budget: Budget,
}

/// The value of a feature, and why.
pub(super) struct Verdict<'a> {
    pub(super) value: &'a Value,
    pub(super) source: Source,
    pub(super) rule_id: &'a str,
    pub(super) experiment: Option<ExperimentResult<'a>>,
}

impl<'a> Verdict<'a> {
    const fn new(value: &'a Value, source: Source) -> Self {
        Self { value, source, rule_id: "", experiment: None }
    }
}

/// The features that wait for the one that is being asked, the nearest first.
#[derive(Clone, Copy)]
pub(super) struct Waiting<'w> {
    feature: usize,
    depth: usize,
    behind: Option<&'w Waiting<'w>>,
}

/// What the prerequisites of a rule or experiment say.
pub(super) enum Met {
    Yes,
    No,
    /// No, and the whole feature is closed.
    Closed,
    Cycle,
}

impl<'a> Question<'a> {
    pub(super) fn new(catalogue: &'a Catalogue, visitor: Visitor<'a>) -> Self {
        Self { catalogue, visitor, exposures: Exposures::default(), changed: Vec::new(), budget: Budget::new() }
    }

    /// The value of the feature `id`, which stands at `at` if it is there at all.
    pub(super) fn feature(&mut self, id: &str, at: Option<usize>, behind: Option<&Waiting<'_>>) -> Verdict<'a> {
        let depth = behind.map_or(0, |waiting| waiting.depth + 1);
        if is_waiting(at, behind) || depth > DEEPEST || !self.budget.spend() {
            return Verdict::new(&NULL, Source::CyclicPrerequisite);
        }
        if let Some(value) = self.visitor.forced_value(id) {
            return Verdict::new(value, Source::Override);
        }
        let Some(at) = at else { return Verdict::new(&NULL, Source::UnknownFeature) };
        let feature = &self.catalogue.features[at];
        let waiting = Waiting { feature: at, depth, behind };
        let ruled = feature.rules.iter().find_map(|rule| self.rule(feature, rule, &waiting));
        ruled.unwrap_or_else(|| Verdict::new(&feature.default, Source::DefaultValue))
    }

    /// What `rule` says, if it says anything.
    fn rule(&mut self, feature: &'a Feature, rule: &'a Rule, waiting: &Waiting<'_>) -> Option<Verdict<'a>> {
        match self.met(&rule.prerequisites, Some(waiting)) {
            Met::Yes => {}
            Met::No => return None,
            Met::Closed => return Some(Verdict::new(&NULL, Source::Prerequisite)),
            Met::Cycle => return Some(Verdict::new(&NULL, Source::CyclicPrerequisite)),
        }
        if !self.is_let_through(&rule.filters) {
            return None;
        }
        match &rule.effect {
            Effect::Nothing => None,
            Effect::Force(force) => {
                self.force(force).map(|value| Verdict { rule_id: &rule.id, ..Verdict::new(value, Source::Force) })
            }
            Effect::Experiment(experiment) => {
                let result = self.experiment(experiment, Some(&feature.id), Some(waiting));
                let counts = result.in_experiment && !result.variation.passthrough;
                counts.then(|| Verdict {
                    rule_id: &rule.id,
                    experiment: Some(result),
                    ..Verdict::new(&result.variation.value, Source::Experiment)
                })
            }
        }
    }

    fn force(&mut self, force: &'a Force) -> Option<&'a Value> {
        let holds = force.condition.as_ref().is_none_or(|condition| self.holds(condition));
        if !holds || !force.rollout.as_ref().is_none_or(|rollout| self.is_in(rollout)) {
            return None;
        }
        for track in &force.tracks {
            self.exposures.add(track.exposure());
        }
        Some(&force.value)
    }

    /// Whether the visitor is in the share of a rollout.
    fn is_in(&self, rollout: &Rollout) -> bool {
        let fallback = rollout.fallback_attribute.as_ref().filter(|_| self.visitor.sticky.is_some());
        let of = |name| self.visitor.attributes.identity(name);
        let value = of(&rollout.attribute).or_else(|| fallback.and_then(of));
        let number = value.and_then(|value| rollout.seed.number(value, rollout.version));
        number.is_some_and(|number| rollout.share.holds(number))
    }

    /// Whether every one of `filters` lets the visitor through.
    pub(super) fn is_let_through(&self, filters: &[Filter]) -> bool {
        let of = |filter: &Filter| self.visitor.attributes.identity(&filter.attribute);
        filters.iter().all(|filter| of(filter).is_some_and(|value| filter.holds(value)))
    }

    /// Whether `condition` holds for the visitor.
    pub(super) fn holds(&self, condition: &Condition) -> bool {
        let scope = Scope::new(&self.catalogue.groups, &self.budget);
        condition.holds(Subject::Visitor(self.visitor.attributes), &scope)
    }

    /// Whether other features are what they must be first.
    pub(super) fn met(&mut self, prerequisites: &'a [Prerequisite], waiting: Option<&Waiting<'_>>) -> Met {
        for prerequisite in prerequisites {
            let parent = self.feature(&prerequisite.id, prerequisite.feature, waiting);
            if parent.source == Source::CyclicPrerequisite {
                return Met::Cycle;
            }
            let scope = Scope::new(&self.catalogue.groups, &self.budget);
            if !prerequisite.condition.holds(Subject::Prerequisite(parent.value), &scope) {
                return if prerequisite.gate { Met::Closed } else { Met::No };
            }
        }
        Met::Yes
    }
}

/// Whether the feature at `at` waits for itself.
fn is_waiting(at: Option<usize>, mut waiting: Option<&Waiting<'_>>) -> bool {
    while let Some(one) = waiting {
        if Some(one.feature) == at {
            return true;
        }
        waiting = one.behind;
    }
    false
}
