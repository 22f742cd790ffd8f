//! A visitor saw a variation.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{Cell, Conversion, ExperimentKey, Goal, Tally, VisitorId};
use crate::id::Id;

/// The id of an [`Exposure`], given by who tells of it, so that telling it twice is telling it once.
pub type ExposureId = Id<Exposure>;

/// How long a visitor's exposure is remembered, and what is known of them with it: a cookie that names them lives no longer.
pub const EXPOSURES_KEPT_FOR: SignedDuration = SignedDuration::from_hours(180 * 24);
/// How long the id of an exposure without a visitor is remembered.
pub const EXPOSURE_IDS_KEPT_FOR: SignedDuration = SignedDuration::from_hours(48);

/// A visitor saw a variation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// What its teller calls it.
    pub id: ExposureId,
    /// Of which experiment.
    pub experiment: ExperimentKey,
    /// In which of its phases, from 1.
    pub phase: u16,
    /// The variation's place, from 0.
    pub variation: u8,
    /// Who saw it; nobody is named who did not agree to it.
    pub visitor: Option<VisitorId>,
    /// When.
    pub at: Timestamp,
    /// On which civil day of the business.
    pub day: Date,
}

/// A visitor in an experiment, as a store remembers them: what they saw first, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposed {
    /// Who.
    pub visitor: VisitorId,
    /// In which experiment.
    pub experiment: ExperimentKey,
    /// In which of its phases.
    pub phase: u16,
    /// What they saw first; it stays, whatever they meet later.
    pub variation: u8,
    /// When they saw it.
    pub at: Timestamp,
    /// Whether they met another variation later.
    pub crossed: bool,
    /// How often they enquired.
    pub enquiries: u32,
    /// How often they booked.
    pub bookings: u32,
    /// What they booked, in euro cents.
    pub value_cents: u64,
}

impl Exposed {
    /// Somebody who has seen something for the first time.
    pub(super) fn first(exposure: &Exposure, visitor: VisitorId) -> Self {
        Self {
            visitor,
            experiment: exposure.experiment.clone(),
            phase: exposure.phase,
            variation: exposure.variation,
            at: exposure.at,
            crossed: false,
            enquiries: 0,
            bookings: 0,
            value_cents: 0,
        }
    }

    /// Where they are counted on `day`.
    pub(super) const fn cell(&self, day: Date) -> Cell {
        Cell { phase: self.phase, day, variation: self.variation, anonymous: false }
    }

    /// Adds what came of it, where it did, and says what there is to count: a person counts once for each goal, and their
    /// values add up.
    pub(super) fn credit(&mut self, conversion: &Conversion) -> Option<Tally> {
        if !conversion.follows(self.at) {
            return None;
        }
        let mut tally = Tally::default();
        match conversion.goal {
            Goal::Enquiry => {
                tally.enquiries = u64::from(self.enquiries == 0);
                self.enquiries = self.enquiries.saturating_add(1);
            }
            Goal::Booking => {
                tally.bookings = u64::from(self.bookings == 0);
                self.bookings = self.bookings.saturating_add(1);
                let before = self.value_cents;
                self.value_cents = before.saturating_add(conversion.value_cents);
                tally.value_cents = self.value_cents - before;
                tally.squares = square(self.value_cents) - square(before);
            }
        }
        Some(tally)
    }
}

/// The square of a number of cents.
pub(super) fn square(cents: u64) -> f64 {
    cents as f64 * cents as f64
}
