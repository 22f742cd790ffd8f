//! How exposures and conversions become figures: the one rule, which every store follows.
//!
//! A store reads what is known of the visitors and experiments that a batch is about ([`Known`]), lets it count, and writes
//! what that says ([`Counted`]). Whatever order things come in, what is counted is what the rows say: an exposure that is told
//! after what came of it finds it.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use uuid::Uuid;

use super::exposure::square;
use super::{Cell, Conversion, Experiment, ExperimentKey, Exposed, Exposure, ExposureId, Goal, Tally, VisitorId};

/// What of an experiment matters for counting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its latest phase; 0 before the first.
    pub phase: u16,
    /// How many variations that has.
    pub variations: u8,
    /// When it began.
    pub begun_at: Option<Timestamp>,
    /// When the experiment was stopped.
    pub stopped_at: Option<Timestamp>,
}

/// What is known of the visitors and experiments that are counted.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The experiments that are kept; whatever else is told of counts nothing.
    pub experiments: HashMap<ExperimentKey, Stretch>,
    /// What each visitor saw.
    pub exposed: HashMap<VisitorId, Vec<Exposed>>,
    /// The exposures without a visitor that were counted, and when they happened.
    pub events: HashMap<ExposureId, Timestamp>,
    /// What visitors were won for.
    pub conversions: HashMap<VisitorId, Vec<Conversion>>,
    /// The enquiries and bookings that were counted.
    pub converted: HashMap<(Uuid, Goal), Timestamp>,
}

/// Who is remembered: a visitor in a phase of an experiment.
pub type ExposedKey = (VisitorId, ExperimentKey, u16);

/// What is to be written; everything in the order of its keys, so that two who write do not wait for each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counted {
    /// Visitors who are new or of whom more is known.
    pub exposed: BTreeMap<ExposedKey, Exposed>,
    /// Exposures without a visitor that are new.
    pub events: BTreeMap<ExposureId, Timestamp>,
    /// What is added to the figures.
    pub figures: BTreeMap<(ExperimentKey, Cell), Tally>,
}

impl Stretch {
    /// What matters of `experiment`.
    pub fn of(experiment: &Experiment) -> Self {
        Self {
            phase: experiment.phase,
            variations: experiment.variations(),
            begun_at: experiment.phase_at,
            stopped_at: experiment.stopped_at,
        }
    }

    /// Whether there is such a variation; of earlier phases it is not known how many they had.
    fn has(&self, phase: u16, variation: u8) -> bool {
        (1..=self.phase).contains(&phase) && (phase < self.phase || variation < self.variations)
    }

    /// Whether a page may have shown the variation at that moment.
    fn may_have_shown(&self, variation: u8, at: Timestamp) -> bool {
        let begun = self.begun_at.is_some_and(|begun| begun <= at);
        begun && self.stopped_at.is_none_or(|stopped| at <= stopped) && self.has(self.phase, variation)
    }
}

impl Known {
    /// Counts an exposure, unless it was counted before or is of nothing that is kept.
    pub fn expose(&mut self, exposure: &Exposure, counted: &mut Counted) {
        let stretch = self.experiments.get(&exposure.experiment);
        if !stretch.is_some_and(|stretch| stretch.has(exposure.phase, exposure.variation)) {
            return;
        }
        match exposure.visitor {
            Some(visitor) => self.expose_visitor(visitor, exposure, counted),
            None if self.events.contains_key(&exposure.id) => {}
            None => {
                self.events.insert(exposure.id, exposure.at);
                counted.events.insert(exposure.id, exposure.at);
                let Exposure { phase, day, variation, .. } = *exposure;
                counted.add(&exposure.experiment, Cell { phase, day, variation, anonymous: true }, ONE_EXPOSED);
            }
        }
    }

    fn expose_visitor(&mut self, visitor: VisitorId, exposure: &Exposure, counted: &mut Counted) {
        let rows = self.exposed.entry(visitor).or_default();
        let known = rows.iter_mut().find(|row| row.experiment == exposure.experiment && row.phase == exposure.phase);
        if let Some(row) = known {
            if row.variation != exposure.variation && !row.crossed {
                row.crossed = true;
                counted.add(&row.experiment, row.cell(exposure.day), ONE_CROSSED);
                counted.keep(row);
            }
            return;
        }
        let mut row = Exposed::first(exposure, visitor);
        counted.add(&row.experiment, row.cell(exposure.day), ONE_EXPOSED);
        for conversion in self.conversions.get(&visitor).into_iter().flatten() {
            counted.credit(&mut row, conversion);
        }
        counted.keep(&row);
        rows.push(row);
    }

    /// Counts a conversion for everything that was seen before it, unless it was counted before.
    pub fn convert(&mut self, conversion: &Conversion, counted: &mut Counted) {
        if self.converted.insert((conversion.id, conversion.goal), conversion.at).is_some() {
            return;
        }
        let Some(visitor) = conversion.seen.visitor else {
            return self.convert_unknown(conversion, counted);
        };
        for row in self.exposed.get_mut(&visitor).into_iter().flatten() {
            if counted.credit(row, conversion) {
                counted.keep(row);
            }
        }
        self.conversions.entry(visitor).or_default().push(conversion.clone());
    }

    /// The same for somebody of whom no id is kept, by the word of the page.
    fn convert_unknown(&self, conversion: &Conversion, counted: &mut Counted) {
        for shown in &conversion.seen.shown {
            let stretch = self.experiments.get(&shown.experiment);
            let stretch = stretch.filter(|stretch| stretch.may_have_shown(shown.variation, conversion.sent_at));
            if let Some(stretch) = stretch {
                let (phase, variation) = (stretch.phase, shown.variation);
                let cell = Cell { phase, day: conversion.day, variation, anonymous: true };
                counted.add(&shown.experiment, cell, once(conversion));
            }
        }
    }
}

const ONE_EXPOSED: Tally = Tally { exposed: 1, crossed: 0, enquiries: 0, bookings: 0, value_cents: 0, squares: 0.0 };
const ONE_CROSSED: Tally = Tally { exposed: 0, crossed: 1, ..ONE_EXPOSED };

/// What a conversion counts of somebody who is not known again.
fn once(conversion: &Conversion) -> Tally {
    let value_cents = conversion.value_cents;
    match conversion.goal {
        Goal::Enquiry => Tally { enquiries: 1, ..Tally::default() },
        Goal::Booking => Tally { bookings: 1, value_cents, squares: square(value_cents), ..Tally::default() },
    }
}

impl Counted {
    /// How many exposures are new.
    pub fn fresh(&self) -> u64 {
        self.figures.values().map(|tally| tally.exposed).sum()
    }

    fn add(&mut self, experiment: &ExperimentKey, cell: Cell, tally: Tally) {
        *self.figures.entry((experiment.clone(), cell)).or_default() += tally;
    }

    /// Counts what came of what a visitor saw, and says whether something did.
    fn credit(&mut self, row: &mut Exposed, conversion: &Conversion) -> bool {
        let Some(tally) = row.credit(conversion) else { return false };
        if tally != Tally::default() {
            self.add(&row.experiment, row.cell(conversion.day), tally);
        }
        true
    }

    fn keep(&mut self, row: &Exposed) {
        self.exposed.insert((row.visitor, row.experiment.clone(), row.phase), row.clone());
    }
}
