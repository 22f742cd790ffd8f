//! What is known about a visitor, and where a rule looks for it.

use serde::Deserialize;

use super::Value;
use super::value::NULL;

/// The name of an attribute; most are told apart by how they begin.
#[derive(Clone, Debug, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    /// The first bytes, and zeros where there are fewer.
    head: u128,
    text: Box<str>,
}

impl Name {
    /// How many bytes the head has.
    const HEAD: usize = size_of::<u128>();

    pub(super) fn new(text: impl Into<Box<str>>) -> Self {
        let text = text.into();
        let mut head = [0; Self::HEAD];
        let begun = text.len().min(Self::HEAD);
        head[..begun].copy_from_slice(&text.as_bytes()[..begun]);
        Self { head: u128::from_be_bytes(head), text }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        let len = self.text.len();
        self.head == other.head && len == other.text.len() && (len <= Self::HEAD || self.text == other.text)
    }
}

/// What is known about a visitor; built once for a request, and asked by every rule.
///
/// ```
/// use mrdj_core::experiments::assignment::Attributes;
///
/// let built = Attributes::new().with("id", "visitor-1").with("age", 31);
/// let read = Attributes::parse(r#"{ "age": 31, "id": "visitor-1" }"#)?;
/// assert_eq!(built, read);
/// # Ok::<(), mrdj_core::experiments::assignment::InvalidAttributes>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes(Vec<(Name, Value)>);

/// The text is no JSON object.
///
/// It says not what it is instead, since that is about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("attributes are a JSON object")]
pub struct InvalidAttributes;

impl Attributes {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a JSON object.
    pub fn parse(json: &str) -> Result<Self, InvalidAttributes> {
        let value: Value = serde_json::from_str(json).map_err(|_| InvalidAttributes)?;
        value.try_into()
    }

    /// The same, and `name` is `value`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.set(name, value.into());
        self
    }

    /// From now on `name` is `value`.
    pub fn set(&mut self, name: &str, value: Value) {
        let name = Name::new(name);
        match self.0.binary_search_by(|(known, _)| known.cmp(&name)) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (name, value)),
        }
    }

    /// What is known of `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.find(&Name::new(name))
    }

    #[inline]
    pub(super) fn find(&self, name: &Name) -> Option<&Value> {
        // A handful is walked through faster than it is halved.
        if self.0.len() <= 8 {
            return self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        }
        self.0.binary_search_by(|(known, _)| known.cmp(name)).ok().map(|at| &self.0[at].1)
    }

    /// What visitors are told apart by: nothing where the attribute is absent, or JavaScript takes it for false.
    pub(super) fn identity(&self, name: &Name) -> Option<&Value> {
        self.find(name).filter(|value| value.is_truthy())
    }
}

impl TryFrom<Value> for Attributes {
    type Error = InvalidAttributes;

    fn try_from(value: Value) -> Result<Self, InvalidAttributes> {
        let Value::Object(fields) = value else { return Err(InvalidAttributes) };
        let mut known: Vec<_> = fields.into_iter().map(|(name, value)| (Name::new(name), value)).collect();
        known.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        Ok(Self(known))
    }
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer)?.try_into().map_err(serde::de::Error::custom)
    }
}

/// What a condition looks at.
#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    /// A visitor.
    Visitor(&'a Attributes),
    /// The value of a feature that must be so first; it is called `value`.
    Prerequisite(&'a Value),
    /// An element of a list.
    Element(&'a Value),
}

/// Where in a subject something is: names with dots between them.
#[derive(Debug)]
pub(super) struct Path {
    first: Name,
    rest: Box<[Box<str>]>,
}

impl Path {
    pub(super) fn new(text: &str) -> Self {
        let mut steps = text.split('.');
        let first = Name::new(steps.next().unwrap_or_default());
        Self { first, rest: steps.map(Into::into).collect() }
    }

    /// Calls `read` with what is there; nothing is there where a step leads nowhere.
    #[inline]
    pub(super) fn read<T>(&self, subject: Subject<'_>, read: impl FnOnce(&Value) -> T) -> T {
        if let (Subject::Visitor(attributes), []) = (subject, &*self.rest) {
            return read(attributes.find(&self.first).unwrap_or(&NULL));
        }
        let mut found = match subject {
            Subject::Visitor(attributes) => attributes.find(&self.first),
            Subject::Prerequisite(value) => (*self.first.text == *"value").then_some(value),
            Subject::Element(Value::List(items)) if *self.first.text == *"length" && self.rest.is_empty() => {
                return read(&Value::Number(items.len() as f64));
            }
            Subject::Element(value) => child(value, &self.first.text),
        };
        for (at, step) in self.rest.iter().enumerate() {
            let last = at + 1 == self.rest.len();
            if let (Some(Value::List(items)), "length", true) = (found, &**step, last) {
                return read(&Value::Number(items.len() as f64));
            }
            found = found.and_then(|value| child(value, step));
        }
        read(found.unwrap_or(&NULL))
    }
}

fn child<'a>(value: &'a Value, step: &str) -> Option<&'a Value> {
    match value {
        Value::List(items) => items.get(super::number::index(step)? as usize),
        _ => value.get(step),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_through_objects_and_lists() {
        let attributes = Attributes::parse(r#"{"a":{"b":[{"c":7},"x"]},"a.b":1,"t":"text"}"#).expect("attributes");
        let at = |path: &str| Path::new(path).read(Subject::Visitor(&attributes), ToString::to_string);
        assert_eq!(at("a.b.0.c"), "7");
        assert_eq!(at("a.b.length"), "2");
        for nowhere in ["a.b.2", "a.b.00", "a.c", "t.length", "", "a.", "a.b.length.0", "a.b.0.c.d"] {
            assert_eq!(at(nowhere), "null", "{nowhere}");
        }
    }

    #[test]
    fn what_is_known_is_found_among_few_and_among_many() {
        let mut attributes = Attributes::new();
        for nr in 0..40 {
            attributes.set(&format!("an attribute, number {nr}"), nr.into());
            attributes.set(&nr.to_string(), nr.into());
            for known in 0..=nr {
                assert_eq!(attributes.get(&format!("an attribute, number {known}")), Some(&known.into()));
                assert_eq!(attributes.get(&known.to_string()), Some(&known.into()));
            }
            for other in ["another", "an attribute, number", "0\0", ""] {
                assert_eq!(attributes.get(other), None);
            }
        }
    }

    #[test]
    fn nothing_but_an_object_is_attributes() {
        for json in ["", "null", "[]", "1", r#""id""#, "{", r#"{"id":}"#] {
            assert_eq!(Attributes::parse(json), Err(InvalidAttributes), "{json}");
        }
    }
}
