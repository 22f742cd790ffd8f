//! JSON as JavaScript sees it.

use std::fmt::{self, Write};

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::number::{self, Digits};

/// What an attribute, a variation or a condition holds: JSON whose numbers are JavaScript's and whose objects keep their
/// order, since a condition compares objects by their text.
///
/// ```
/// use mrdj_core::experiments::assignment::Value;
///
/// let value: Value = serde_json::from_str(r#"{ "size": "xl", "7": 1.0 }"#)?;
/// assert!(value.is_truthy());
/// assert_eq!(value.to_string(), r#"{"7":1,"size":"xl"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number; JavaScript knows one kind.
    Number(f64),
    /// Text.
    Text(Box<str>),
    /// A list.
    List(Vec<Value>),
    /// An object: whole numbers among its keys first and in order, then the others as they came, each once.
    Object(Vec<(Box<str>, Value)>),
}

/// What is read where nothing is.
pub(super) static NULL: Value = Value::Null;

impl Value {
    /// Whether JavaScript takes it for true: all but nothing, `false`, zero and the empty text.
    pub fn is_truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(truth) => *truth,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::List(_) | Self::Object(_) => true,
        }
    }

    /// What an object holds under `key`.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(fields) = self else { return None };
        fields.iter().find(|(name, _)| **name == *key).map(|(_, value)| value)
    }

    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The number that JavaScript makes of it when it calculates or compares.
    pub(super) fn to_number(&self) -> f64 {
        match self {
            Self::Null => 0.0,
            Self::Bool(truth) => f64::from(u8::from(*truth)),
            Self::Number(number) => *number,
            Self::Text(text) => number::read(text),
            Self::List(_) => number::read(&self.spelled()),
            Self::Object(_) => f64::NAN,
        }
    }

    /// Writes what `String(value)` gives in JavaScript; nothing is allocated for it.
    pub(super) fn spell(&self, out: &mut impl Write) -> fmt::Result {
        match self {
            Self::Null => out.write_str("null"),
            Self::Bool(truth) => out.write_str(if *truth { "true" } else { "false" }),
            Self::Number(number) => out.write_str(Digits::of(*number).as_str()),
            Self::Text(text) => out.write_str(text),
            Self::Object(_) => out.write_str("[object Object]"),
            Self::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.write_char(',')?;
                    }
                    if *item != Self::Null {
                        item.spell(out)?;
                    }
                }
                Ok(())
            }
        }
    }

    /// The text that [`Value::spell`] writes.
    pub(super) fn spelled(&self) -> String {
        let mut text = String::new();
        self.spell(&mut text).expect("a string takes everything");
        text
    }

    /// Calls `read` with what [`Value::spell`] writes; only lists and objects need memory for that.
    pub(super) fn with_text<T>(&self, read: impl FnOnce(&str) -> T) -> T {
        match self {
            Self::Null => read("null"),
            Self::Bool(truth) => read(if *truth { "true" } else { "false" }),
            Self::Number(number) => read(Digits::of(*number).as_str()),
            Self::Text(text) => read(text),
            Self::List(_) | Self::Object(_) => read(&self.spelled()),
        }
    }

    /// What `typeof` and its like call it.
    pub(super) const fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
            Self::List(_) => "array",
            Self::Object(_) => "object",
        }
    }
}

/// Its JSON text, as JavaScript writes it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) => self.spell(f),
            Self::Text(text) => quote(text, f),
            Self::List(items) => {
                f.write_char('[')?;
                separated(items, f, |item, f| fmt::Display::fmt(item, f))?;
                f.write_char(']')
            }
            Self::Object(fields) => {
                f.write_char('{')?;
                separated(fields, f, |(name, value), f| {
                    quote(name, f)?;
                    write!(f, ":{value}")
                })?;
                f.write_char('}')
            }
        }
    }
}

fn separated<T>(
    items: &[T],
    f: &mut fmt::Formatter<'_>,
    write: impl Fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            f.write_char(',')?;
        }
        write(item, f)?;
    }
    Ok(())
}

fn quote(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(&serde_json::to_string(text).expect("text is written as JSON"))
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(truth) => serializer.serialize_bool(*truth),
            Self::Number(number) => match number::whole(*number) {
                Some(whole) => serializer.serialize_i64(whole),
                None => serializer.serialize_f64(*number),
            },
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.into()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut fields = Vec::new();
        while let Some((name, value)) = entries.next_entry::<Box<str>, Value>()? {
            fields.push((name, value));
        }
        Ok(Value::Object(ordered(fields)))
    }
}

/// The fields in JavaScript's order; of a name that comes twice, the place of the first and the value of the last.
fn ordered(fields: Vec<(Box<str>, Value)>) -> Vec<(Box<str>, Value)> {
    let mut placed: Vec<_> = fields.into_iter().enumerate().collect();
    placed.sort_by(|(_, (one, _)), (_, (other, _))| one.cmp(other));
    placed.dedup_by(|(_, later), (_, first)| {
        let twice = later.0 == first.0;
        if twice {
            std::mem::swap(&mut later.1, &mut first.1);
        }
        twice
    });
    placed.sort_by_key(|(at, (name, _))| (number::index(name).map_or(u64::MAX, u64::from), *at));
    placed.into_iter().map(|(_, field)| field).collect()
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}
