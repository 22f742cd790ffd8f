//! Conditions on a whole subject.

use super::super::attributes::{Path, Subject};
use super::{Scope, Test};

/// What must hold of a visitor, of the value of a feature, or of an element of a list.
#[derive(Debug)]
pub(in super::super) enum Condition {
    /// Every one holds.
    All(Box<[Condition]>),
    /// One holds, or there is none.
    Any(Box<[Condition]>),
    /// It does not hold.
    Not(Box<Condition>),
    /// What lies there passes.
    Attribute(Path, Test),
    /// The condition of this saved group holds.
    Group(usize),
    /// It holds for nobody.
    Never,
}

impl Condition {
    /// Holds for everybody.
    pub(in super::super) fn always() -> Self {
        Self::All(Box::default())
    }

    pub(in super::super) fn holds(&self, subject: Subject<'_>, scope: &Scope<'_>) -> bool {
        match self {
            Self::All(all) => all.iter().all(|condition| condition.holds(subject, scope)),
            Self::Any(any) => any.is_empty() || any.iter().any(|condition| condition.holds(subject, scope)),
            Self::Not(condition) => !condition.holds(subject, scope),
            Self::Attribute(path, test) => path.read(subject, |value| test.passes(value, scope)),
            Self::Group(group) => scope.within(*group, |inner| inner.groups.condition(*group).holds(subject, &inner)),
            Self::Never => false,
        }
    }
}
