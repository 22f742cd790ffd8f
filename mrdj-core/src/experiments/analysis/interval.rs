//! A range of plausible values.

use serde::Serialize;

/// A range of plausible values, both ends included; an end that nothing bounds yet is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The least plausible value.
    pub low: Option<f64>,
    /// The greatest plausible value.
    pub high: Option<f64>,
}

impl Interval {
    /// From `low` to `high`; what is not finite bounds nothing.
    pub fn new(low: f64, high: f64) -> Self {
        let bound = |end: f64| end.is_finite().then_some(end);
        Self { low: bound(low), high: bound(high) }
    }

    /// Whether `value` is plausible.
    pub fn contains(&self, value: f64) -> bool {
        !self.is_above(value) && !self.is_below(value)
    }

    /// Whether everything plausible is greater than `value`.
    pub fn is_above(&self, value: f64) -> bool {
        self.low.is_some_and(|low| low > value)
    }

    /// Whether everything plausible is less than `value`.
    pub fn is_below(&self, value: f64) -> bool {
        self.high.is_some_and(|high| high < value)
    }

    /// The same range seen in a mirror: from `-high` to `-low`.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        Self { low: self.high.map(|end| -end), high: self.low.map(|end| -end) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_end_lets_everything_through() {
        let from_two = Interval::new(2.0, f64::INFINITY);
        assert_eq!(from_two, Interval { low: Some(2.0), high: None });
        assert!(from_two.contains(1e300) && !from_two.contains(1.0));
        assert!(from_two.is_above(1.0) && !from_two.is_below(1e300));
        assert_eq!(from_two.mirrored(), Interval { low: None, high: Some(-2.0) });
    }
}
