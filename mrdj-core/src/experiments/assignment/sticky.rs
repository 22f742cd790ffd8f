//! What a visitor saw before, so that it stays so.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::experiment::Stickiness;
use super::{Value, number};

/// What one visitor was assigned to; the caller keeps it, and hands it in again at the next visit.
///
/// ```
/// use mrdj_core::experiments::assignment::StickyDocument;
///
/// let document: StickyDocument = serde_json::from_str(
///     r#"{ "attributeName": "id", "attributeValue": "jan", "assignments": { "hero__0": "control" } }"#,
/// )?;
/// assert_eq!(document.key(), "id||jan");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StickyDocument {
    /// The attribute that the visitor is known by.
    pub attribute_name: String,
    /// The visitor.
    pub attribute_value: String,
    /// The key of a variation for each experiment and version of its buckets, e.g. `hero__0`.
    pub assignments: BTreeMap<String, String>,
}

impl StickyDocument {
    /// The key that the SDKs store it under: name and value with two bars between.
    pub fn key(&self) -> String {
        format!("{}||{}", self.attribute_name, self.attribute_value)
    }

    pub(super) fn is_of(&self, name: &str, value: Option<&Value>) -> bool {
        self.attribute_name == name && spelled_key(value, |text| self.attribute_value == text)
    }
}

/// Calls `read` with what a document is found by; only lists and objects need memory for that.
pub(super) fn spelled_key<T>(value: Option<&Value>, read: impl FnOnce(&str) -> T) -> T {
    match value {
        None => read(""),
        Some(value @ (Value::List(_) | Value::Object(_))) => read(&value.to_string()),
        Some(value) => value.with_text(read),
    }
}

/// What earlier visits say about an experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing.
    Nothing,
    /// The visitor saw the variation at this place.
    Saw(usize),
    /// The visitor was in under a version that is too old.
    TooOld,
}

impl Stickiness {
    /// What `documents` say, the ones that count more first.
    pub(super) fn before(&self, documents: &[Option<&StickyDocument>; 2]) -> Before {
        let assignments = || documents.iter().flatten().map(|document| &document.assignments);
        if self.oldest_version > 0.0 && assignments().any(|known| known.keys().any(|key| self.is_too_old(key))) {
            return Before::TooOld;
        }
        let saw = assignments().find_map(|known| known.get(&*self.key));
        let place = saw.and_then(|saw| self.keys.iter().position(|key| key.as_deref() == Some(saw)));
        place.map_or(Before::Nothing, Before::Saw)
    }

    fn is_too_old(&self, key: &str) -> bool {
        let version = key.strip_prefix(&*self.prefix).and_then(number::index);
        version.is_some_and(|version| f64::from(version) < self.oldest_version)
    }
}
