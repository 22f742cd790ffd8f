//! Signed words from outside: the same word is heard once.

#[cfg(feature = "contract")]
pub mod contract;
mod ports;

#[cfg(feature = "mocks")]
pub use ports::MockReplayGuard;
pub use ports::ReplayGuard;
