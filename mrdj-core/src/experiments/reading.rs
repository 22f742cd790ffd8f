//! A definition as an operator sends it, and everything that is wrong with it.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::definition::{Aim, Definition, Split, Variation};
use super::key::{ExperimentKey, is_key};
use crate::text::{Line, LineFault, passage};

/// One thing that is wrong with a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionFault {
    /// The field, with its place: `variations[2].weight`.
    pub field: String,
    /// What is wrong with it.
    pub message: &'static str,
}

/// Everything that is wrong with a definition, at once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} fields of the experiment are wrong", .0.len())]
pub struct InvalidDefinition(pub Vec<DefinitionFault>);

const KEY: &str = "1 to 80 letters, digits and the signs - _ .";
const FIELDS: [&str; 14] = [
    "key",
    "name",
    "hypothesis",
    "variations",
    "coverage",
    "hashAttribute",
    "hashVersion",
    "seed",
    "condition",
    "goal",
    "guardrails",
    "minimumSample",
    "smallestEffect",
    "typicalValueCents",
];
const OF_VARIATION: [&str; 3] = ["key", "name", "weight"];

impl Definition {
    /// The longest name, in characters.
    pub const MAX_NAME_CHARS: usize = 120;
    /// The longest hypothesis, in characters.
    pub const MAX_HYPOTHESIS_CHARS: usize = 1_000;
    /// How many things may be tried.
    pub const VARIATIONS: RangeInclusive<usize> = 2..=10;
    /// The longest targeting condition, in bytes of JSON.
    pub const MAX_CONDITION_BYTES: usize = 10_000;

    /// Reads an experiment's key and definition from loose JSON, or tells everything that is wrong with it.
    ///
    /// ```
    /// use mrdj_core::experiments::Definition;
    ///
    /// let faults = Definition::read(&serde_json::json!({
    ///     "key": "hero", "name": "Hero", "hypothesis": "A face sells better than a stage.", "goal": "enquiries",
    ///     "variations": [{"key": "control", "weight": 0.5}, {"key": "face", "weight": 0.6}],
    ///     "minimumSample": 500, "smallestEffect": "a lot",
    /// }))
    /// .unwrap_err();
    /// let fields: Vec<_> = faults.0.iter().map(|fault| fault.field.as_str()).collect();
    /// assert_eq!(fields, ["variations", "smallestEffect"]);
    /// ```
    pub fn read(form: &Value) -> Result<(ExperimentKey, Self), InvalidDefinition> {
        let mut reader = Reader::default();
        let Some(fields) = reader.object("", Some(form)) else { return Err(InvalidDefinition(reader.faults)) };
        reader.only(fields, "", &FIELDS);
        let key = reader.key("key", fields.get("key"), None);
        let name = reader.line("name", fields.get("name"), Self::MAX_NAME_CHARS);
        let hypothesis = reader.passage("hypothesis", fields.get("hypothesis"), Self::MAX_HYPOTHESIS_CHARS);
        let variations = reader.variations(fields.get("variations"));
        let split = reader.split(fields, key.as_deref());
        let condition = reader.condition(fields.get("condition"));
        let goal = reader.aim("goal", fields.get("goal"));
        let guardrails = reader.guardrails(fields.get("guardrails"), goal);
        let minimum_sample = reader.number("minimumSample", fields.get("minimumSample"), 1.0..=1e7, None);
        let minimum_sample = reader.whole("minimumSample", minimum_sample);
        let smallest_effect = reader.number("smallestEffect", fields.get("smallestEffect"), 0.01..=10.0, None);
        let usual = Self::usual_value_cents() as f64;
        let typical_value =
            reader.number("typicalValueCents", fields.get("typicalValueCents"), 100.0..=1e8, Some(usual));
        let typical_value_cents = reader.whole("typicalValueCents", typical_value);
        let (Some(key), Some(name), Some(hypothesis), Some(variations), Some(split)) =
            (key, name, hypothesis, variations, split)
        else {
            return Err(InvalidDefinition(reader.faults));
        };
        let (Some(goal), Some(minimum_sample), Some(smallest_effect), Some(typical_value_cents), true) =
            (goal, minimum_sample, smallest_effect, typical_value_cents, reader.faults.is_empty())
        else {
            return Err(InvalidDefinition(reader.faults));
        };
        let read = Self {
            name,
            hypothesis,
            variations,
            split,
            condition,
            goal,
            guardrails,
            minimum_sample,
            smallest_effect,
            typical_value_cents,
        };
        Ok((ExperimentKey::from_stored(key), read))
    }
}

/// Reads field after field, and gathers what is wrong.
#[derive(Default)]
struct Reader {
    faults: Vec<DefinitionFault>,
}

impl Reader {
    fn fault<T>(&mut self, field: &str, message: &'static str) -> Option<T> {
        self.faults.push(DefinitionFault { field: field.to_owned(), message });
        None
    }

    /// Tells of fields that nobody knows: whoever mistypes one would else never hear of it.
    fn only(&mut self, fields: &Map<String, Value>, place: &str, known: &[&str]) {
        for field in fields.keys().filter(|field| !known.contains(&field.as_str())) {
            self.fault::<()>(&format!("{place}{}", field.escape_debug()), "is not known");
        }
    }

    fn object<'v>(&mut self, place: &str, value: Option<&'v Value>) -> Option<&'v Map<String, Value>> {
        match value.and_then(Value::as_object) {
            Some(fields) => Some(fields),
            None => self.fault(place, "has to be an object"),
        }
    }

    fn text<'v>(&mut self, field: &str, value: Option<&'v Value>) -> Option<&'v str> {
        match present(value) {
            None => self.fault(field, "is required"),
            Some(Value::String(text)) if text.trim().is_empty() => self.fault(field, "is required"),
            Some(Value::String(text)) => Some(text),
            Some(_) => self.fault(field, "has to be a text"),
        }
    }

    fn line(&mut self, field: &str, value: Option<&Value>, max: usize) -> Option<String> {
        let text = self.text(field, value)?;
        match Line::parse(text, max) {
            Ok(line) => Some(line),
            Err(fault) => self.fault(field, told(fault)),
        }
    }

    fn passage(&mut self, field: &str, value: Option<&Value>, max: usize) -> Option<String> {
        let text = self.text(field, value)?;
        match passage(text, max) {
            Ok(passage) => Some(passage),
            Err(fault) => self.fault(field, told(fault)),
        }
    }

    /// A key, or what it is when nothing is said.
    fn key(&mut self, field: &str, value: Option<&Value>, or: Option<&str>) -> Option<String> {
        if let (None, Some(or)) = (present(value), or) {
            return Some(or.to_owned());
        }
        let text = self.text(field, value)?;
        if is_key(text) { Some(text.to_owned()) } else { self.fault(field, KEY) }
    }

    /// A number within `range`, or what it is when nothing is said.
    fn number(
        &mut self,
        field: &str,
        value: Option<&Value>,
        range: RangeInclusive<f64>,
        or: Option<f64>,
    ) -> Option<f64> {
        match (present(value), or) {
            (None, Some(or)) => Some(or),
            (None, None) => self.fault(field, "is required"),
            (Some(value), _) => match value.as_f64() {
                Some(number) if range.contains(&number) => Some(number),
                Some(_) => self.fault(field, "is too small or too great"),
                None => self.fault(field, "has to be a number"),
            },
        }
    }

    fn whole(&mut self, field: &str, number: Option<f64>) -> Option<u64> {
        let number = number?;
        if number.fract() == 0.0 { Some(number as u64) } else { self.fault(field, "has to be a whole number") }
    }

    fn variations(&mut self, value: Option<&Value>) -> Option<Vec<Variation>> {
        let Some(list) = present(value).and_then(Value::as_array) else {
            return self.fault("variations", "has to be a list");
        };
        if !Definition::VARIATIONS.contains(&list.len()) {
            return self.fault("variations", "has to name two to ten things");
        }
        let equal = 1.0 / list.len() as f64;
        let read: Vec<_> = list.iter().enumerate().map(|(place, value)| self.variation(place, value, equal)).collect();
        let variations: Vec<_> = read.into_iter().collect::<Option<_>>()?;
        for (place, variation) in variations.iter().enumerate() {
            if variations[..place].iter().any(|other: &Variation| other.key == variation.key) {
                self.fault::<()>(&format!("variations[{place}].key"), "is another's");
            }
        }
        let sum: f64 = variations.iter().map(|variation| variation.weight).sum();
        // Thirds are written as 0.3333.
        if (sum - 1.0).abs() > 0.001 { self.fault("variations", "weights have to sum to 1") } else { Some(variations) }
    }

    fn variation(&mut self, place: usize, value: &Value, equal: f64) -> Option<Variation> {
        let place = format!("variations[{place}]");
        let fields = self.object(&place, Some(value))?;
        let at = |field: &str| format!("{place}.{field}");
        self.only(fields, &at(""), &OF_VARIATION);
        let key = self.key(&at("key"), fields.get("key"), None);
        let name = match present(fields.get("name")) {
            None => key.clone(),
            name => self.line(&at("name"), name, Definition::MAX_NAME_CHARS),
        };
        let weight = self.number(&at("weight"), fields.get("weight"), 0.0001..=1.0, Some(equal));
        Some(Variation { key: key?, name: name?, weight: weight? })
    }

    fn split(&mut self, fields: &Map<String, Value>, key: Option<&str>) -> Option<Split> {
        let coverage = self.number("coverage", fields.get("coverage"), 0.0001..=1.0, Some(1.0));
        let hash_attribute = self.key("hashAttribute", fields.get("hashAttribute"), Some("id"));
        let version = self.number("hashVersion", fields.get("hashVersion"), 1.0..=2.0, Some(2.0));
        let hash_version = self.whole("hashVersion", version);
        let seed = match present(fields.get("seed")) {
            None => key.map(str::to_owned),
            seed => self.line("seed", seed, ExperimentKey::MAX_CHARS),
        };
        let hash_version = if hash_version? == 1 { 1 } else { 2 };
        Some(Split { coverage: coverage?, hash_attribute: hash_attribute?, hash_version, seed: seed? })
    }

    fn condition(&mut self, value: Option<&Value>) -> Option<Value> {
        let value = present(value)?;
        if !value.is_object() {
            return self.fault("condition", "has to be an object");
        }
        let fits = value.to_string().len() <= Definition::MAX_CONDITION_BYTES;
        if fits { Some(value.clone()) } else { self.fault("condition", "has more than 10,000 bytes") }
    }

    fn aim(&mut self, field: &str, value: Option<&Value>) -> Option<Aim> {
        let text = self.text(field, value)?;
        let aim = Aim::ALL.into_iter().find(|aim| aim.word() == text);
        aim.or_else(|| self.fault(field, "is one of enquiries, bookings, revenue"))
    }

    fn guardrails(&mut self, value: Option<&Value>, goal: Option<Aim>) -> Vec<Aim> {
        let Some(value) = present(value) else { return Vec::new() };
        let Some(list) = value.as_array() else {
            self.fault::<()>("guardrails", "has to be a list");
            return Vec::new();
        };
        let mut guardrails = Vec::new();
        for (place, value) in list.iter().enumerate() {
            let place = format!("guardrails[{place}]");
            match self.aim(&place, Some(value)) {
                Some(aim) if Some(aim) == goal || guardrails.contains(&aim) => {
                    self.fault::<()>(&place, "is looked at already");
                }
                aim => guardrails.extend(aim),
            }
        }
        guardrails
    }
}

/// Null and nothing are the same.
fn present(value: Option<&Value>) -> Option<&Value> {
    value.filter(|value| !value.is_null())
}

fn told(fault: LineFault) -> &'static str {
    match fault {
        LineFault::Empty => "is required",
        LineFault::TooLong { .. } => "is too long",
        LineFault::Unprintable => "contains characters that cannot be stored",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form() -> Value {
        json!({
            "key": "hero", "name": "Hero", "hypothesis": "A face sells better than a stage.",
            "variations": [{ "key": "control" }, { "key": "face", "name": "A face" }],
            "goal": "bookings", "guardrails": ["enquiries"], "minimumSample": 500, "smallestEffect": 0.2,
        })
    }

    fn with(changes: Value) -> Value {
        let (mut form, Value::Object(changes)) = (form(), changes) else { panic!("an object") };
        for (field, value) in changes {
            form[field] = value;
        }
        form
    }

    fn faults(form: &Value) -> Vec<(String, &'static str)> {
        let faults = Definition::read(form).expect_err("it is wrong").0;
        faults.into_iter().map(|fault| (fault.field, fault.message)).collect()
    }

    #[test]
    fn what_is_not_said_is_what_most_mean() {
        let (key, read) = Definition::read(&form()).expect("a definition");
        assert_eq!(key.as_str(), "hero");
        let weights: Vec<_> = read.variations.iter().map(|one| (one.name.as_str(), one.weight)).collect();
        assert_eq!(weights, [("control", 0.5), ("A face", 0.5)]);
        let Split { coverage, hash_attribute, hash_version, seed } = &read.split;
        assert_eq!((*coverage, hash_attribute.as_str(), *hash_version, seed.as_str()), (1.0, "id", 2, "hero"));
        assert_eq!((read.goal, read.guardrails, read.condition), (Aim::Bookings, vec![Aim::Enquiries], None));
        assert_eq!(read.typical_value_cents, 100_000);
        assert_eq!(Definition::read(&with(json!({"seed": null, "condition": null}))).map(|(key, _)| key), Ok(key));
    }

    #[test]
    fn what_was_read_is_shown_as_it_can_be_sent_again() {
        let condition = json!({"device": {"$in": ["phone"]}});
        let (key, read) =
            Definition::read(&with(json!({"condition": condition, "coverage": 0.5}))).expect("it is read");
        let mut shown = serde_json::to_value(&read).expect("plain data");
        shown["key"] = json!(key);
        assert_eq!(Definition::read(&shown), Ok((key, read)));
    }

    #[test]
    fn all_faults_come_back_at_once_and_name_their_place() {
        let wrong = json!({
            "key": "two words", "name": 7, "hypothesis": " ", "goal": "clicks", "guardrails": "all", "minimumSample": 1.5,
            "smallestEffect": 11, "typicalValueCents": 99, "hashVersion": 3, "coverage": 0, "condition": [], "hypotesis": "mistyped",
            "variations": [{ "key": "a", "weight": "half" }, { "key": "a b", "wieght": 1 }, 3],
        });
        let fields: Vec<_> = faults(&wrong).into_iter().map(|(field, _)| field).collect();
        let expected = [
            "hypotesis",
            "key",
            "name",
            "hypothesis",
            "variations[0].weight",
            "variations[1].wieght",
            "variations[1].key",
            "variations[2]",
            "coverage",
            "hashVersion",
            "condition",
            "goal",
            "guardrails",
            "minimumSample",
            "smallestEffect",
            "typicalValueCents",
        ];
        assert_eq!(fields, expected);
        assert_eq!(faults(&json!([])), [(String::new(), "has to be an object")]);
    }

    #[test]
    fn variations_are_told_apart_and_share_all_visitors() {
        let of = |variations: Value| faults(&with(json!({ "variations": variations })));
        let half = |key: &str| json!({ "key": key, "weight": 0.5 });
        assert_eq!(of(json!([half("a")])), [("variations".to_owned(), "has to name two to ten things")]);
        assert_eq!(of(json!([half("a"), half("a")])), [("variations[1].key".to_owned(), "is another's")]);
        let sum = [("variations".to_owned(), "weights have to sum to 1")];
        assert_eq!(of(json!([half("a"), half("b"), half("c")])), sum);
        let third = |key: &str| json!({ "key": key, "weight": 0.3333 });
        assert!(Definition::read(&with(json!({"variations": [third("a"), third("b"), third("c")]}))).is_ok());
    }

    #[test]
    fn nothing_is_guarded_that_is_the_goal() {
        let expected = [("guardrails[1]".to_owned(), "is looked at already")];
        assert_eq!(faults(&with(json!({"guardrails": ["enquiries", "enquiries"]}))), expected);
        let expected = [("guardrails[0]".to_owned(), "is looked at already")];
        assert_eq!(faults(&with(json!({"guardrails": ["bookings"]}))), expected);
    }
}
