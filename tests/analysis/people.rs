//! Visitors that are made up: who sees which of two variants, who converts, and what it is worth.

use mrdj_core::chance::Chance;
use mrdj_core::experiments::analysis::Figures;
use mrdj_core::mocks::FakeChance;

/// The traffic of a site with two variants.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traffic {
    /// The part of the visitors that convert, of the baseline and of the challenger.
    pub(crate) rates: [f64; 2],
    /// The part of the visitors that see the challenger.
    pub(crate) share: f64,
    /// The visitors of a day.
    pub(crate) per_day: u64,
    /// How long it runs.
    pub(crate) days: u64,
}

/// What was counted so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) visitors: [u64; 2],
    pub(crate) conversions: [u64; 2],
    pub(crate) sums: [f64; 2],
    pub(crate) squares: [f64; 2],
}

impl Tally {
    /// The counts of both, without values.
    pub(crate) fn counted(&self) -> [Figures; 2] {
        [0, 1].map(|arm| Figures::counted(self.visitors[arm], self.conversions[arm]).expect("figures"))
    }

    /// The counts of both, with values.
    pub(crate) fn valued(&self) -> [Figures; 2] {
        [0, 1].map(|arm| {
            let (sum, squares) = (self.sums[arm], self.squares[arm]);
            Figures::valued(self.visitors[arm], self.conversions[arm], sum, squares).expect("figures")
        })
    }

    /// All visitors.
    pub(crate) fn all(&self) -> u64 {
        self.visitors[0] + self.visitors[1]
    }
}

/// When one looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looks {
    /// After every visitor who converted: between two of them, nothing that an exact reading looks at changes.
    EveryConversion,
    /// At the end of every day.
    EveryDay,
}

impl Traffic {
    /// A year of fifty enquiries a month, two in a hundred visitors, with no difference at all.
    pub(crate) const SMALL_BUSINESS: Self = Self { rates: [0.02, 0.02], share: 0.5, per_day: 83, days: 365 };

    /// Lets visitors come until `stop` says that it has seen enough, and answers what was counted by then; `None` when it never did.
    pub(crate) fn run(&self, seed: u64, looks: Looks, mut stop: impl FnMut(&Tally) -> bool) -> Option<Tally> {
        let (chance, mut tally) = (FakeChance::seeded(seed.wrapping_mul(0x2545_F491_4F6C_DD1D)), Tally::default());
        for _ in 0..self.days {
            for _ in 0..self.per_day {
                let arm = usize::from(chance.dice() < self.share);
                tally.visitors[arm] += 1;
                if chance.dice() >= self.rates[arm] {
                    continue;
                }
                let cents = booking(&chance);
                tally.conversions[arm] += 1;
                tally.sums[arm] += cents;
                tally.squares[arm] += cents * cents;
                if looks == Looks::EveryConversion && stop(&tally) {
                    return Some(tally);
                }
            }
            if looks == Looks::EveryDay && stop(&tally) {
                return Some(tally);
            }
        }
        None
    }

    /// Of `runs` experiments, how many `stop` at some look, and the visitors that each of those needed.
    pub(crate) fn stopped(&self, runs: u64, looks: Looks, mut stop: impl FnMut(&Tally) -> bool) -> Vec<u64> {
        (0..runs).filter_map(|seed| self.run(seed, looks, &mut stop)).map(|tally| tally.all()).collect()
    }
}

/// What a booking is worth: 1,200 euro in the middle, one in forty above 5,000 (log-normal).
fn booking(chance: &FakeChance) -> f64 {
    let (radius, angle) = (1.0 - chance.dice(), chance.dice());
    let normal = (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos();
    (120_000.0 * (0.75 * normal).exp()).round()
}
