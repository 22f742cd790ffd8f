//! What a cached value is found by.

use std::fmt::{self, Write};

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The key of a computed value: room, name, version and filters, as in `leads:overview:1:9f86d0…`.
///
/// An adapter whose room is shared with others puts its prefix and its environment in front, so that in Redis a key reads
/// *prefix : environment : room : name : version : hash*. No part holds a colon, whatever it is made from, so that no two
/// different lists of parts are one key.
///
/// ```
/// use mrdj_core::cache::CacheKey;
///
/// let key = |version, month| CacheKey::new("leads", "per month", version, &[("month", month)]);
/// assert!(key(1, "2026-11").as_str().starts_with("leads:per%20month:1:"));
/// assert_eq!(key(1, "2026-11"), key(1, "2026-11"));
/// assert_ne!(key(1, "2026-11"), key(1, "2026-12"));
/// assert_ne!(key(1, "2026-11"), key(2, "2026-11"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CacheKey(String);

impl CacheKey {
    /// The key of what `room` computes under `name` for `filters`.
    ///
    /// `version` is raised whenever the shape of the value changes, so that no program reads what another one meant
    /// otherwise. Filters that are equal as JSON are the same, in whatever order their members stand; they are digested
    /// (SHA-256), so that a key is short and tells nothing about persons.
    pub fn new(room: &str, name: &str, version: u32, filters: &(impl Serialize + ?Sized)) -> Self {
        // What cannot be written as JSON is no filter: it would be found under the key of no filter at all.
        let filters = serde_json::to_value(filters).expect("filters are plain data");
        let mut text = String::new();
        write_canonical(&filters, &mut text);
        Self(format!("{}{version}:{}", Self::all_of(room, name), Hex(&Sha256::digest(text))))
    }

    /// What every key of `name` in `room` begins with, to forget them together.
    pub fn all_of(room: &str, name: &str) -> String {
        format!("{}:{}:", Plain(room), Plain(name))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Writes `value` with the members of every object in the order of their names.
fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            text.push('{');
            for (name, member) in members {
                write!(text, "{}:", Value::from(name.as_str())).expect("a string takes everything");
                write_canonical(member, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write_canonical(item, text);
                text.push(',');
            }
            text.push(']');
        }
        plain => write!(text, "{plain}").expect("a string takes everything"),
    }
}

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A word in which every byte but letters, digits, `-`, `_` and `.` is written as `%` and two digits.
struct Plain<'a>(&'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.bytes().try_for_each(|byte| match byte {
            b'-' | b'_' | b'.' => f.write_char(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => f.write_char(char::from(byte)),
            byte => write!(f, "%{byte:02X}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn key(room: &str, name: &str) -> String {
        CacheKey::new(room, name, 1, &()).as_str().to_owned()
    }

    #[test]
    fn no_part_can_pretend_to_be_two() {
        let names = ["a:b", "a%3Ab", "a", "", "*", "a b", "é"];
        let keys: std::collections::BTreeSet<_> = names.iter().map(|name| key("leads", name)).collect();
        assert_eq!(keys.len(), names.len());
        assert!(keys.iter().all(|key| key.split(':').count() == 4), "{keys:?}");
        assert_ne!(key("a:b", "c"), key("a", "b:c"));
    }

    #[test]
    fn equal_filters_are_one_key_in_whatever_order_they_stand() {
        let of = |filters: &Value| CacheKey::new("leads", "list", 1, filters);
        let (one, other) = (r#"{"b":[1,{"d":2,"c":3}],"a":null}"#, r#"{"a":null,"b":[1,{"c":3,"d":2}]}"#);
        let parsed = |text| serde_json::from_str::<Value>(text).expect("JSON");
        assert_eq!(of(&parsed(one)), of(&parsed(other)));
        let different =
            [json!({"a": "1"}), json!({"a": 1}), json!({"a,b": 1}), json!([1, 2]), json!([12]), json!(null)];
        let keys: std::collections::BTreeSet<_> = different.iter().map(|one| of(one).as_str().to_owned()).collect();
        assert_eq!(keys.len(), different.len());
    }

    #[test]
    fn the_keys_of_one_name_begin_alike_and_no_others_do() {
        assert!(key("leads", "list").starts_with(&CacheKey::all_of("leads", "list")));
        assert!(!key("leads", "lists").starts_with(&CacheKey::all_of("leads", "list")));
    }
}
