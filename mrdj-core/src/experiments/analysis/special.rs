//! The distributions that the methods ask.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use libm::erfc;
pub(super) use libm::lgamma as ln_gamma;

/// The density of the standard normal distribution.
pub(super) fn normal_density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

/// The chance that a standard normal value is below `x`.
pub(super) fn normal_below(x: f64) -> f64 {
    0.5 * erfc(-x * FRAC_1_SQRT_2)
}

/// The value that a standard normal one is below with the chance `chance`, which lies between 0 and 1, both excluded.
pub(super) fn normal_quantile(chance: f64) -> f64 {
    let tail = chance.min(1.0 - chance);
    let distance = outermost(0.0, tail, |x| normal_below(-x), normal_density);
    if chance < 0.5 { -distance } else { distance }
}

/// The chance that Student's t with so many degrees of freedom is farther from 0 than `t`, on either side.
pub(super) fn student_beyond(t: f64, degrees: f64) -> f64 {
    let squared = t * t;
    if degrees > 1e5 {
        // So close to the normal distribution that a correction does (D. L. Wallace, 1959), and is quicker.
        let z = t * (1.0 - 0.25 / degrees) / (1.0 + 0.5 * squared / degrees).sqrt();
        return 2.0 * normal_below(-z.abs());
    }
    let (a, x, y) = (0.5 * degrees, degrees / (degrees + squared), squared / (degrees + squared));
    let scale = a * (-y).ln_1p() + 0.5 * y.ln() - (ln_gamma(a) + ln_gamma(0.5) - ln_gamma(a + 0.5));
    if x < (a + 1.0) / (a + 2.5) {
        scale.exp() * beta_fraction(a, 0.5, x) / a
    } else {
        1.0 - scale.exp() * beta_fraction(0.5, a, y) / 0.5
    }
}

/// How far from 0 Student's t is on either side with the chance `beyond` in all.
pub(super) fn student_quantile(beyond: f64, degrees: f64) -> f64 {
    let norm = (ln_gamma(0.5 * (degrees + 1.0)) - ln_gamma(0.5 * degrees)).exp() / (degrees * PI).sqrt();
    let density = |t: f64| norm * (-0.5 * (degrees + 1.0) * (t * t / degrees).ln_1p()).exp();
    // Its tails are heavier than the normal one's, whose quantile therefore lies before its own.
    let from = normal_quantile(1.0 - 0.5 * beyond);
    outermost(from, 0.5 * beyond, |t| 0.5 * student_beyond(t, degrees), density)
}

/// The chance that a chi-squared value with so many degrees of freedom, 1 or more, is greater than `x`: its finite sum.
pub(super) fn chi_squared_above(x: f64, degrees: usize) -> f64 {
    let half = 0.5 * x.max(0.0);
    let odd = degrees % 2 == 1;
    let (mut sum, mut term, mut step) = if odd {
        (erfc(half.sqrt()), (-half).exp() * (half / PI).sqrt() * 2.0, 1.5)
    } else {
        (0.0, (-half).exp(), 1.0)
    };
    for _ in 0..degrees / 2 {
        sum += term;
        term *= half / step;
        step += 1.0;
    }
    sum.min(1.0)
}

/// The continued fraction of the incomplete beta function, by W. J. Lentz's steps; `x` lies left of the distribution's middle,
/// where it converges within some hundred steps.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let nonzero = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..10_000 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = fraction;
        for part in [even, odd] {
            d = 1.0 / nonzero(1.0 + part * d);
            c = nonzero(1.0 + part / c);
            fraction *= c * d;
        }
        if (fraction - before).abs() <= 1e-15 * fraction.abs() {
            break;
        }
    }
    fraction
}

/// Where a falling, convex tail comes down to `tail`: coming `from` before, Newton's steps never pass that place.
fn outermost(from: f64, tail: f64, above: impl Fn(f64) -> f64, density: impl Fn(f64) -> f64) -> f64 {
    let mut x = from;
    for _ in 0..200 {
        let step = (above(x) - tail) / density(x);
        if !step.is_finite() || step.abs() <= 1e-14 * x.max(1e-3) {
            break;
        }
        x += step;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_undo_chances() {
        for chance in [1e-9, 0.001, 0.025, 0.2, 0.5, 0.8, 0.999] {
            assert!((normal_below(normal_quantile(chance)) / chance - 1.0).abs() < 1e-10, "{chance}");
        }
        for (beyond, degrees) in [(0.05, 1.0), (0.05, 4.3), (0.001, 30.0), (0.9, 99_999.0), (0.9, 1e6), (1e-6, 1e9)] {
            let t = student_quantile(beyond, degrees);
            assert!((student_beyond(t, degrees) / beyond - 1.0).abs() < 1e-9, "{beyond} {degrees}: {t}");
        }
    }

    #[test]
    fn what_every_table_holds() {
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-12);
        assert!((student_quantile(0.05, 10.0) - 2.228_138_851_964_939).abs() < 1e-9);
        for (x, degrees) in
            [(3.841_458_820_694_124, 1), (5.991_464_547_107_979, 2), (11.070_497_693_516_35, 5), (124.342_113_404, 100)]
        {
            assert!((chi_squared_above(x, degrees) - 0.05).abs() < 1e-9, "{degrees}");
        }
    }

    #[test]
    fn where_the_normal_distribution_takes_over_no_digit_jumps() {
        for t in [0.001, 0.5, 1.96, 6.0] {
            let (before, after) = (student_beyond(t, 1e5), student_beyond(t, 1e5 + 1e-3));
            assert!((before - after).abs() < 1e-6 * before, "{t}: {before} {after}");
        }
    }
}
