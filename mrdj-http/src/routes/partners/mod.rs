//! The CRM: operators look at its queue and hurry it on.

mod flush;
mod status;
mod view;

pub(crate) use flush::*;
pub(crate) use status::*;
pub(crate) use view::PartnerStatusView;
