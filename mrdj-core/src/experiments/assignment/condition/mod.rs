//! Whom a rule is for: conditions in the manner of MongoDB, compiled once.
//!
//! A [`Condition`] looks at a whole subject, a [`Test`] at the value of one of its attributes. Both compare as JavaScript
//! does, since the same conditions are evaluated in browsers.

mod compile;
mod groups;
mod members;
mod operators;
mod order;
mod scope;
mod test;
mod version;
mod whole;

pub(super) use compile::condition;
pub(super) use groups::{GroupIndex, Groups};
pub(super) use scope::{Budget, DEEPEST, Scope};
pub(super) use whole::Condition;

use test::Test;
