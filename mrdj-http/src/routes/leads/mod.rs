//! Enquiries: visitors send them, operators look at them.

mod desk;
mod forms;
mod receipt;
mod submit;
mod view;

pub(crate) use desk::*;
pub(crate) use forms::{CallBackForm, ContactForm};
pub(crate) use receipt::Accepted;
pub(crate) use submit::*;
