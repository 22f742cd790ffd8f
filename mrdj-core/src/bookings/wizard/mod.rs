//! The steps of a booking form that goes over several pages, and what a visitor chose on the way.
//!
//! What was typed is the visitor's until the booking is made: it is kept under a session of his own for a day, and is found
//! by nothing else.

mod step;
mod visitor;

pub use step::{BadStep, WizardStep};
pub use visitor::{Progress, Selections, Visitor};
