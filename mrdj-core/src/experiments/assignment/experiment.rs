//! An experiment, ready to be run.

use super::Value;
use super::attributes::Name;
use super::bandit::{Bandit, Leaf, numbers};
use super::bucket::{Filter, Namespace, Range, equal_weights, fit, ranges};
use super::condition::Condition;
use super::fields::{Fields, integer, written_version};
use super::hash::{HashVersion, Seed};
use super::loading::Loading;
use super::prerequisite::Prerequisite;
use super::targets::{LegacyUrl, Targets};

/// One of the things that an experiment tries.
#[derive(Debug)]
pub struct Variation {
    /// Its place, from 0; the first is what things are compared with.
    pub id: usize,
    /// What it is called in figures: the key that it was given, or its place.
    pub key: Box<str>,
    /// What people call it.
    pub name: Option<Box<str>>,
    /// What a visitor gets.
    pub value: Value,
    /// Whether who gets it is counted, and served by what comes after it.
    pub passthrough: bool,
}

/// What happens to whoever would be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nobody is in; not even their attributes are looked at.
    Draft,
    Running,
    /// Everybody who would be in is out.
    Stopped,
}

/// What is needed to remember what somebody saw.
#[derive(Debug)]
pub(super) struct Stickiness {
    /// Under which name the variation is remembered: the experiment's key and the version of its buckets.
    pub(super) key: Box<str>,
    /// How the names of all versions begin.
    pub(super) prefix: Box<str>,
    /// Who was in under an earlier version stays out.
    pub(super) oldest_version: f64,
    /// The keys that variations were given, by place.
    pub(super) keys: Box<[Option<Box<str>>]>,
}

/// An experiment, ready to be run.
#[derive(Debug)]
pub struct Experiment {
    /// What it is called by.
    pub key: Box<str>,
    /// What people call it.
    pub name: Option<Box<str>>,
    /// What it tries; at least one, and no visitor is in when it is just one.
    pub variations: Box<[Variation]>,
    pub(super) too_few: bool,
    pub(super) stage: Stage,
    pub(super) force: Option<Option<usize>>,
    pub(super) hash_attribute: Name,
    pub(super) fallback_attribute: Option<Name>,
    pub(super) seed: Seed,
    pub(super) version: HashVersion,
    pub(super) ranges: Box<[Range]>,
    pub(super) bandit: Option<Bandit>,
    pub(super) stickiness: Option<Stickiness>,
    pub(super) filters: Option<Box<[Filter]>>,
    pub(super) namespace: Option<Namespace>,
    pub(super) condition: Option<Condition>,
    pub(super) prerequisites: Box<[Prerequisite]>,
    pub(super) groups: Option<Box<[Box<str>]>>,
    pub(super) targets: Option<Targets>,
    pub(super) url: Option<LegacyUrl>,
}

impl Experiment {
    /// Reads an experiment named `key` that tries `values`.
    pub(super) fn read(key: &str, values: &[Value], fields: Fields<'_>, loading: &mut Loading<'_>) -> Self {
        let over = loading.overrides.and_then(|overrides| overrides.get(key));
        let fields = fields.overridden(over);
        if values.len() < 2 {
            loading.warn(fields.place, "tries fewer than two variations: nobody is in");
        }
        let meta = fields.list("meta", loading).unwrap_or_default();
        let shares = Shares::read(values.len(), &fields, loading);
        let filters = fields.filters(loading);
        Self {
            key: key.into(),
            name: fields.text("name", loading).map(Into::into),
            variations: variations(values, meta),
            too_few: values.len() < 2,
            stage: stage(&fields),
            force: fields.get("force").map(|force| integer(Some(force)).and_then(|at| usize::try_from(at).ok())),
            hash_attribute: fields.hash_attribute(loading),
            fallback_attribute: fields.attribute("fallbackAttribute", loading),
            seed: fields.seed(key, loading),
            version: fields.version(HashVersion::V1, loading),
            bandit: Bandit::read(&fields, &shares.weights, |weights| shares.ranges(weights), loading),
            ranges: shares.ranges(Some(&shares.weights)),
            stickiness: (!fields.is_true("disableStickyBucketing")).then(|| Stickiness::read(key, meta, &fields)),
            // Filters are the newer word for what a namespace says.
            namespace: if filters.is_some() { None } else { fields.namespace(loading) },
            filters,
            condition: fields.condition(loading),
            prerequisites: Prerequisite::read_list(&fields, loading),
            groups: fields
                .members("groups", loading)
                .map(|groups| groups.iter().map(|name| name.spelled().into()).collect()),
            targets: Targets::read(&fields, loading),
            url: LegacyUrl::read(&fields, loading),
        }
    }

    /// The variation at `at`, or the first where there is none.
    pub(super) fn variation(&self, at: Option<usize>) -> &Variation {
        at.and_then(|at| self.variations.get(at)).unwrap_or(&self.variations[0])
    }

    /// The ranges for a visitor of the kind `leaf`.
    pub(super) fn ranges<'a>(&'a self, leaf: Option<&'a Leaf>) -> &'a [Range] {
        leaf.map_or(&self.ranges, |leaf| &leaf.ranges)
    }
}

impl Stickiness {
    fn read(key: &str, meta: &[Value], fields: &Fields<'_>) -> Self {
        let prefix = format!("{key}__");
        let given = |meta: &Value| meta.get("key").and_then(Value::as_text).map(Into::into);
        Self {
            key: format!("{prefix}{}", written_version(fields.get("bucketVersion"))).into(),
            prefix: prefix.into(),
            oldest_version: fields.some("minBucketVersion").map_or(0.0, Value::to_number),
            keys: meta.iter().map(given).collect(),
        }
    }
}

fn stage(fields: &Fields<'_>) -> Stage {
    match fields.get("status").and_then(Value::as_text) {
        Some("draft") => Stage::Draft,
        _ if fields.get("active") == Some(&Value::Bool(false)) => Stage::Draft,
        Some("stopped") => Stage::Stopped,
        _ => Stage::Running,
    }
}

fn variations(values: &[Value], meta: &[Value]) -> Box<[Variation]> {
    let nothing = [Value::Null];
    let values = if values.is_empty() { &nothing } else { values };
    let variation = |(id, value): (usize, &Value)| {
        let said = |name| meta.get(id).and_then(|meta| meta.get(name)).filter(|value| value.is_truthy());
        Variation {
            id,
            key: said("key").map_or_else(|| id.to_string(), Value::spelled).into(),
            name: said("name").map(|name| name.spelled().into()),
            value: value.clone(),
            passthrough: said("passthrough").is_some(),
        }
    };
    values.iter().enumerate().map(variation).collect()
}

/// How visitors are shared among variations.
struct Shares {
    coverage: f64,
    weights: Box<[f64]>,
    /// Ranges that were given instead of weights.
    given: Option<Box<[Range]>>,
    variations: usize,
}

impl Shares {
    fn read(variations: usize, fields: &Fields<'_>, loading: &mut Loading<'_>) -> Self {
        let weights = fields.list("weights", loading).map(numbers);
        if weights.as_ref().is_some_and(|weights| !fit(weights, variations)) {
            loading.warn(
                fields.place.field("weights"),
                "are not one for each variation with a sum of 1: all get the same",
            );
        }
        Self {
            coverage: fields.coverage(loading).unwrap_or(1.0),
            weights: weights.unwrap_or_else(|| equal_weights(variations).into()),
            given: fields.ranges(loading),
            variations,
        }
    }

    fn ranges(&self, weights: Option<&[f64]>) -> Box<[Range]> {
        let equal = equal_weights(self.variations);
        let weights = weights.filter(|weights| fit(weights, self.variations)).unwrap_or(&equal);
        self.given.clone().unwrap_or_else(|| ranges(self.coverage, weights))
    }
}
