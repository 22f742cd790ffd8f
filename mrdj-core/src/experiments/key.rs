//! What experiments and their variations are called by.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What an experiment is called by, in the signs that GrowthBook takes: 1 to 80 letters, digits, `-`, `_` and `.`.
///
/// ```
/// use mrdj_core::experiments::ExperimentKey;
///
/// assert_eq!(ExperimentKey::parse("hero_cta.v2").expect("a key").as_str(), "hero_cta.v2");
/// assert!(["", "two words", "prijs€"].iter().all(|text| ExperimentKey::parse(text).is_err()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExperimentKey(String);

/// The text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key has 1 to 80 letters, digits, hyphens, underscores and full stops")]
pub struct InvalidKey;

impl ExperimentKey {
    /// The longest, in characters.
    pub const MAX_CHARS: usize = 80;

    /// Reads `text` as one.
    pub fn parse(text: &str) -> Result<Self, InvalidKey> {
        if is_key(text) { Ok(Self(text.to_owned())) } else { Err(InvalidKey) }
    }

    /// Takes one as a store gave it back.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ExperimentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether experiments or variations can be called so.
pub(super) fn is_key(text: &str) -> bool {
    let sound = |sign: u8| sign.is_ascii_alphanumeric() || b"-_.".contains(&sign);
    (1..=ExperimentKey::MAX_CHARS).contains(&text.len()) && text.bytes().all(sound)
}
