//! Whether the variants have the visitors they were to have.

use serde::Serialize;

use super::Arm;
use super::evidence::p_value;
use super::special::{chi_squared_above, ln_gamma};

/// From this p-value on an experiment is frozen: of a thousand that divide visitors rightly, one is frozen in its whole life.
pub(super) const FREEZES_AT: f64 = 0.001;

/// How many visitors what was believed of the division weighs; a division that is wrong by a twentieth is found soonest.
const WEIGHT: f64 = 1_000.0;

/// Whether visitors were divided as planned, whenever one looks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SplitReading {
    /// The always-valid p-value of "divided as planned".
    pub p_value: f64,
    /// The same for a single look (chi-squared), as other programs show it.
    pub p_value_once: f64,
    /// Whether nothing may be read from the experiment any more: the always-valid p-value is a thousandth or less.
    pub frozen: bool,
}

/// Compares counted visitors with the weights that were planned; each may have been counted up to `repeated` times.
///
/// Whoever looks at ten pages is divided once. Ten views of one visitor say no more than one, so that a tenth of the views bounds
/// what they say.
///
/// Source: M. Lindon, A. Malek, "Anytime-valid inference for multinomial count data", 2022: a Dirichlet prior around the weights.
pub(super) fn read_split(visitors: &[u64], arms: &[Arm], repeated: u32) -> SplitReading {
    let visitors: Vec<_> = visitors.iter().map(|count| count / u64::from(repeated.max(1))).collect();
    let weights: Vec<_> = arms.iter().map(|arm| arm.weight).collect();
    let p_value = p_value(evidence(&visitors, &weights));
    SplitReading { p_value, p_value_once: once(&visitors, &weights), frozen: p_value <= FREEZES_AT }
}

fn evidence(visitors: &[u64], weights: &[f64]) -> f64 {
    let (all, sum) = (total(visitors), weights.iter().sum::<f64>());
    let parts = visitors.iter().zip(weights).map(|(count, weight)| {
        let (count, share) = (*count as f64, weight / sum);
        ln_gamma(WEIGHT * share + count) - ln_gamma(WEIGHT * share) - count * share.ln()
    });
    parts.sum::<f64>() + ln_gamma(WEIGHT) - ln_gamma(WEIGHT + all)
}

/// Pearson's chi-squared test, for a single look; 1 where nobody was counted.
pub(super) fn once(visitors: &[u64], weights: &[f64]) -> f64 {
    let (all, sum) = (total(visitors), weights.iter().sum::<f64>());
    if all == 0.0 || visitors.len() < 2 {
        return 1.0;
    }
    let parts = visitors.iter().zip(weights).map(|(count, weight)| {
        let expected = weight / sum * all;
        (*count as f64 - expected).powi(2) / expected
    });
    chi_squared_above(parts.sum(), visitors.len() - 1)
}

pub(super) fn total(visitors: &[u64]) -> f64 {
    visitors.iter().map(|count| *count as f64).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(visitors: &[u64], weights: &[f64]) -> SplitReading {
        let arms: Vec<_> = weights.iter().map(|weight| Arm { name: "one".to_owned(), weight: *weight }).collect();
        read_split(visitors, &arms, 1)
    }

    #[test]
    fn a_division_as_planned_is_left_alone() {
        let reading = read(&[27_010, 2_990], &[0.9, 0.1]);
        assert!(!reading.frozen && reading.p_value > 0.5 && reading.p_value_once > 0.5, "{reading:?}");
    }

    #[test]
    fn a_single_look_that_alarms_does_not_freeze_yet() {
        // Looked at daily, three in a hundred honest experiments come by such a p-value.
        let reading = read(&[5_000, 5_330], &[0.5, 0.5]);
        assert!(!reading.frozen && reading.p_value_once < 0.002, "{reading:?}");
    }

    #[test]
    fn a_page_that_loses_a_tenth_of_its_visitors_is_found() {
        assert!(read(&[4_000, 3_600], &[0.5, 0.5]).frozen);
        assert!(!read(&[40, 36], &[0.5, 0.5]).frozen);
    }

    #[test]
    fn views_of_few_visitors_are_no_sign_and_those_of_many_are() {
        let arms = ["A", "B"].map(|name| Arm { name: name.to_owned(), weight: 0.5 });
        let views = |visitors: [u64; 2]| read_split(&visitors, &arms, 10).frozen;
        assert!(!views([4_000, 3_600]) && views([40_000, 36_000]));
    }

    #[test]
    fn nobody_is_no_sign() {
        let reading = read(&[0, 0], &[0.5, 0.5]);
        assert_eq!(reading, SplitReading { p_value: 1.0, p_value_once: 1.0, frozen: false });
    }
}
