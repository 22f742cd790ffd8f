//! More and less, as JavaScript's `<` sees it.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::super::{Value, number};

/// What is left of a value when it is compared: text, or a number.
#[derive(Debug)]
pub(in super::super) enum Primitive<'a> {
    Text(Cow<'a, str>),
    Number(f64),
}

impl Primitive<'_> {
    pub(super) fn of(value: &Value) -> Primitive<'_> {
        match value {
            Value::Text(text) => Primitive::Text(Cow::Borrowed(text)),
            Value::List(_) | Value::Object(_) => Primitive::Text(Cow::Owned(value.spelled())),
            Value::Null | Value::Bool(_) | Value::Number(_) => Primitive::Number(value.to_number()),
        }
    }

    pub(super) fn into_owned(self) -> Primitive<'static> {
        match self {
            Self::Text(text) => Primitive::Text(Cow::Owned(text.into_owned())),
            Self::Number(number) => Primitive::Number(number),
        }
    }

    fn number(&self) -> f64 {
        match self {
            Self::Text(text) => number::read(text),
            Self::Number(number) => *number,
        }
    }

    /// Two texts by their UTF-16 units, everything else by its number; nothing compares with what is no number.
    pub(super) fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => one.partial_cmp(other),
            (Self::Text(one), Self::Text(other)) => Some(by_units(one, other)),
            _ => self.number().partial_cmp(&other.number()),
        }
    }
}

fn by_units(one: &str, other: &str) -> Ordering {
    one.encode_utf16().cmp(other.encode_utf16())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(one: &str, other: &str) -> Option<Ordering> {
        let value = |json| serde_json::from_str::<Value>(json).expect("JSON");
        Primitive::of(&value(one)).order(&Primitive::of(&value(other)))
    }

    #[test]
    fn text_is_compared_by_units_and_with_numbers_by_number() {
        assert_eq!(order("\"10\"", "\"9\""), Some(Ordering::Less));
        assert_eq!(order("\"10\"", "9"), Some(Ordering::Greater));
        assert_eq!(order("null", "0"), Some(Ordering::Equal));
        assert_eq!(order("true", "\"1\""), Some(Ordering::Equal));
        assert_eq!(order("[5]", "4"), Some(Ordering::Greater));
        assert_eq!(order("\"abc\"", "1"), None);
        assert_eq!(order("{}", "1"), None);
        // An emoji is written with a surrogate, which sorts before the last letters of the plane.
        assert_eq!(order("\"\u{1f600}\"", "\"\u{ff5e}\""), Some(Ordering::Less));
    }
}
