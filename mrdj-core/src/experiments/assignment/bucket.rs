//! Which numbers get which variation.

use super::Value;
use super::attributes::Name;
use super::hash::{HashVersion, Seed};

/// The numbers from `start` to below `end`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) start: f64,
    pub(super) end: f64,
}

impl Range {
    /// Holds nothing.
    pub(super) const NONE: Self = Self { start: f64::NAN, end: f64::NAN };

    pub(super) fn holds(self, number: f64) -> bool {
        number >= self.start && number < self.end
    }
}

/// Which of `ranges` holds `number`; the first, should they overlap.
pub(super) fn choose(number: f64, ranges: &[Range]) -> Option<usize> {
    ranges.iter().position(|range| range.holds(number))
}

/// Whether `weights` can be those of so many variations.
pub(super) fn fit(weights: &[f64], variations: usize) -> bool {
    let sum: f64 = weights.iter().fold(0.0, |sum, weight| sum + weight);
    weights.len() == variations && (0.99..=1.01).contains(&sum)
}

/// A share of every visitor for each of so many variations.
pub(super) fn equal_weights(variations: usize) -> Vec<f64> {
    vec![1.0 / variations as f64; variations]
}

/// What each variation gets: the first part of its share, as far as the experiment covers visitors at all.
///
/// More coverage only adds to the end of each share, so that nobody who is in moves.
pub(super) fn ranges(coverage: f64, weights: &[f64]) -> Box<[Range]> {
    // What is no number stays none, and covers nobody.
    let coverage = coverage.clamp(0.0, 1.0);
    let mut before = 0.0;
    let share = |weight: &f64| {
        let start = before;
        before += weight;
        Range { start, end: start + coverage * weight }
    };
    weights.iter().map(share).collect()
}

/// A piece of a line that experiments share so that nobody is in two of them; filters took its place.
#[derive(Debug)]
pub(super) struct Namespace {
    pub(super) seed: Seed,
    pub(super) range: Range,
}

impl Namespace {
    pub(super) fn holds(&self, value: &Value) -> bool {
        self.seed.number(value, HashVersion::V1).is_some_and(|number| self.range.holds(number))
    }
}

/// Lets only some visitors through, by another number than the experiment's own.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) attribute: Name,
    pub(super) seed: Seed,
    pub(super) version: HashVersion,
    pub(super) ranges: Box<[Range]>,
}

impl Filter {
    pub(super) fn holds(&self, value: &Value) -> bool {
        let number = self.seed.number(value, self.version);
        number.is_some_and(|number| choose(number, &self.ranges).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(variations: usize, coverage: f64, weights: &[f64]) -> Vec<(f64, f64)> {
        let equal = equal_weights(variations);
        let weights = if fit(weights, variations) { weights } else { &equal };
        ranges(coverage, weights).iter().map(|range| (round(range.start), round(range.end))).collect()
    }

    fn round(number: f64) -> f64 {
        (number * 1e6).round() / 1e6
    }

    #[test]
    fn the_published_ranges_come_out() {
        assert_eq!(given(2, 1.0, &[]), [(0.0, 0.5), (0.5, 1.0)]);
        assert_eq!(given(2, 0.5, &[]), [(0.0, 0.25), (0.5, 0.75)]);
        assert_eq!(given(2, 0.0, &[]), [(0.0, 0.0), (0.5, 0.5)]);
        assert_eq!(given(2, -0.2, &[]), given(2, 0.0, &[]));
        assert_eq!(given(2, 1.5, &[]), given(2, 1.0, &[]));
        assert_eq!(given(2, 1.0, &[0.4, 0.6]), [(0.0, 0.4), (0.4, 1.0)]);
        assert_eq!(given(3, 0.2, &[0.2, 0.3, 0.5]), [(0.0, 0.04), (0.2, 0.26), (0.5, 0.6)]);
        assert_eq!(given(2, 1.0, &[0.4, 0.1]), given(2, 1.0, &[]));
        assert_eq!(given(2, 1.0, &[0.7, 0.6]), given(2, 1.0, &[]));
        assert_eq!(given(4, 1.0, &[0.4, 0.4, 0.2]), [(0.0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1.0)]);
        assert_eq!(given(2, 1.0, &[0.4, 0.5999]), [(0.0, 0.4), (0.4, 0.9999)]);
    }

    #[test]
    fn a_range_holds_its_start_and_not_its_end() {
        let ranges = [Range { start: 0.0, end: 0.5 }, Range { start: 0.5, end: 1.0 }];
        assert_eq!([0.0, 0.4999, 0.5, 1.0].map(|number| choose(number, &ranges)), [Some(0), Some(0), Some(1), None]);
        assert!(!Range::NONE.holds(0.0));
    }

    #[test]
    fn the_published_places_in_a_namespace_come_out() {
        let published = [("1", 0.68, 0.537), ("2", 0.669, 0.812), ("3", 0.954, 0.335), ("4", 0.471, 0.09)];
        for (id, one, two) in published {
            for (name, number) in [("namespace1", one), ("namespace2", two)] {
                let at = |start, end| {
                    Namespace { seed: Seed::new(format!("__{name}")), range: Range { start, end } }.holds(&id.into())
                };
                assert_eq!((at(number, 1.0), at(0.0, number)), (true, false), "{name} of {id}");
            }
        }
    }
}
