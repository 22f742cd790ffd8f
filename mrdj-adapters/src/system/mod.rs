//! The real clock, dice, timer and bell: the one place that asks the machine for time and chance.

mod bell;
mod chance;
mod clock;

pub use bell::ProcessBell;
pub use chance::SystemChance;
pub use clock::SystemClock;
