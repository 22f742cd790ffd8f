//! Everything that a seed decides is drawn here.

use jiff::SignedDuration;
use mrdj_core::chance::Chance;
use mrdj_core::mocks::FakeChance;

/// The dice of a seed; clones share one sequence.
#[derive(Clone)]
pub(crate) struct Dice(FakeChance);

impl Dice {
    /// The dice of `seed`.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(FakeChance::seeded(seed))
    }

    /// Dice for one part of the world, whose rolls move nobody else's.
    pub(crate) fn for_another(&self) -> Self {
        Self::seeded(self.0.bits())
    }

    /// Them, as the core takes them.
    pub(crate) fn chance(&self) -> FakeChance {
        self.0.clone()
    }

    /// A number nobody can guess.
    pub(crate) fn bits(&self) -> u64 {
        self.0.bits()
    }

    /// Whether something happens that happens in this share of cases.
    pub(crate) fn falls(&self, share: f64) -> bool {
        self.0.dice() < share
    }

    /// One of `0..end`, which holds at least one.
    pub(crate) fn below(&self, end: usize) -> usize {
        usize::try_from(self.0.bits() % end.max(1) as u64).unwrap_or_default()
    }

    /// One of these.
    pub(crate) fn one_of<T: Copy>(&self, these: &[T]) -> T {
        these[self.below(these.len())]
    }

    /// A share of at most `most`.
    pub(crate) fn share(&self, most: f64) -> f64 {
        self.0.dice() * most
    }

    /// A time between so many seconds and so many, to the millisecond.
    pub(crate) fn seconds(&self, least: i64, most: i64) -> SignedDuration {
        let span = usize::try_from((most - least) * 1_000 + 1).unwrap_or(1);
        SignedDuration::from_secs(least) + SignedDuration::from_millis(self.below(span) as i64)
    }
}
