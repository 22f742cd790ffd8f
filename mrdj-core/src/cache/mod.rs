//! What is quick to have and harmless to lose.

#[cfg(feature = "contract")]
pub mod contract;
mod ports;

#[cfg(feature = "mocks")]
pub use ports::MockCache;
pub use ports::{Cache, MAX_VALUE_BYTES};
