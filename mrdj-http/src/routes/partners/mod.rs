//! The CRM: operators look at its queue and hurry it on.

mod flush;
mod status;

pub(crate) use flush::*;
pub(crate) use status::*;
