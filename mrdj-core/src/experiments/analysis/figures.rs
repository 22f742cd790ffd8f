//! What was counted.

use serde::Serialize;

use super::InvalidFigures;
use super::error::checked;

/// What was counted of one variant for one metric; holding one proves that the counts can be.
///
/// ```
/// use mrdj_core::experiments::analysis::Figures;
///
/// let enquiries = Figures::counted(1_200, 31)?;
/// let bookings = Figures::valued(1_200, 2, 310_000.0, 48_100_000_000.0)?;
/// assert!((enquiries.rate() - 0.0258).abs() < 1e-4);
/// assert_eq!(bookings.sum_cents(), 310_000.0);
///
/// let wrong = Figures::counted(10, 11).unwrap_err();
/// assert_eq!(wrong.to_string(), "conversions: more than there are visitors");
/// # Ok::<(), mrdj_core::experiments::analysis::InvalidFigures>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    visitors: u64,
    conversions: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Value {
    sum_cents: f64,
    square_cents: f64,
}

/// A mean with its spread, of [`Figures::sample`]: all that a normal approximation looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// How many were counted.
    pub(super) n: f64,
    pub(super) mean: f64,
    /// The variance of one of them, not of the mean.
    pub(super) variance: f64,
}

impl Figures {
    /// The most visitors that one variant can have: more than that is a mistake of who counts.
    pub const MOST_VISITORS: u64 = 1_000_000_000;
    /// The greatest sum of values, in euro cents.
    pub const MOST_CENTS: f64 = 1e15;

    /// So many visitors saw it, so many of them did what is counted.
    pub fn counted(visitors: u64, conversions: u64) -> Result<Self, InvalidFigures> {
        if visitors > Self::MOST_VISITORS {
            return Err(InvalidFigures::new("visitors", "more than a thousand million"));
        }
        if conversions > visitors {
            return Err(InvalidFigures::new("conversions", "more than there are visitors"));
        }
        Ok(Self { visitors, conversions, value: None })
    }

    /// The same with what it was worth: the sum of all values and the sum of their squares, in euro cents, no value below 0.
    pub fn valued(visitors: u64, conversions: u64, sum_cents: f64, square_cents: f64) -> Result<Self, InvalidFigures> {
        let counted = Self::counted(visitors, conversions)?;
        checked("sum_cents", sum_cents, 0.0..=Self::MOST_CENTS, "has to lie between 0 and a thousand million million")?;
        if sum_cents > 0.0 && sum_cents < 1.0 {
            return Err(InvalidFigures::new("sum_cents", "has to be at least a cent where it is not 0"));
        }
        if conversions == 0 && sum_cents > 0.0 {
            return Err(InvalidFigures::new("sum_cents", "nobody converted, so that it has to be 0"));
        }
        // Sums of squares are rounded when they are added up: a billionth is forgiven.
        let (most, least) = (sum_cents * sum_cents, sum_cents * sum_cents / (conversions.max(1) as f64));
        checked("square_cents", square_cents, least * (1.0 - 1e-9).., "so small that the variance is negative")?;
        checked("square_cents", square_cents, ..=most * (1.0 + 1e-9), "greater than the square of the sum")?;
        Ok(Self { value: Some(Value { sum_cents, square_cents }), ..counted })
    }

    /// How many saw the variant.
    pub const fn visitors(&self) -> u64 {
        self.visitors
    }

    /// How many of them did what is counted.
    pub const fn conversions(&self) -> u64 {
        self.conversions
    }

    /// What all conversions were worth, 0 where no values are counted.
    pub fn sum_cents(&self) -> f64 {
        self.value.map_or(0.0, |value| value.sum_cents)
    }

    /// The sum of the squares of those values, in square cents.
    pub fn square_cents(&self) -> f64 {
        self.value.map_or(0.0, |value| value.square_cents)
    }

    /// Whether values are counted, not only conversions.
    pub const fn has_value(&self) -> bool {
        self.value.is_some()
    }

    /// The part of the visitors that converted, 0 where there are none.
    pub fn rate(&self) -> f64 {
        self.conversions as f64 / self.visitors.max(1) as f64
    }

    /// What is compared, per visitor: the value in cents where values are counted, else the rate.
    pub fn per_visitor(&self) -> f64 {
        self.value.map_or(self.rate(), |value| value.sum_cents / self.visitors.max(1) as f64)
    }

    /// These and the `later` ones of the same variant.
    pub fn and(&self, later: &Self) -> Result<Self, InvalidFigures> {
        let (visitors, conversions) = (self.visitors + later.visitors, self.conversions + later.conversions);
        match (self.value, later.value) {
            (None, None) => Self::counted(visitors, conversions),
            _ => Self::valued(
                visitors,
                conversions,
                self.sum_cents() + later.sum_cents(),
                self.square_cents() + later.square_cents(),
            ),
        }
    }

    /// Mean and variance per visitor: `p (1 - p)` of a rate, the unbiased variance of a value.
    pub fn sample(&self) -> Sample {
        let n = self.visitors as f64;
        let mean = self.per_visitor();
        let variance = match self.value {
            None => mean * (1.0 - mean),
            Some(_) if self.visitors < 2 => 0.0,
            Some(value) => ((value.square_cents - value.sum_cents * mean) / (n - 1.0)).max(0.0),
        };
        Sample { n, mean, variance }
    }

    /// How many conversions a normal approximation needs before it can be believed.
    ///
    /// - A rate: ten conversions, and ten visitors without one (L. D. Brown, T. T. Cai, A. DasGupta, "Interval estimation for a
    ///   binomial proportion", 2001).
    /// - A value: 355 times the squared skewness in visitors (R. Kohavi and others, "Seven rules of thumb for web site
    ///   experimenters", 2014). Skewness is that of a log-normal value with the spread that was seen, which most visitors do
    ///   not bring at all; no answer before there are two.
    pub fn normal_from(&self) -> Option<u64> {
        let Some(value) = self.value else {
            return Some(10);
        };
        if self.conversions < 2 || value.sum_cents <= 0.0 {
            return None;
        }
        // 1 + the squared coefficient of variation among who converted.
        let spread = value.square_cents * self.conversions as f64 / (value.sum_cents * value.sum_cents);
        Some((355.0 * spread.max(1.0).powi(3)).ceil() as u64)
    }

    /// Whether there are enough for a normal approximation; what needs none says so.
    pub fn is_enough_for_normal(&self) -> bool {
        let others = self.visitors - self.conversions;
        self.normal_from().is_some_and(|least| self.conversions >= least && others >= 10)
    }
}
