//! What is measured, and which way is better.

use serde::{Deserialize, Serialize};

use super::error::checked;
use super::{Evidence, Figures, InvalidFigures, Share, Tuning, rate_evidence, value_evidence};

/// Which way a metric is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// More is better: enquiries, bookings, revenue.
    #[default]
    Higher,
    /// Less is better: cancellations, complaints.
    Lower,
}

impl Goal {
    /// The chance to be worse, of the chance to be lower.
    pub(super) fn worse(self, lower: f64) -> f64 {
        match self {
            Self::Higher => lower,
            Self::Lower => 1.0 - lower,
        }
    }
}

/// What is measured of a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Whether he did it: an enquiry, a booking.
    Rate,
    /// What it was worth: revenue per visitor.
    Value {
        /// What a conversion is usually worth, in euro cents, from 1 to a thousand million.
        typical_cents: f64,
    },
}

/// A metric: what owners call it, what is measured, and which way is better.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// What owners call it: "enquiries".
    pub name: String,
    /// What is measured of a visitor.
    pub measure: Measure,
    /// Which way is better.
    pub goal: Goal,
}

impl Metric {
    /// How many visitors do it; more is better.
    pub fn rate(name: impl Into<String>) -> Self {
        Self { name: name.into(), measure: Measure::Rate, goal: Goal::Higher }
    }

    /// What it is worth per visitor; more is better.
    pub fn value(name: impl Into<String>, typical_cents: f64) -> Self {
        Self { name: name.into(), measure: Measure::Value { typical_cents }, goal: Goal::Higher }
    }

    /// The same, but less is better.
    #[must_use]
    pub fn better_when_lower(self) -> Self {
        Self { goal: Goal::Lower, ..self }
    }

    /// Refuses figures of another measure, one list for all `variants`.
    pub(super) fn check(&self, figures: &[Figures], variants: usize) -> Result<(), InvalidFigures> {
        if figures.len() != variants {
            return Err(InvalidFigures::new("figures", "there have to be as many as variants"));
        }
        let is_value = match self.measure {
            Measure::Rate => false,
            Measure::Value { typical_cents } => {
                checked("typical_cents", typical_cents, 1.0..=1e9, "has to lie between 1 and a thousand million")?;
                true
            }
        };
        match figures.iter().position(|one| one.has_value() != is_value) {
            None => Ok(()),
            Some(place) if is_value => Err(InvalidFigures::new("sum_cents", "is missing").within("figures", place)),
            Some(place) => Err(InvalidFigures::new("sum_cents", "a rate has none").within("figures", place)),
        }
    }

    /// The exact, always-valid reading of two variants.
    pub(super) fn evidence(&self, pair: [&Figures; 2], share: Share, tuning: Tuning) -> Evidence {
        match self.measure {
            Measure::Rate => rate_evidence(pair[0], pair[1], share, tuning),
            Measure::Value { typical_cents } => value_evidence(pair[0], pair[1], share, tuning, typical_cents),
        }
    }
}
