//! From JSON to tests of one value: bare values and operators.

use std::cmp::Ordering::{Equal, Greater, Less};

use super::super::Value;
use super::super::loading::{Loading, Place};
use super::super::pattern::Pattern;
use super::compile::{Thrown, thrown, whole};
use super::groups::Group;
use super::members::Members;
use super::order::Primitive;
use super::test::Test;
use super::version::Version;

/// Compiles what a value must be: bare, or by operators.
pub(super) fn test(expected: &Value, place: Place<'_>, loading: &mut Loading<'_>) -> Result<Test, Thrown> {
    Ok(match expected {
        Value::Text(text) => Test::Spelled(text.clone()),
        Value::Number(number) => Test::Counts(*number),
        Value::Bool(truth) => Test::Truth(*truth),
        Value::Null => Test::Exists(false),
        Value::Object(fields) if has_only_operators(fields) => {
            let operator = |(name, value): &(Box<str>, Value)| operator(name, value, place.field(name), loading);
            let mut all = fields.iter().map(operator).collect::<Result<Vec<_>, _>>()?;
            if all.len() == 1 { all.remove(0) } else { Test::All(all.into()) }
        }
        Value::List(_) | Value::Object(_) => Test::Same(expected.clone()),
    })
}

fn has_only_operators(fields: &[(Box<str>, Value)]) -> bool {
    !fields.is_empty() && fields.iter().all(|(name, _)| name.starts_with('$'))
}

fn operator(name: &str, expected: &Value, place: Place<'_>, loading: &mut Loading<'_>) -> Result<Test, Thrown> {
    let compared = |orders| Test::Compares(Primitive::of(expected).into_owned(), orders);
    let version = |orders| Test::Version(Version::new(expected).into(), orders);
    Ok(match name {
        "$eq" => Test::Equals(expected.clone()),
        "$ne" => not(Test::Equals(expected.clone())),
        "$lt" => compared(&[Less]),
        "$lte" => compared(&[Less, Equal]),
        "$gt" => compared(&[Greater]),
        "$gte" => compared(&[Greater, Equal]),
        "$veq" => version(&[Equal]),
        "$vne" => version(&[Less, Greater]),
        "$vlt" => version(&[Less]),
        "$vlte" => version(&[Less, Equal]),
        "$vgt" => version(&[Greater]),
        "$vgte" => version(&[Greater, Equal]),
        "$exists" => Test::Exists(expected.is_truthy()),
        "$not" => not(test(expected, place, loading)?),
        "$size" => Test::Size(test(expected, place, loading)?.into()),
        "$elemMatch" => element(expected, place, loading)?,
        "$regex" => pattern(expected, false, place, loading),
        "$regexi" => pattern(expected, true, place, loading),
        "$inGroup" => in_group(expected, false, place, loading),
        "$notInGroup" => in_group(expected, true, place, loading),
        "$in" | "$nin" | "$ini" | "$nini" | "$all" | "$alli" => listed(name, expected, place, loading)?,
        "$type" => match expected.as_text() {
            Some(text) => Test::Type(text.into()),
            None => never(place, "is no name of a type: it passes nothing", loading),
        },
        _ => never(place, "is no operator that is known: it passes nothing", loading),
    })
}

fn not(test: Test) -> Test {
    Test::Not(test.into())
}

fn never(place: Place<'_>, what: &str, loading: &mut Loading<'_>) -> Test {
    loading.warn(place, what);
    Test::Never
}

/// The operators that take a list.
fn listed(name: &str, expected: &Value, place: Place<'_>, loading: &mut Loading<'_>) -> Result<Test, Thrown> {
    let Value::List(items) = expected else {
        return Ok(never(place, "is no list: it passes nothing", loading));
    };
    Ok(match name {
        "$in" => Test::In(Members::new(items)),
        "$nin" => not(Test::In(Members::new(items))),
        "$ini" => Test::InFolded(Members::folded(items)),
        "$nini" => not(Test::InFolded(Members::folded(items))),
        _ => {
            let folded = name == "$alli";
            let each = |(at, item): (usize, &Value)| match item {
                Value::Text(text) if folded => Ok(Test::SpelledFolded(text.to_lowercase().into())),
                _ => test(item, place.index(at), loading),
            };
            Test::Each(items.iter().enumerate().map(each).collect::<Result<_, _>>()?)
        }
    })
}

fn element(expected: &Value, place: Place<'_>, loading: &mut Loading<'_>) -> Result<Test, Thrown> {
    match expected {
        Value::Object(fields) if has_only_operators(fields) => {
            test(expected, place, loading).map(|test| Test::Element(test.into()))
        }
        Value::Null => Err(thrown(place, loading)),
        _ => whole(expected, place, loading).map(|condition| Test::ElementHolds(condition.into())),
    }
}

fn pattern(expected: &Value, any_case: bool, place: Place<'_>, loading: &mut Loading<'_>) -> Test {
    let Some(source) = expected.as_text() else {
        return never(place, "is no text: it passes nothing", loading);
    };
    match Pattern::new(source, any_case) {
        Ok(pattern) => Test::Found(pattern),
        Err(fault) => never(place, &fault.to_string(), loading),
    }
}

fn in_group(expected: &Value, negated: bool, place: Place<'_>, loading: &mut Loading<'_>) -> Test {
    let members = match loading.groups.find(&expected.spelled()) {
        Some(Group::Bare(group) | Group::List(group, _)) => Test::InGroup(group),
        Some(Group::Condition(_) | Group::Unknown) => {
            return never(place, "names a saved group that is no list: it passes nothing", loading);
        }
        None => {
            loading.warn(place, "names a saved group that is not there: nobody is in it");
            Test::In(Members::new(&[]))
        }
    };
    if negated { not(members) } else { members }
}
