//! Experiments: operators define them, see them through, and read what they say.

mod desk;
mod figures;
mod forms;
mod numbers;
mod page;
mod picture;
mod plot;
mod reading;
mod refused;
mod report;
mod scale;
mod show;
mod steps;
mod view;
mod words;

pub(crate) use desk::*;
pub(crate) use figures::*;
pub(crate) use show::*;
pub(crate) use steps::*;
