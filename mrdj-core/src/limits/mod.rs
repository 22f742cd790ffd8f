//! How often somebody may: counted in windows, told in headers.
//!
//! A limiter that cannot count lets everybody through; only logins fail closed.

#[cfg(feature = "contract")]
pub mod contract;
mod limit;
mod ports;

pub use limit::{Count, Limit, Ruling};
pub use ports::Limiter;
#[cfg(feature = "mocks")]
pub use ports::MockLimiter;
