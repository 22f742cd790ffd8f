//! What is quick to have and harmless to lose.
//!
//! [`ReadThrough`] gets a value by its [`CacheKey`] or computes it, once for all who ask at the same time. The port
//! [`Cache`] keeps text; it may forget whatever it likes.

#[cfg(feature = "contract")]
pub mod contract;
mod flight;
mod key;
mod ports;
mod service;

pub use key::CacheKey;
#[cfg(feature = "mocks")]
pub use ports::MockCache;
pub use ports::{Cache, MAX_VALUE_BYTES};
pub use service::ReadThrough;
