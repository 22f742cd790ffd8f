//! What can be seen from outside: health, readiness, figures.

mod health;
mod ports;

pub use health::{Condition, Finding, Health};
#[cfg(feature = "mocks")]
pub use ports::MockProbe;
pub use ports::Probe;
