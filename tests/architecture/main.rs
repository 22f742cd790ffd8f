//! Guards of the house: who may import whom, what the core depends on, how files and code look.
//!
//! The rules are those of the table "Who may import whom" in `docs/architecture.md`. Each exception stands beside its
//! rule with the reason, and an exception that nobody needs any more is a failure too.

mod dependencies;
mod directions;
mod manners;
mod source;
