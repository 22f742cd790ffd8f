//! Coins with an unknown side: the exact bounds of a chance, whenever one looks.

use super::special::ln_gamma;

/// What is believed of a chance before the first observation, and how much that weighs: the two numbers of a beta distribution.
#[derive(Clone, Copy, Debug)]
pub(super) struct Belief {
    pub(super) heads: f64,
    pub(super) tails: f64,
}

/// How often a coin fell on which side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tosses {
    pub(super) heads: f64,
    pub(super) tails: f64,
}

impl Tosses {
    /// The logarithm of the evidence against "heads come with the chance `chance`": how much likelier these tosses are if the
    /// chance follows `belief`.
    ///
    /// Each toss multiplies it by something whose mean is 1 where the chance is as said, whatever came before.
    pub(super) fn evidence(self, belief: Belief, chance: f64) -> f64 {
        self.mixed(belief) - times(self.heads, chance.ln()) - times(self.tails, (-chance).ln_1p())
    }

    /// The chances that the evidence does not speak against by `bar`, as log-odds; infinite where nothing bounds them.
    pub(super) fn bounds(self, belief: Belief, bar: f64) -> (f64, f64) {
        let level = self.mixed(belief) - bar;
        let low = if self.heads == 0.0 { f64::NEG_INFINITY } else { self.reach(level, level / self.heads) };
        let high = if self.tails == 0.0 { f64::INFINITY } else { self.reach(level, -level / self.tails) };
        (low, high)
    }

    /// The logarithm of how likely these tosses are under `belief`.
    fn mixed(self, belief: Belief) -> f64 {
        let after = Belief { heads: belief.heads + self.heads, tails: belief.tails + self.tails };
        ln_beta(after) - ln_beta(belief)
    }

    /// Where the likelihood comes up to `level`, seen from log-odds that lie outside.
    ///
    /// The logarithm of the likelihood is concave in the log-odds, so that Newton's steps never pass the place they look for.
    fn reach(self, level: f64, from: f64) -> f64 {
        let all = self.heads + self.tails;
        let mut odds = from;
        for _ in 0..100 {
            let (heads, tails) = (ln_chance(odds), ln_chance(-odds));
            let missing = level - self.heads * heads - self.tails * tails;
            let step = missing / (self.heads - all * heads.exp());
            if !step.is_finite() || step.abs() <= 1e-13 * odds.abs().max(1e-3) {
                break;
            }
            odds += step;
        }
        odds
    }
}

/// The logarithm of the chance with these log-odds.
pub(super) fn ln_chance(odds: f64) -> f64 {
    if odds > 0.0 { -(-odds).exp().ln_1p() } else { odds - odds.exp().ln_1p() }
}

/// Nothing times whatever is nothing, were it infinite.
fn times(count: f64, log: f64) -> f64 {
    if count == 0.0 { 0.0 } else { count * log }
}

fn ln_beta(Belief { heads, tails }: Belief) -> f64 {
    ln_gamma(heads) + ln_gamma(tails) - ln_gamma(heads + tails)
}
