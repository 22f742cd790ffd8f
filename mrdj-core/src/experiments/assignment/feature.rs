//! A feature and its rules, ready to be asked.

use super::Value;
use super::attributes::Name;
use super::bucket::{Filter, Range};
use super::condition::Condition;
use super::experiment::Experiment;
use super::exposure::Track;
use super::fields::Fields;
use super::hash::{HashVersion, Seed};
use super::loading::{Loading, Place};
use super::prerequisite::Prerequisite;

/// A feature: a value that rules decide about. A flag is one whose value is yes or no.
#[derive(Debug)]
pub(super) struct Feature {
    pub(super) id: Box<str>,
    pub(super) default: Value,
    pub(super) rules: Box<[Rule]>,
}

/// One rule; the first that says something counts.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) id: Box<str>,
    pub(super) prerequisites: Box<[Prerequisite]>,
    pub(super) filters: Box<[Filter]>,
    pub(super) effect: Effect,
}

/// What a rule does.
#[derive(Debug)]
pub(super) enum Effect {
    /// Gives everybody it is for the same.
    Force(Box<Force>),
    /// Tries variations.
    Experiment(Box<Experiment>),
    /// Nothing; its prerequisites may still close the feature.
    Nothing,
}

/// A value for everybody for whom a condition holds, or for a share of them.
#[derive(Debug)]
pub(super) struct Force {
    pub(super) value: Value,
    pub(super) condition: Option<Condition>,
    pub(super) rollout: Option<Rollout>,
    pub(super) tracks: Box<[Track]>,
}

/// A share of visitors.
#[derive(Debug)]
pub(super) struct Rollout {
    pub(super) attribute: Name,
    pub(super) fallback_attribute: Option<Name>,
    pub(super) seed: Seed,
    pub(super) version: HashVersion,
    pub(super) share: Share,
}

/// Which numbers are in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Share {
    Range(Range),
    /// From 0 to this, which is in, too, unless it is 0.
    Coverage(f64),
}

impl Share {
    pub(super) fn holds(self, number: f64) -> bool {
        match self {
            Self::Range(range) => range.holds(number),
            Self::Coverage(coverage) => coverage != 0.0 && number <= coverage,
        }
    }
}

/// What a rule may say about the experiment that it is; the rest is for experiments of their own.
const OF_EXPERIMENTS: [&str; 15] = [
    "bucketVersion",
    "condition",
    "contextualBanditRef",
    "coverage",
    "disableStickyBucketing",
    "fallbackAttribute",
    "hashAttribute",
    "hashVersion",
    "meta",
    "minBucketVersion",
    "name",
    "namespace",
    "ranges",
    "seed",
    "weights",
];

impl Feature {
    pub(super) fn read(id: &str, value: &Value, loading: &mut Loading<'_>) -> Self {
        let place = Place::FEATURES.field(id);
        if !matches!(value, Value::Object(_)) {
            loading.warn(place, "is no object: its value is nothing");
        }
        let rules = Fields::new(value, place).list("rules", loading).unwrap_or_default();
        let place = place.field("rules");
        let rules = rules.iter().enumerate().map(|(at, rule)| Rule::read(id, rule, place.index(at), loading));
        Self {
            id: id.into(),
            rules: rules.collect(),
            default: value.get("defaultValue").cloned().unwrap_or(Value::Null),
        }
    }
}

impl Rule {
    fn read(feature: &str, value: &Value, place: Place<'_>, loading: &mut Loading<'_>) -> Self {
        if !matches!(value, Value::Object(_)) {
            loading.warn(place, "is no object, and ignored");
        }
        let fields = Fields::new(value, place);
        Self {
            id: fields.text("id", loading).unwrap_or_default().into(),
            prerequisites: Prerequisite::read_list(&fields, loading),
            filters: fields.filters(loading).unwrap_or_default(),
            effect: Effect::read(feature, fields, loading),
        }
    }
}

impl Effect {
    fn read(feature: &str, fields: Fields<'_>, loading: &mut Loading<'_>) -> Self {
        if let Some(value) = fields.get("force") {
            return Self::Force(Force::read(feature, value, &fields, loading).into());
        }
        let name = match fields.get("contextualVariations") {
            None | Some(Value::Null) => "variations",
            Some(_) => "contextualVariations",
        };
        if fields.some(name).is_none() {
            loading.warn(fields.place, "neither forces a value nor tries variations, and is ignored");
            return Self::Nothing;
        }
        let Some(variations) = fields.list(name, loading) else { return Self::Nothing };
        let key = fields.text("key", loading).unwrap_or(feature.into());
        let mut experiment = Experiment::read(&key, variations, fields.only(&OF_EXPERIMENTS), loading);
        // The rule itself looks at its filters, and they take the place of a namespace.
        if fields.is_true("filters") {
            experiment.namespace = None;
        }
        Self::Experiment(experiment.into())
    }
}

impl Force {
    fn read(feature: &str, value: &Value, fields: &Fields<'_>, loading: &mut Loading<'_>) -> Self {
        let tracks = fields.list("tracks", loading).unwrap_or_default();
        Self {
            value: value.clone(),
            condition: fields.condition(loading),
            rollout: Rollout::read(feature, fields, loading),
            tracks: tracks.iter().filter_map(Track::read).collect(),
        }
    }
}

impl Rollout {
    /// A share, where one is spoken of.
    fn read(feature: &str, fields: &Fields<'_>, loading: &mut Loading<'_>) -> Option<Self> {
        let range = fields.range("range", loading).map(Share::Range);
        let share = range.or_else(|| fields.coverage(loading).map(Share::Coverage))?;
        let sticky = !fields.is_true("disableStickyBucketing");
        Some(Self {
            attribute: fields.hash_attribute(loading),
            fallback_attribute: fields.attribute("fallbackAttribute", loading).filter(|_| sticky),
            seed: fields.seed(feature, loading),
            version: fields.version(HashVersion::V1, loading),
            share,
        })
    }
}
