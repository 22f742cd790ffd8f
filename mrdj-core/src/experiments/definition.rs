//! What an experiment tries, and how it will be judged.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One of the things that an experiment tries; the first is what the others are compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Variation {
    /// What it is called by, in the signs of an [`ExperimentKey`](super::ExperimentKey).
    pub key: String,
    /// What people call it, at most 120 characters.
    pub name: String,
    /// The part of the visitors who see it; all weights together are 1.
    pub weight: f64,
}

/// How visitors are divided, by GrowthBook's rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Split {
    /// The part of the visitors who take part, above 0 and at most 1.
    pub coverage: f64,
    /// The attribute that visitors are told apart by.
    pub hash_attribute: String,
    /// How it is hashed: 1 or 2.
    pub hash_version: u8,
    /// What it is hashed with.
    pub seed: String,
}

/// What an experiment is to raise, or may not lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// How many visitors enquire.
    Enquiries,
    /// How many visitors book.
    Bookings,
    /// What they book, per visitor.
    Revenue,
}

impl Aim {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Enquiries, Self::Bookings, Self::Revenue];

    /// The word under which it is stored and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Enquiries => "enquiries",
            Self::Bookings => "bookings",
            Self::Revenue => "revenue",
        }
    }
}

/// What an experiment tries, and how it will be judged; it was read by [`Definition::read`], so that its parts fit together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Definition {
    /// What people call it, at most 120 characters.
    pub name: String,
    /// What is believed and why, at most 1,000 characters.
    pub hypothesis: String,
    /// What it tries, two to ten things.
    pub variations: Vec<Variation>,
    /// How visitors are divided.
    #[serde(flatten)]
    pub split: Split,
    /// Who takes part: a targeting condition in GrowthBook's words; everybody where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Value>,
    /// What it is to raise.
    pub goal: Aim,
    /// What it may not lower.
    pub guardrails: Vec<Aim>,
    /// So many visitors each variation has at least before anything is concluded.
    pub minimum_sample: u64,
    /// The smallest difference that is worth finding, as a part of what is there today: 0.2 is a fifth more.
    pub smallest_effect: f64,
    /// What a booking is usually worth, in euro cents; revenue is measured by it.
    #[serde(default = "Definition::usual_value_cents")]
    pub typical_value_cents: u64,
}

impl Definition {
    pub(super) const fn usual_value_cents() -> u64 {
        100_000
    }

    /// The place of the variation that is called by `key`.
    pub fn place_of(&self, key: &str) -> Option<u8> {
        let place = self.variations.iter().position(|variation| variation.key == key);
        place.and_then(|place| u8::try_from(place).ok())
    }

    /// What of this decides who sees what, and is another in `other`.
    pub(super) fn moves(&self, other: &Self) -> Option<&'static str> {
        let same_variations = self.variations.len() == other.variations.len()
            && self.variations.iter().zip(&other.variations).all(|(one, two)| one.key == two.key);
        let same_weights = self.variations.iter().zip(&other.variations).all(|(one, two)| one.weight == two.weight);
        let rules = [
            ("variations", same_variations),
            ("weight", same_weights),
            ("coverage", self.split.coverage == other.split.coverage),
            ("hashAttribute", self.split.hash_attribute == other.split.hash_attribute),
            ("hashVersion", self.split.hash_version == other.split.hash_version),
            ("seed", self.split.seed == other.split.seed),
            ("condition", self.condition == other.condition),
        ];
        rules.into_iter().find_map(|(field, same)| (!same).then_some(field))
    }

    /// What of this was planned before the first visitor came, and is another in `other`.
    pub(super) fn plans_otherwise(&self, other: &Self) -> Option<&'static str> {
        let rules = [
            ("goal", self.goal == other.goal),
            ("guardrails", self.guardrails == other.guardrails),
            ("minimumSample", self.minimum_sample == other.minimum_sample),
            ("smallestEffect", self.smallest_effect == other.smallest_effect),
            ("typicalValueCents", self.typical_value_cents == other.typical_value_cents),
        ];
        rules.into_iter().find_map(|(field, same)| (!same).then_some(field))
    }
}
