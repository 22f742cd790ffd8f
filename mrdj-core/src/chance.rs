//! Chance as an argument.

/// Rolls dice; rules take the number instead, services roll here.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Chance: Send + Sync {
    /// Sixty-four unpredictable bits.
    fn bits(&self) -> u64;

    /// A number in `0.0..1.0`, evenly spread.
    fn dice(&self) -> f64 {
        // The top 53 bits are all that an f64 holds exactly.
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
