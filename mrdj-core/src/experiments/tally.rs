//! What was counted.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Where something of one experiment is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cell {
    /// The experiment's phase, from 1; another phase is another experiment, as visitors were moved.
    pub phase: u16,
    /// The civil day of the business on which it happened.
    pub day: Date,
    /// The variation's place, from 0.
    pub variation: u8,
    /// Whether those are counted here of whom no id is kept: views instead of people, and what pages say of them.
    pub anonymous: bool,
}

/// What was counted in one [`Cell`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// How many saw the variation first.
    pub exposed: u64,
    /// How many of them met another variation later.
    pub crossed: u64,
    /// How many enquired.
    pub enquiries: u64,
    /// How many booked.
    pub bookings: u64,
    /// What all of them booked, in euro cents.
    pub value_cents: u64,
    /// The sum over people of the squares of what each booked, in square cents: all that a variance needs.
    pub squares: f64,
}

/// Everything that was counted of one experiment, in order of phase and day.
///
/// What is counted on a day happened on it: who booked on a day may have seen the variation on another, so that a day alone
/// says nothing about a rate, and all days up to one do.
pub type Figures = BTreeMap<Cell, Tally>;

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.exposed += more.exposed;
        self.crossed += more.crossed;
        self.enquiries += more.enquiries;
        self.bookings += more.bookings;
        self.value_cents += more.value_cents;
        self.squares += more.squares;
    }
}
