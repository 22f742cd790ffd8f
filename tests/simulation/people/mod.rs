//! Who acts: visitors who fill in forms, an operator who steers, workers who carry.

mod form;
mod operator;
mod sleeper;
mod visitor;
mod worker;

pub(crate) use form::{EveryNumber, Sheet, Wish};
pub(crate) use operator::Operator;
pub(crate) use sleeper::Sleeper;
pub(crate) use visitor::{Heard, Told, Visitor};
pub(crate) use worker::{Ahead, work};
