//! What a visitor is shown, by what he looks for, and what pages tell of it.

mod ask;
mod events;
mod figures;
mod forms;
mod parameters;
mod view;

pub(crate) use ask::*;
pub(crate) use events::*;
pub(crate) use figures::*;
