//! What happens around every route, outermost first: arrival, access log, security headers, problems, panics, time.

mod access_log;
mod around;
mod arrival;
mod cors;
mod cross_site;
mod gate;
mod panics;
mod problems;
mod rate_limit;
mod security_headers;
mod time_limit;

pub(crate) use around::attend;
pub(crate) use cors::cors;
pub(crate) use cross_site::same_site_only;
pub(crate) use gate::operators_only;
pub(crate) use panics::catch_panics;
pub(crate) use rate_limit::{Counted, count};
pub(crate) use security_headers::page_policy;
pub(crate) use time_limit::limit_time;
