//! Partners tell what happened; operators see what they said.

mod desk;
mod door;
mod hear;
mod view;

pub(crate) use desk::*;
pub use door::{SignedDoor, SignedDoors};
pub(crate) use hear::*;
