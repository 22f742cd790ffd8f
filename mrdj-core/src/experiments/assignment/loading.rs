//! What is known while a payload is loaded, and what is to be said about it.

use std::collections::HashMap;
use std::fmt;

use super::Value;
use super::condition::GroupIndex;

/// Something in a payload that will not do what was probably meant.
///
/// It names the place and never what a visitor said, so that it may be logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Where, e.g. `features.hero.rules[2].condition.$foo`.
    pub path: String,
    /// What is wrong, and what comes of it.
    pub what: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path, self.what)
    }
}

/// A place in a payload: a step, and the place that it was taken from.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    step: Step<'a>,
    outer: Option<&'a Place<'a>>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root(&'static str),
    Field(&'a str),
    Index(usize),
}

impl Place<'static> {
    pub(super) const FEATURES: Self = Self::root("features");
    pub(super) const EXPERIMENTS: Self = Self::root("experiments");
    pub(super) const GROUPS: Self = Self::root("savedGroups");
    pub(super) const BANDITS: Self = Self::root("contextualBandits");

    pub(super) const fn root(name: &'static str) -> Self {
        Self { step: Step::Root(name), outer: None }
    }
}

impl Place<'_> {
    pub(super) const fn field<'b>(&'b self, name: &'b str) -> Place<'b> {
        Place { step: Step::Field(name), outer: Some(self) }
    }

    pub(super) const fn index(&self, at: usize) -> Place<'_> {
        Place { step: Step::Index(at), outer: Some(self) }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(outer) = self.outer {
            write!(f, "{outer}")?;
        }
        match self.step {
            Step::Root(name) => f.write_str(name),
            Step::Field(name) => write!(f, ".{name}"),
            Step::Index(at) => write!(f, "[{at}]"),
        }
    }
}

/// What is known while a payload is loaded.
pub(super) struct Loading<'p> {
    /// What was noticed so far.
    pub(super) warnings: Vec<Warning>,
    /// The saved groups.
    pub(super) groups: GroupIndex<'p>,
    /// Where each feature will stand.
    pub(super) features: HashMap<&'p str, usize>,
    /// The definitions of contextual bandits.
    pub(super) bandits: Option<&'p Value>,
    /// What experiments are overridden with.
    pub(super) overrides: Option<&'p Value>,
}

impl Loading<'_> {
    pub(super) fn warn(&mut self, place: Place<'_>, what: impl Into<String>) {
        self.warnings.push(Warning { path: place.to_string(), what: what.into() });
    }
}
