//! Numbering plans, by the data of libphonenumber.

mod plans;

pub use plans::{NumberingPlans, UnknownRegion};
