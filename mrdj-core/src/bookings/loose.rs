//! What a form may say in several ways: a time, a truth.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::leads::Loose;

/// When an event is, as a form says it: a day, or an object with `start`, `end` and `timezone`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LooseTime {
    /// A day in text, or nothing.
    Day(Loose),
    /// A beginning, an end and a zone.
    Range {
        /// `start`, `date` or `from`.
        start: Loose,
        /// `end`, `until` or `to`.
        end: Loose,
        /// `timezone` or `timeZone`.
        zone: Loose,
    },
    /// Not there.
    #[default]
    Absent,
}

impl<'de> Deserialize<'de> for LooseTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Null => Self::Absent,
            Value::String(text) => Self::Day(Loose::Text(text)),
            Value::Object(fields) => Self::Range {
                start: first(&fields, &["start", "date", "from"]),
                end: first(&fields, &["end", "until", "to"]),
                zone: first(&fields, &["timezone", "timeZone"]),
            },
            _ => Self::Day(Loose::NotText),
        })
    }
}

fn first(fields: &Map<String, Value>, names: &[&str]) -> Loose {
    match names.iter().find_map(|name| fields.get(*name)) {
        None | Some(Value::Null) => Loose::Absent,
        Some(Value::String(text)) => Loose::Text(text.clone()),
        Some(_) => Loose::NotText,
    }
}

/// Yes or no, as a form says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LooseTruth {
    /// Not there.
    #[default]
    Absent,
    /// `true`, `yes`, `on` or `1`; or the opposite.
    Is(bool),
    /// Neither.
    NotTruth,
}

impl<'de> Deserialize<'de> for LooseTruth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Null => Self::Absent,
            Value::Bool(truth) => Self::Is(truth),
            Value::String(text) => match text.trim() {
                "" => Self::Absent,
                "true" | "yes" | "on" | "1" => Self::Is(true),
                "false" | "no" | "off" | "0" => Self::Is(false),
                _ => Self::NotTruth,
            },
            _ => Self::NotTruth,
        })
    }
}
