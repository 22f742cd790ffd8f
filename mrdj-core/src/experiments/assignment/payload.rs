//! Loading a payload as GrowthBook sends it.

use super::attributes::Name;
use super::catalogue::Catalogue;
use super::condition::GroupIndex;
use super::decrypt::decrypt;
use super::experiment::Experiment;
use super::feature::Feature;
use super::fields::Fields;
use super::loading::{Loading, Place, Warning};
use super::value::Value;
use crate::secret::Secret;

/// What a payload gave.
#[derive(Debug)]
pub struct Loaded {
    /// Its features and experiments.
    pub catalogue: Catalogue,
    /// What will not do what was probably meant.
    pub warnings: Vec<Warning>,
}

/// What is known beside the payload.
#[derive(Clone, Copy, Debug, Default)]
pub struct LoadOptions<'o> {
    /// The key of encrypted parts.
    pub decryption_key: Option<&'o Secret>,
    /// For experiments by their keys: fields that count instead of the payload's.
    pub overrides: Option<&'o Value>,
}

/// There is nothing to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPayload {
    /// The text is no JSON.
    #[error("the payload is no JSON, in line {line} at {column}")]
    Unreadable {
        /// The line, from 1.
        line: usize,
        /// The place in the line, from 1.
        column: usize,
    },
    /// It is JSON, and no object.
    #[error("the payload is no JSON object")]
    NoObject,
    /// A part is encrypted, and the key does not open it, or there is none.
    #[error("{0} cannot be decrypted with the key that is known")]
    Locked(&'static str),
}

impl Catalogue {
    /// Compiles a payload: `{"features": {…}, "experiments": […], "savedGroups": {…}}`.
    ///
    /// ```
    /// use mrdj_core::experiments::assignment::{Attributes, Catalogue, Visitor};
    ///
    /// let loaded = Catalogue::load(
    ///     r#"{ "features": { "hero": {
    ///         "defaultValue": "plain",
    ///         "rules": [{ "condition": { "country": { "$in": ["NL", "BE"] } }, "variations": ["plain", "party"] }]
    ///     } } }"#,
    /// )?;
    /// assert!(loaded.warnings.is_empty());
    ///
    /// let attributes = Attributes::new().with("id", "visitor-4").with("country", "NL");
    /// let hero = loaded.catalogue.feature("hero", &Visitor::new(&attributes));
    /// assert_eq!((hero.text_or(""), hero.exposures.len()), ("party", 1));
    /// # Ok::<(), mrdj_core::experiments::assignment::InvalidPayload>(())
    /// ```
    pub fn load(json: &str) -> Result<Loaded, InvalidPayload> {
        Self::load_with(json, LoadOptions::default())
    }

    /// The same, with what is known beside the payload.
    pub fn load_with(json: &str, options: LoadOptions<'_>) -> Result<Loaded, InvalidPayload> {
        let mut payload = read(json)?;
        let Value::Object(fields) = &mut payload else { return Err(InvalidPayload::NoObject) };
        for (locked, open) in LOCKED {
            if let Some(part) = unlock(fields, locked, options.decryption_key)? {
                fields.retain(|(name, _)| **name != *open);
                fields.push((open.into(), part));
            }
        }
        Ok(compile(&payload, options.overrides))
    }
}

/// What may be encrypted, and what it is then.
const LOCKED: [(&str, &str); 4] = [
    ("encryptedFeatures", "features"),
    ("encryptedExperiments", "experiments"),
    ("encryptedSavedGroups", "savedGroups"),
    ("encryptedContextualBandits", "contextualBandits"),
];

fn read(json: &str) -> Result<Value, InvalidPayload> {
    let unreadable =
        |fault: serde_json::Error| InvalidPayload::Unreadable { line: fault.line(), column: fault.column() };
    serde_json::from_str(json).map_err(unreadable)
}

fn unlock(
    fields: &[(Box<str>, Value)],
    name: &'static str,
    key: Option<&Secret>,
) -> Result<Option<Value>, InvalidPayload> {
    let part = fields.iter().find(|(known, _)| **known == *name).and_then(|(_, value)| value.as_text());
    let Some(part) = part.filter(|part| !part.is_empty()) else { return Ok(None) };
    let text = key.and_then(|key| decrypt(part, key)).ok_or(InvalidPayload::Locked(name))?;
    serde_json::from_str(&text).map(Some).map_err(|_| InvalidPayload::Locked(name))
}

fn compile(payload: &Value, overrides: Option<&Value>) -> Loaded {
    let mut loading = Loading {
        warnings: Vec::new(),
        groups: GroupIndex::default(),
        features: Default::default(),
        bandits: payload.get("contextualBandits"),
        overrides,
    };
    loading.groups = GroupIndex::new(entries(payload, Place::GROUPS, &mut loading));
    let features = entries(payload, Place::FEATURES, &mut loading);
    // What is nothing is not there.
    let features: Vec<_> = features.iter().filter(|(_, feature)| feature.is_truthy()).collect();
    loading.features = features.iter().enumerate().map(|(at, (id, _))| (&**id, at)).collect();
    let groups = GroupIndex::compile(&mut loading);
    let features: Box<[_]> = features.iter().map(|(id, feature)| Feature::read(id, feature, &mut loading)).collect();
    let places = features.iter().enumerate().map(|(at, feature)| (feature.id.clone(), at)).collect();
    let experiments = experiments(payload, &mut loading);
    loading.warn_of_cycles(&features);
    let catalogue = Catalogue { features, places, experiments, groups, id: Name::new("id") };
    Loaded { catalogue, warnings: loading.warnings }
}

/// The entries of an object of the payload.
fn entries<'p>(payload: &'p Value, place: Place<'_>, loading: &mut Loading<'p>) -> &'p [(Box<str>, Value)] {
    match payload.get(&place.to_string()) {
        Some(Value::Object(entries)) => entries,
        None | Some(Value::Null) => &[],
        Some(_) => {
            loading.warn(place, "is no object, and ignored");
            &[]
        }
    }
}

/// The experiments that belong to no feature.
fn experiments(payload: &Value, loading: &mut Loading<'_>) -> Box<[Experiment]> {
    let root = Value::Null;
    let Some(list) = payload.get("experiments") else { return Box::default() };
    let Value::List(list) = list else {
        if *list != root {
            loading.warn(Place::EXPERIMENTS, "is no list, and ignored");
        }
        return Box::default();
    };
    let read = |(at, value): (usize, &Value)| {
        let fields = Fields::new(value, Place::EXPERIMENTS.index(at));
        let key = fields.text("key", loading);
        let Some((key, variations)) = key.zip(fields.list("variations", loading)) else {
            loading.warn(fields.place, "has no key or no variations, and is ignored");
            return None;
        };
        Some(Experiment::read(&key, variations, fields, loading))
    };
    list.iter().enumerate().filter_map(read).collect()
}
