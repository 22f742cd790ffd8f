//! Who saw what: to be recorded by whoever asked.

use serde::Serialize;

use super::Value;
use super::fields::integer;

/// A visitor was shown a variation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Exposure<'a> {
    /// The experiment.
    pub experiment_id: &'a str,
    /// The variation's key.
    pub variation_id: &'a str,
    /// The variation's place.
    #[serde(skip)]
    pub variation: usize,
    /// The attribute that visitors are told apart by.
    pub hash_attribute: &'a str,
    /// The visitor.
    pub hash_value: &'a Value,
}

impl Exposure<'_> {
    /// Whether it is the same visitor, experiment and variation, whatever the variation is called.
    fn is_same(&self, other: &Self) -> bool {
        self.variation == other.variation
            && self.experiment_id == other.experiment_id
            && self.hash_attribute == other.hash_attribute
            && self.hash_value == other.hash_value
    }
}

/// How many exposures find room without memory of their own.
const FEW: usize = 2;

/// The exposures of one question, in order, each once: the same visitor, experiment and variation.
#[derive(Clone, Debug, Default)]
pub struct Exposures<'a> {
    few: [Option<Exposure<'a>>; FEW],
    more: Vec<Exposure<'a>>,
}

impl<'a> Exposures<'a> {
    /// Every one of them.
    pub fn iter(&self) -> impl Iterator<Item = &Exposure<'a>> {
        self.few.iter().flatten().chain(&self.more)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether nobody was shown anything.
    pub const fn is_empty(&self) -> bool {
        self.few[0].is_none()
    }

    pub(super) fn add(&mut self, exposure: Exposure<'a>) {
        if self.iter().any(|known| known.is_same(&exposure)) {
            return;
        }
        match self.few.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = Some(exposure),
            None => self.more.push(exposure),
        }
    }
}

/// An exposure that was decided elsewhere, and is recorded when a value is forced.
#[derive(Debug)]
pub(super) struct Track {
    experiment: Box<str>,
    variation_key: Box<str>,
    variation: usize,
    hash_attribute: Box<str>,
    hash_value: Value,
}

impl Track {
    /// Reads an experiment and its result, as the SDK writes them.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let (experiment, result) = (value.get("experiment")?, value.get("result")?);
        let text = |name| result.get(name).map(Value::spelled).unwrap_or_default().into();
        Some(Self {
            experiment: experiment.get("key")?.as_text()?.into(),
            variation_key: text("key"),
            variation: integer(result.get("variationId")).and_then(|at| usize::try_from(at).ok())?,
            hash_attribute: text("hashAttribute"),
            hash_value: result.get("hashValue").cloned().unwrap_or(Value::Null),
        })
    }

    pub(super) fn exposure(&self) -> Exposure<'_> {
        Exposure {
            experiment_id: &self.experiment,
            variation_id: &self.variation_key,
            variation: self.variation,
            hash_attribute: &self.hash_attribute,
            hash_value: &self.hash_value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_exposures_are_kept_in_order_and_each_once() {
        let (visitor, keys) = (Value::from("jan"), ["a", "b", "c", "d", "a", "d"]);
        let mut exposures = Exposures::default();
        for key in keys {
            let exposure = Exposure {
                experiment_id: key,
                variation_id: "0",
                variation: 0,
                hash_attribute: "id",
                hash_value: &visitor,
            };
            exposures.add(exposure);
        }
        assert!(exposures.iter().map(|exposure| exposure.experiment_id).eq(["a", "b", "c", "d"]));
    }
}
