//! From JSON to conditions.

use super::super::Value;
use super::super::attributes::Path;
use super::super::loading::{Loading, Place};
use super::groups::Group;
use super::operators::test;
use super::{Condition, Test};

/// JavaScript throws where it reaches this, and nothing comes of the whole evaluation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thrown;

/// Compiles a condition; one that JavaScript would throw on holds for nobody.
pub(in super::super) fn condition(value: &Value, place: Place<'_>, loading: &mut Loading<'_>) -> Condition {
    whole(value, place, loading).unwrap_or(Condition::Never)
}

/// Compiles a condition on a whole subject: every entry of an object holds.
pub(super) fn whole(value: &Value, place: Place<'_>, loading: &mut Loading<'_>) -> Result<Condition, Thrown> {
    let mut all = match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| entry(key, value, place.field(key), loading))
            .collect::<Result<Vec<_>, _>>()?,
        Value::List(items) => {
            loading.warn(place, "is a list where an object is expected: its places are read as attributes");
            let entry = |(at, value): (usize, &Value)| entry(&at.to_string(), value, place.index(at), loading);
            items.iter().enumerate().map(entry).collect::<Result<Vec<_>, _>>()?
        }
        Value::Text(text) if !text.is_empty() => return whole(&letters(text), place, loading),
        Value::Null => return Err(thrown(place, loading)),
        Value::Text(_) | Value::Bool(_) | Value::Number(_) => {
            loading.warn(place, "is no object: it holds for everybody");
            return Ok(Condition::always());
        }
    };
    Ok(if all.len() == 1 { all.remove(0) } else { Condition::All(all.into()) })
}

fn entry(key: &str, value: &Value, place: Place<'_>, loading: &mut Loading<'_>) -> Result<Condition, Thrown> {
    match key {
        "$and" => several(value, place, loading).map(Condition::All),
        "$or" => several(value, place, loading).map(Condition::Any),
        "$nor" => several(value, place, loading).map(|any| Condition::Not(Condition::Any(any).into())),
        "$not" => whole(value, place, loading).map(|condition| Condition::Not(condition.into())),
        "$savedGroup" => Ok(saved_group(value, place, loading)),
        _ => {
            if key.starts_with('$') {
                loading.warn(place, "is no operator that is known: it is read as an attribute of that name");
            }
            Ok(Condition::Attribute(Path::new(key), test(value, place, loading)?))
        }
    }
}

/// The conditions of a list; what is no list counts as one without any.
fn several(value: &Value, place: Place<'_>, loading: &mut Loading<'_>) -> Result<Box<[Condition]>, Thrown> {
    match value {
        Value::List(items) => {
            items.iter().enumerate().map(|(at, item)| whole(item, place.index(at), loading)).collect()
        }
        Value::Text(text) if !text.is_empty() => several(&letters(text), place, loading),
        Value::Null => Err(thrown(place, loading)),
        _ => {
            loading.warn(place, "is no list: it is read as an empty one");
            Ok(Box::default())
        }
    }
}

/// A text as JavaScript walks through it.
fn letters(text: &str) -> Value {
    Value::List(text.chars().map(|letter| Value::from(letter.to_string())).collect())
}

/// A reference to a group from a whole subject; what is not understood holds for nobody.
fn saved_group(reference: &Value, place: Place<'_>, loading: &mut Loading<'_>) -> Condition {
    let id = reference.get("id").and_then(Value::as_text);
    let key = reference.get("attributeKey");
    let group = id.and_then(|id| loading.groups.find(id));
    match (group, key) {
        (Some(Group::Condition(group)), None | Some(Value::Text(_))) => Condition::Group(group),
        (Some(Group::List(group, own)), None | Some(Value::Text(_))) => match key.and_then(Value::as_text).or(own) {
            Some(key) => Condition::Attribute(Path::new(key), Test::InGroup(group)),
            None => never(place, "is a list that says not of which attribute: it holds for nobody", loading),
        },
        _ => never(place, "names no saved group that can be asked so: it holds for nobody", loading),
    }
}

fn never(place: Place<'_>, what: &str, loading: &mut Loading<'_>) -> Condition {
    loading.warn(place, what);
    Condition::Never
}

/// Notes that a condition cannot be evaluated.
pub(super) fn thrown(place: Place<'_>, loading: &mut Loading<'_>) -> Thrown {
    loading.warn(place, "cannot be evaluated: the whole condition holds for nobody");
    Thrown
}
