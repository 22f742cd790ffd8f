//! Bookings: visitors look whether an evening is free and ask for it, operators see it through.

mod availability;
mod desk;
mod feed;
mod forms;
mod made;
mod packages;
mod reasons;
mod request;
mod steps;
mod view;

pub(crate) use availability::*;
pub(crate) use desk::*;
pub(crate) use feed::*;
pub(crate) use forms::{AvailabilityForm, BookingFormBody, StepForm};
pub(crate) use made::Made;
pub(crate) use packages::*;
pub(crate) use reasons::Reason;
pub(crate) use request::*;
pub(crate) use steps::*;
