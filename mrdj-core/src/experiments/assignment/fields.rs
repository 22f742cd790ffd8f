//! Reading the fields of a rule or an experiment.

use std::borrow::Cow;

use super::Value;
use super::attributes::Name;
use super::bucket::{Filter, Namespace, Range};
use super::condition::{Condition, condition};
use super::hash::{HashVersion, Seed};
use super::loading::{Loading, Place};
use super::number;

/// What visitors are told apart by when nothing is said.
const ID: &str = "id";

/// The fields of an object, some of them overridden from outside.
#[derive(Clone, Copy)]
pub(super) struct Fields<'f> {
    own: &'f Value,
    over: Option<&'f Value>,
    /// The only ones that are read of its own.
    only: Option<&'static [&'static str]>,
    pub(super) place: Place<'f>,
}

impl<'f> Fields<'f> {
    pub(super) const fn new(own: &'f Value, place: Place<'f>) -> Self {
        Self { own, over: None, only: None, place }
    }

    /// The same; of its own only the fields of these names.
    pub(super) const fn only(self, names: &'static [&'static str]) -> Self {
        Self { only: Some(names), ..self }
    }

    /// The same, and what is in `over` counts instead.
    pub(super) const fn overridden(self, over: Option<&'f Value>) -> Self {
        Self { over, ..self }
    }

    /// What is there, whatever it is.
    pub(super) fn get(&self, name: &str) -> Option<&'f Value> {
        let own = || self.own.get(name).filter(|_| self.only.is_none_or(|names| names.contains(&name)));
        self.over.and_then(|over| over.get(name)).or_else(own)
    }

    /// What is there, unless JavaScript takes it for false.
    pub(super) fn some(&self, name: &str) -> Option<&'f Value> {
        self.get(name).filter(|value| value.is_truthy())
    }

    /// Whether what is there comes from outside.
    pub(super) fn is_overridden(&self, name: &str) -> bool {
        self.over.is_some_and(|over| over.get(name).is_some_and(Value::is_truthy))
    }

    pub(super) fn is_true(&self, name: &str) -> bool {
        self.some(name).is_some()
    }

    /// The text that JavaScript writes for what is there.
    pub(super) fn text(&self, name: &str, loading: &mut Loading<'_>) -> Option<Cow<'f, str>> {
        let value = self.some(name)?;
        if let Some(text) = value.as_text() {
            return Some(text.into());
        }
        loading.warn(self.place.field(name), "is no text, and counts as what JavaScript writes for it");
        Some(value.spelled().into())
    }

    pub(super) fn list(&self, name: &str, loading: &mut Loading<'_>) -> Option<&'f [Value]> {
        match self.some(name)? {
            Value::List(items) => Some(items),
            _ => {
                loading.warn(self.place.field(name), "is no list, and ignored");
                None
            }
        }
    }

    /// A list of those that are in: what is no list is one without anybody.
    pub(super) fn members(&self, name: &str, loading: &mut Loading<'_>) -> Option<&'f [Value]> {
        match self.some(name)? {
            Value::List(items) => Some(items),
            _ => {
                loading.warn(self.place.field(name), "is no list: nobody is in it");
                Some(&[])
            }
        }
    }

    /// The number that JavaScript calculates with, where the field is there at all.
    pub(super) fn number(&self, name: &str, loading: &mut Loading<'_>) -> Option<f64> {
        let value = self.get(name)?;
        if !matches!(value, Value::Number(_)) {
            loading.warn(self.place.field(name), "is no number, and counts as what JavaScript makes of it");
        }
        Some(value.to_number())
    }

    /// How much of its share each variation gets.
    pub(super) fn coverage(&self, loading: &mut Loading<'_>) -> Option<f64> {
        let coverage = self.number("coverage", loading)?;
        if !(0.0..=1.0).contains(&coverage) {
            loading.warn(self.place.field("coverage"), "is not between 0 and 1");
        }
        Some(coverage)
    }

    pub(super) fn attribute(&self, name: &str, loading: &mut Loading<'_>) -> Option<Name> {
        self.text(name, loading).map(Name::new)
    }

    pub(super) fn hash_attribute(&self, loading: &mut Loading<'_>) -> Name {
        self.attribute("hashAttribute", loading).unwrap_or_else(|| Name::new(ID))
    }

    pub(super) fn seed(&self, otherwise: &str, loading: &mut Loading<'_>) -> Seed {
        Seed::new(&*self.text("seed", loading).unwrap_or(otherwise.into()))
    }

    pub(super) fn version(&self, otherwise: HashVersion, loading: &mut Loading<'_>) -> HashVersion {
        let version = match self.some("hashVersion") {
            None => otherwise,
            Some(Value::Number(1.0)) => HashVersion::V1,
            Some(Value::Number(2.0)) => HashVersion::V2,
            Some(_) => HashVersion::Unknown,
        };
        if version == HashVersion::Unknown {
            loading.warn(self.place.field("hashVersion"), "is not known: nobody gets a number");
        }
        version
    }

    pub(super) fn condition(&self, loading: &mut Loading<'_>) -> Option<Condition> {
        self.some("condition").map(|value| condition(value, self.place.field("condition"), loading))
    }

    pub(super) fn range(&self, name: &str, loading: &mut Loading<'_>) -> Option<Range> {
        self.some(name).map(|value| range(value, self.place.field(name), loading))
    }

    pub(super) fn ranges(&self, loading: &mut Loading<'_>) -> Option<Box<[Range]>> {
        let items = self.members("ranges", loading)?;
        let place = self.place.field("ranges");
        Some(items.iter().enumerate().map(|(at, item)| range(item, place.index(at), loading)).collect())
    }

    pub(super) fn namespace(&self, loading: &mut Loading<'_>) -> Option<Namespace> {
        let value = self.some("namespace")?;
        let Value::List(parts) = value else {
            loading.warn(self.place.field("namespace"), "is no list: nobody is in it");
            return Some(Namespace { seed: Seed::new(""), range: Range::NONE });
        };
        let name = parts.first().map_or_else(String::new, Value::spelled);
        let bounds = parts.get(1..).unwrap_or_default();
        Some(Namespace { seed: Seed::new(format!("__{name}")), range: bounded(bounds) })
    }

    /// The filters; one that is not understood lets nobody through.
    pub(super) fn filters(&self, loading: &mut Loading<'_>) -> Option<Box<[Filter]>> {
        let value = self.some("filters")?;
        let place = self.place.field("filters");
        let Value::List(items) = value else { return Some(Box::new([filter(value, place, loading)])) };
        Some(items.iter().enumerate().map(|(at, item)| filter(item, place.index(at), loading)).collect())
    }
}

fn filter(value: &Value, place: Place<'_>, loading: &mut Loading<'_>) -> Filter {
    let fields = Fields::new(value, place);
    let ranges = fields.ranges(loading).unwrap_or_default();
    if ranges.is_empty() {
        loading.warn(place, "has no ranges: it lets nobody through");
    }
    Filter {
        attribute: fields.attribute("attribute", loading).unwrap_or_else(|| Name::new(ID)),
        // JavaScript writes a seed that is missing out.
        seed: Seed::new(fields.get("seed").map_or_else(|| "undefined".to_owned(), Value::spelled)),
        version: fields.version(HashVersion::V2, loading),
        ranges,
    }
}

fn range(value: &Value, place: Place<'_>, loading: &mut Loading<'_>) -> Range {
    match value {
        Value::List(bounds) if bounds.len() >= 2 => bounded(bounds),
        _ => {
            loading.warn(place, "is no pair of numbers: nobody is in it");
            Range::NONE
        }
    }
}

fn bounded(bounds: &[Value]) -> Range {
    let bound = |at: usize| bounds.get(at).map_or(f64::NAN, Value::to_number);
    Range { start: bound(0), end: bound(1) }
}

/// The number of a version that a bucket has; 0 when nothing is said.
pub(super) fn written_version(value: Option<&Value>) -> String {
    value.filter(|value| value.is_truthy()).map_or_else(|| "0".to_owned(), Value::spelled)
}

/// A whole number, where it is one.
pub(super) fn integer(value: Option<&Value>) -> Option<i64> {
    if let Some(Value::Number(number)) = value { number::whole(*number) } else { None }
}
