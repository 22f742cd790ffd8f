//! What a visitor is shown, by what he looks for.

mod ask;
mod forms;
mod parameters;
mod view;

pub(crate) use ask::*;
