//! Bookings: visitors look whether an evening is free and ask for it, operators see it through.

mod availability;
mod desk;
mod feed;
mod files;
mod forms;
mod made;
mod packages;
mod reasons;
mod refused;
mod request;
mod steps;
mod stock;
mod stock_forms;
mod view;

pub(crate) use availability::*;
pub(crate) use desk::*;
pub(crate) use feed::*;
pub(crate) use files::*;
pub(crate) use forms::{AvailabilityForm, BookingChangeForm, BookingFormBody, StepForm};
pub(crate) use made::Made;
pub(crate) use packages::*;
pub(crate) use reasons::Reason;
pub(crate) use refused::problem;
pub(crate) use request::*;
pub(crate) use steps::*;
pub(crate) use stock::*;
