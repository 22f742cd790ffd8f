//! Tests of one value.

use std::cmp::Ordering;
use std::fmt;

use super::super::Value;
use super::super::attributes::Subject;
use super::super::pattern::Pattern;
use super::members::{Members, compare_folded};
use super::order::Primitive;
use super::version::Version;
use super::{Condition, Scope};

/// What a value must be.
#[derive(Debug)]
pub(in super::super) enum Test {
    /// JavaScript writes it so.
    Spelled(Box<str>),
    /// JavaScript writes it so in lower case.
    SpelledFolded(Box<str>),
    /// JavaScript calculates with this number.
    Counts(f64),
    /// It is something, and true or not.
    Truth(bool),
    /// It is written so as JSON.
    Same(Value),
    /// It is this text, number, truth or nothing; no list and no object is another.
    Equals(Value),
    /// Compared with this, the order is one of these.
    Compares(Primitive<'static>, &'static [Ordering]),
    /// Compared with this version, the order is one of these.
    Version(Box<Version>, &'static [Ordering]),
    /// It is a member.
    In(Members),
    /// It is a member, whatever the case of letters.
    InFolded(Members),
    /// It is a member of this saved group.
    InGroup(usize),
    /// It is something, or it is nothing.
    Exists(bool),
    /// It is of this type.
    Type(Box<str>),
    /// The pattern is found in it.
    Found(Pattern),
    /// It is a list, and its length passes.
    Size(Box<Test>),
    /// It is a list, and an element passes.
    Element(Box<Test>),
    /// It is a list, and the condition holds for an element.
    ElementHolds(Box<Condition>),
    /// It is a list, and for each of these an element passes.
    Each(Box<[Test]>),
    /// It passes every one.
    All(Box<[Test]>),
    /// It does not pass.
    Not(Box<Test>),
    /// Nothing passes.
    Never,
}

impl Test {
    pub(super) fn passes(&self, value: &Value, scope: &Scope<'_>) -> bool {
        match self {
            Self::Spelled(text) => is_spelled(value, text),
            Self::SpelledFolded(text) => value.with_text(|spelled| compare_folded(spelled, text).is_eq()),
            Self::Counts(number) => value.to_number() == *number,
            Self::Truth(truth) => !value.is_null() && value.is_truthy() == *truth,
            Self::Same(same) => value == same,
            Self::Equals(equal) => is_equal(value, equal),
            Self::Compares(with, orders) => {
                Primitive::of(value).order(with).is_some_and(|order| orders.contains(&order))
            }
            Self::Version(version, orders) => orders.contains(&version.order(value)),
            Self::In(members) => members.hold(value),
            Self::InFolded(members) => members.hold_folded(value),
            Self::InGroup(group) => scope.groups.members(*group).hold(value),
            Self::Exists(exists) => value.is_null() != *exists,
            Self::Type(name) => *value.type_name() == **name,
            Self::Found(pattern) => value.with_text(|text| pattern.matches(text)),
            Self::All(tests) => tests.iter().all(|test| test.passes(value, scope)),
            Self::Not(test) => !test.passes(value, scope),
            Self::Never => false,
            Self::Size(_) | Self::Element(_) | Self::ElementHolds(_) | Self::Each(_) => {
                if let Value::List(items) = value { self.list_passes(items, scope) } else { false }
            }
        }
    }

    fn list_passes(&self, items: &[Value], scope: &Scope<'_>) -> bool {
        let mut present = items.iter().filter(|item| !item.is_null());
        match self {
            Self::Size(test) => test.passes(&Value::Number(items.len() as f64), scope),
            Self::Element(test) => present.any(|item| test.passes(item, scope)),
            Self::ElementHolds(condition) => present.any(|item| condition.holds(Subject::Element(item), scope)),
            Self::Each(tests) => tests.iter().all(|test| items.iter().any(|item| test.passes(item, scope))),
            _ => false,
        }
    }
}

/// What JavaScript calls strictly equal; no list and no object is another.
fn is_equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => one == other,
        (Value::Number(one), Value::Number(other)) => one == other,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Null, Value::Null) => true,
        _ => false,
    }
}

fn is_spelled(value: &Value, text: &str) -> bool {
    if let Value::Text(spelled) = value {
        return spelled.as_ref() == text;
    }
    let mut rest = Rest(text);
    value.spell(&mut rest).is_ok() && rest.0.is_empty()
}

/// What is still to be written; anything else is an error.
struct Rest<'a>(&'a str);

impl fmt::Write for Rest<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(text).ok_or(fmt::Error)?;
        Ok(())
    }
}
