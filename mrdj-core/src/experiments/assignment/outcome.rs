//! What comes of a question, borrowed from the catalogue and the visitor.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Value;
use super::bandit::Leaf;
use super::experiment::{Experiment, Variation};
use super::exposure::Exposures;
use super::sticky::StickyDocument;

/// Why a feature has its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// There is no such feature.
    UnknownFeature,
    /// No rule said anything.
    DefaultValue,
    /// A rule gives everybody it is for the same.
    Force,
    /// The caller said so.
    Override,
    /// A rule tries variations, and this is the visitor's.
    Experiment,
    /// Another feature closes this one.
    Prerequisite,
    /// To know it, it would have to be known.
    CyclicPrerequisite,
}

impl Source {
    /// The word that the SDKs use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::UnknownFeature => "unknownFeature",
            Self::DefaultValue => "defaultValue",
            Self::Force => "force",
            Self::Override => "override",
            Self::Experiment => "experiment",
            Self::Prerequisite => "prerequisite",
            Self::CyclicPrerequisite => "cyclicPrerequisite",
        }
    }
}

/// What a visitor gets of a feature, why, and what is to be recorded and remembered about it.
#[derive(Clone, Debug)]
pub struct FeatureResult<'a> {
    /// What the visitor gets; nothing where there is no such feature, or where it is closed.
    pub value: &'a Value,
    /// Why.
    pub source: Source,
    /// The rule that decided, where it has a name.
    pub rule_id: &'a str,
    /// What came of the experiment that decided.
    pub experiment: Option<ExperimentResult<'a>>,
    /// Who saw what on the way, other features that had to be asked included.
    pub exposures: Exposures<'a>,
    /// Documents that changed and are to be stored, when the visitor came with sticky buckets.
    pub sticky: Vec<StickyDocument>,
}

impl FeatureResult<'_> {
    /// Whether it is on: JavaScript takes its value for true.
    pub fn on(&self) -> bool {
        self.value.is_truthy()
    }

    /// Whether it is off.
    pub fn off(&self) -> bool {
        !self.on()
    }

    /// Its text, or `otherwise` where it is none.
    pub fn text_or<'t>(&'t self, otherwise: &'t str) -> &'t str {
        self.value.as_text().unwrap_or(otherwise)
    }

    /// Its number, or `otherwise` where it is none.
    pub const fn number_or(&self, otherwise: f64) -> f64 {
        if let Value::Number(number) = self.value { *number } else { otherwise }
    }
}

/// What came of an experiment for a visitor.
#[derive(Clone, Copy, Debug)]
pub struct ExperimentResult<'a> {
    /// The experiment.
    pub experiment: &'a Experiment,
    /// The feature whose rule it is.
    pub feature_id: Option<&'a str>,
    /// What the visitor gets; the first variation for who is not in.
    pub variation: &'a Variation,
    /// Whether the visitor is in, or was put in.
    pub in_experiment: bool,
    /// Whether chance decided, so that it counts.
    pub hash_used: bool,
    /// The attribute that visitors are told apart by.
    pub hash_attribute: &'a str,
    /// The visitor, where that attribute is known.
    pub hash_value: Option<&'a Value>,
    /// Whether an earlier visit decided.
    pub sticky_bucket_used: bool,
    /// The number that decided, from 0 to below 1.
    pub bucket: Option<f64>,
    /// The kind of visitor that a bandit took this one for.
    pub leaf: Option<&'a Leaf>,
}

/// What came of an experiment, and what is to be recorded and remembered about it.
#[derive(Clone, Debug)]
pub struct ExperimentRun<'a> {
    /// What the visitor gets.
    pub result: ExperimentResult<'a>,
    /// Who saw what on the way.
    pub exposures: Exposures<'a>,
    /// Documents that changed and are to be stored.
    pub sticky: Vec<StickyDocument>,
}

/// In the words of the SDKs, without what is to be recorded and remembered.
impl Serialize for FeatureResult<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("value", self.value)?;
        map.serialize_entry("on", &self.on())?;
        map.serialize_entry("off", &self.off())?;
        map.serialize_entry("source", self.source.word())?;
        map.serialize_entry("ruleId", self.rule_id)?;
        if let Some(result) = &self.experiment {
            map.serialize_entry("experimentResult", result)?;
        }
        map.end()
    }
}

/// In the words of the SDKs.
impl Serialize for ExperimentResult<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("key", &self.variation.key)?;
        map.serialize_entry("featureId", &self.feature_id)?;
        map.serialize_entry("inExperiment", &self.in_experiment)?;
        map.serialize_entry("hashUsed", &self.hash_used)?;
        map.serialize_entry("variationId", &self.variation.id)?;
        map.serialize_entry("value", &self.variation.value)?;
        map.serialize_entry("hashAttribute", self.hash_attribute)?;
        map.serialize_entry("hashValue", self.hash_value.unwrap_or(&Value::Text("".into())))?;
        map.serialize_entry("stickyBucketUsed", &self.sticky_bucket_used)?;
        if let Some(name) = &self.variation.name {
            map.serialize_entry("name", name)?;
        }
        if let Some(bucket) = self.bucket {
            map.serialize_entry("bucket", &Value::Number(bucket))?;
        }
        if self.variation.passthrough {
            map.serialize_entry("passthrough", &true)?;
        }
        if let Some(leaf) = self.leaf {
            map.serialize_entry("leafId", &leaf.id)?;
            map.serialize_entry("variationWeights", &leaf.weights)?;
            if let Some(version) = leaf.bandit_version {
                map.serialize_entry("banditVersion", &version)?;
            }
        }
        map.end()
    }
}
