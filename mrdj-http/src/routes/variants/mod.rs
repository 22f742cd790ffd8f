//! Variants: pages ask who sees which, and tell who saw one.

mod assign;
mod expose;
mod features;
mod reading;
mod shown;

pub(crate) use assign::*;
pub(crate) use expose::*;
pub(crate) use features::*;
pub(crate) use shown::seen;
