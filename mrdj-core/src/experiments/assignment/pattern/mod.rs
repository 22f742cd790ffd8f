//! Patterns written for JavaScript, run by an engine that takes no longer for a hostile text than for a kind one.
//!
//! Look-arounds and back references are unknown to such an engine: a pattern with one of them matches nothing, and the
//! load of a payload says so. Two things differ beyond that: a character outside of the basic plane, an emoji for example,
//! is one character here and two there; and without regard to case a handful of letters that fold into ASCII (the Kelvin
//! sign) match here and not there.

mod class;
mod compiled;
mod signs;
mod translation;

pub(super) use compiled::{Pattern, PatternFault};
