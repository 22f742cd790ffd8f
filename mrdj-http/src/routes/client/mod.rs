//! The client's own page: who holds the link sees one booking, and changes it; it works without script.

mod act;
mod door;
mod files;
mod page;
mod show;
mod words;

pub(crate) use act::*;
pub(crate) use files::*;
pub(crate) use show::*;
