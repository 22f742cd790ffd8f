//! How much has to be counted before something can be seen.

use serde::{Deserialize, Serialize};

use super::error::checked;
use super::special::normal_quantile;
use super::{InvalidFigures, Share, Tuning};

/// What is fixed before an experiment starts.
///
/// ```
/// use mrdj_core::experiments::analysis::{Plan, Share};
///
/// // Two visitors in a hundred enquire; a third more would be worth having.
/// let plan = Plan::new(0.02, 0.33)?;
/// let conversions = plan.conversions(Share::HALF, 1);
/// assert!((500..900).contains(&conversions), "{conversions}");
/// # Ok::<(), mrdj_core::experiments::analysis::InvalidFigures>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// The part of the visitors that convert today, from a millionth to 0.9.
    pub baseline: f64,
    /// The smallest difference that is worth finding, as a part of that: 0.2 is a fifth more. From 0.01 to 10.
    pub uplift: f64,
    /// How often an experiment without a difference may ever show one, from a millionth to a half.
    #[serde(default = "Plan::default_alpha")]
    pub alpha: f64,
    /// How often a difference of that size is to be found, from 0.5 to 0.99.
    #[serde(default = "Plan::default_power")]
    pub power: f64,
    /// How many days it runs at least: whole weeks, as Saturdays are unlike Tuesdays.
    #[serde(default = "Plan::default_days")]
    pub minimum_days: u32,
    /// How many conversions each variant has at least, on average: one that sells nothing is not waited for.
    #[serde(default = "Plan::default_conversions")]
    pub minimum_conversions: u64,
    /// How many visitors each variant has at least.
    #[serde(default)]
    pub minimum_visitors: u64,
    /// How often one and the same may be among those who are counted, from 1 to 1,000: 1 where people are counted, more where
    /// their views are. The division of visitors is read as if only every so-many-th had been counted.
    #[serde(default = "Plan::default_repeated")]
    pub repeated: u32,
    /// How much the values of conversions vary, as a part of their mean, from 0 to 10; 0 for a rate.
    #[serde(default)]
    pub spread: f64,
}

impl Plan {
    const fn default_alpha() -> f64 {
        0.05
    }

    const fn default_power() -> f64 {
        0.8
    }

    const fn default_days() -> u32 {
        14
    }

    const fn default_conversions() -> u64 {
        20
    }

    const fn default_repeated() -> u32 {
        1
    }

    /// A plan for a rate of `baseline` that finds `uplift` four times in five, wrong at most five times in a hundred, over two weeks
    /// and twenty conversions a variant at least.
    pub fn new(baseline: f64, uplift: f64) -> Result<Self, InvalidFigures> {
        let plan = Self {
            baseline,
            uplift,
            alpha: Self::default_alpha(),
            power: Self::default_power(),
            minimum_days: Self::default_days(),
            minimum_conversions: Self::default_conversions(),
            minimum_visitors: 0,
            repeated: Self::default_repeated(),
            spread: 0.0,
        };
        plan.check().map(|()| plan)
    }

    /// Refuses what no experiment can be planned with.
    pub fn check(&self) -> Result<(), InvalidFigures> {
        checked("baseline", self.baseline, 1e-6..=0.9, "has to lie between a millionth and 0.9")?;
        checked("uplift", self.uplift, 0.01..=10.0, "has to lie between 0.01 and 10")?;
        checked("alpha", self.alpha, 1e-6..=0.5, "has to lie between a millionth and a half")?;
        checked("power", self.power, 0.5..=0.99, "has to lie between 0.5 and 0.99")?;
        checked("repeated", f64::from(self.repeated), 1.0..=1e3, "has to lie between 1 and 1,000")?;
        checked("spread", self.spread, 0.0..=10.0, "has to lie between 0 and 10").map(|_| ())
    }

    /// The tuning of each of `challengers` comparisons, sharpest at the end of the plan.
    pub fn tuning(&self, share: Share, challengers: usize) -> Tuning {
        Tuning::planned(self.alpha / challengers.max(1) as f64, self.conversions(share, challengers) as f64)
    }

    /// How many conversions, of the baseline and one challenger together, it takes to find the planned uplift with the
    /// planned power, where one of `challengers` is compared.
    ///
    /// It asks that the bounds have closed in far enough by then; since they may do so at any look before, the power is a
    /// little greater than planned.
    pub fn conversions(&self, share: Share, challengers: usize) -> u64 {
        self.needed(self.uplift, share, challengers).ceil() as u64
    }

    /// The smallest uplift that so many conversions of both variants find with the planned power; none below 1,000 %.
    pub fn detectable(&self, conversions: u64, share: Share, challengers: usize) -> Option<f64> {
        let (mut low, mut high) = (0.0, 10.0);
        if self.needed(high, share, challengers) > conversions as f64 {
            return None;
        }
        for _ in 0..50 {
            let middle = 0.5 * (low + high);
            if self.needed(middle, share, challengers) > conversions as f64 {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(high)
    }

    /// So many conversions of a pair come from so many visitors of it, where the planned uplift is real.
    pub fn visitors(&self, conversions: u64, share: Share) -> u64 {
        let rate = self.baseline * (1.0 + share.get() * self.uplift);
        (conversions as f64 / rate.min(1.0)).ceil() as u64
    }

    fn needed(&self, uplift: f64, share: Share, challengers: usize) -> f64 {
        let (fair, alpha) = (share.get(), self.alpha / challengers.max(1) as f64);
        let tilted = fair * (1.0 + uplift) / (1.0 + fair * uplift);
        // Half the width of the bounds at their sharpest, times the root of the conversions, in deviations.
        let depth = Tuning::depth(alpha);
        let bounds = ((1.0 + 1.0 / depth) * ((1.0 + depth).ln() - 2.0 * alpha.ln())).sqrt();
        let chance = normal_quantile(self.power);
        let width = bounds * (fair * (1.0 - fair)).sqrt() + chance * (tilted * (1.0 - tilted)).sqrt();
        (1.0 + self.spread * self.spread) * (width / (tilted - fair)).powi(2)
    }
}
