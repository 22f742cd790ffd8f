//! The machine's dice.

use mrdj_core::chance::Chance;

/// The thread's generator, seeded by the operating system; fit for secrets.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    #[expect(clippy::disallowed_methods, reason = "this is the place that rolls the dice")]
    fn bits(&self) -> u64 {
        rand::random()
    }
}
