//! JSON as JavaScript sees it.

use std::fmt::{self, Write};

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

    /// Whether it is nothing.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
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
                    if !item.is_null() {
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
