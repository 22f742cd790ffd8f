//! What is believed of one variant, as a curve that can be asked.

use super::Sample;

/// How many points of a curve lie within one standard deviation.
const FINENESS: f64 = 16.0;
/// A curve is drawn finely enough for one that is so many times as narrow, which it would miss otherwise between two points.
const BROADER: f64 = 4.0;
/// So many points a curve has at most.
const MOST: f64 = 20_000.0;
/// How much the points next to either end count, the end first (James Gregory's rule): a rate's density may end steeply at 1.
const EDGE: [f64; 6] = [
    19_087.0 / 60_480.0,
    84_199.0 / 60_480.0,
    37_738.0 / 60_480.0,
    75_242.0 / 60_480.0,
    55_031.0 / 60_480.0,
    61_343.0 / 60_480.0,
];
/// Where a density has fallen by this logarithm it is as good as 0.
const DEPTH: f64 = 32.0;

/// A belief on a line: of a rate, on the line of its logarithm; of a mean, on the line itself.
#[derive(Clone, Copy, Debug)]
pub(super) enum Belief {
    /// A rate after so many conversions and others, each counted from 1 (a flat prior).
    Rate { hits: f64, misses: f64 },
    /// A mean with its standard error, above 0.
    Mean { mean: f64, error: f64 },
}

impl Belief {
    /// That of a rate.
    pub(super) fn of_rate(visitors: u64, conversions: u64) -> Self {
        Self::Rate { hits: conversions as f64 + 1.0, misses: (visitors - conversions) as f64 + 1.0 }
    }

    /// That of a mean; there is none before there is spread.
    pub(super) fn of_mean(sample: Sample) -> Option<Self> {
        let error = (sample.variance / sample.n.max(1.0)).sqrt();
        (error > 0.0).then_some(Self::Mean { mean: sample.mean, error })
    }

    /// What a point of the line stands for.
    pub(super) fn worth(&self, at: f64) -> f64 {
        match self {
            Self::Rate { .. } => at.exp(),
            Self::Mean { .. } => at,
        }
    }

    /// The mean of what it is about.
    pub(super) fn mean(&self) -> f64 {
        match *self {
            Self::Rate { hits, misses } => hits / (hits + misses),
            Self::Mean { mean, .. } => mean,
        }
    }

    /// Where it is densest on the line, and its standard deviation there.
    pub(super) fn shape(&self) -> (f64, f64) {
        match *self {
            Self::Rate { hits, misses } => {
                // The trigamma function, by the head of its series.
                let spread = |count: f64| 1.0 / count + 0.5 / (count * count) + 1.0 / (6.0 * count.powi(3));
                ((hits / (hits + misses - 1.0)).ln(), (spread(hits) - spread(hits + misses)).sqrt())
            }
            Self::Mean { mean, error } => (mean, error),
        }
    }

    /// The logarithm of its density, up to a constant, and how that changes along the line.
    fn density(&self, at: f64) -> (f64, f64) {
        match *self {
            Self::Rate { hits, misses } if misses <= 1.0 => (hits * at, hits),
            Self::Rate { hits, misses } => {
                let rest = -at.exp_m1();
                (hits * at + (misses - 1.0) * rest.ln(), hits - (misses - 1.0) * at.exp() / rest)
            }
            Self::Mean { mean, error } => {
                let z = (at - mean) / error;
                (-0.5 * z * z, -z / error)
            }
        }
    }

    /// Where its density is as good as 0, going from `mode` by `step`.
    fn end(&self, mode: f64, step: f64) -> f64 {
        let top = self.density(mode).0;
        let mut at = mode;
        while top - self.density(at).0 < DEPTH {
            at += step;
            if matches!(self, Self::Rate { .. }) && at >= 0.0 {
                return 0.0;
            }
        }
        at
    }
}

/// A belief at evenly spaced points: its density, and the chance to be below.
#[derive(Clone, Debug)]
pub(super) struct Curve {
    from: f64,
    step: f64,
    /// Density and chance to be below, at each point.
    points: Vec<(f64, f64)>,
}

impl Curve {
    /// Draws a belief that stands alone.
    pub(super) fn of(belief: &Belief) -> Self {
        Self::among(belief, belief.shape().1)
    }

    /// Draws a belief that is compared with others, of which the narrowest has this standard deviation.
    pub(super) fn among(belief: &Belief, narrowest: f64) -> Self {
        let (mode, deviation) = belief.shape();
        let (from, to) = (belief.end(mode, -deviation), belief.end(mode, deviation));
        let fine = deviation.min(BROADER * narrowest);
        let count = ((to - from) / fine * FINENESS).min(MOST).ceil().max(12.0);
        let step = (to - from) / count;
        let top = belief.density(mode).0;
        let (mut below, mut last) = (0.0, 0.0);
        let points = (0..=count as usize).map(|place| {
            // The last point is the end itself: a rate has no logarithm above 0.
            let at = if place as f64 >= count { to } else { from + step * place as f64 };
            let (log, slope) = belief.density(at);
            let density = (log - top).exp();
            below += 0.5 * step * (last + density);
            last = density;
            // What the trapezoids miss on the way is what the slope says (Euler and Maclaurin).
            let missed = if density > 0.0 { density * slope * step * step / 12.0 } else { 0.0 };
            (density, below - missed)
        });
        let mut curve = Self { from, step, points: points.collect() };
        let whole = curve.mean(|_| 1.0);
        for (density, below) in &mut curve.points {
            *density /= whole;
            *below = (*below / whole).clamp(0.0, 1.0);
        }
        curve
    }

    /// The mean of `of` over the belief.
    pub(super) fn mean(&self, of: impl Fn(f64) -> f64) -> f64 {
        let last = self.points.len() - 1;
        let weighed = self.points.iter().enumerate().map(|(place, (density, _))| {
            let weight = EDGE.get(place.min(last - place)).copied().unwrap_or(1.0);
            weight * density * of(self.from + self.step * place as f64)
        });
        weighed.sum::<f64>() * self.step
    }

    /// The density at `at`, and the chance to be below: a cubic through both ends of its step.
    pub(super) fn at(&self, at: f64) -> (f64, f64) {
        let place = (at - self.from) / self.step;
        if place < 0.0 {
            return (0.0, 0.0);
        }
        let whole = place as usize;
        let (Some((d0, b0)), Some((d1, b1))) = (self.points.get(whole), self.points.get(whole + 1)) else {
            return (0.0, 1.0);
        };
        let part = place - whole as f64;
        let (rest, both) = (1.0 - part, part * part * (3.0 - 2.0 * part));
        let bend = self.step * part * rest * (d0 * rest - d1 * part);
        (d0 * rest + d1 * part, b0 * (1.0 - both) + b1 * both + bend)
    }

    /// Its first and last point.
    pub(super) fn ends(&self) -> (f64, f64) {
        (self.from, self.from + self.step * (self.points.len() - 1) as f64)
    }
}
