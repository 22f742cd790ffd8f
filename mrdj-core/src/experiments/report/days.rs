//! What was counted of one phase, day by day.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::Audience;
use crate::experiments::{Cell, Figures, Tally};

/// So many days at most are told one by one, the last ones; what came before stands in the first of them.
const MOST_DAYS: i64 = 1_830;

/// What was counted of one phase, of people or of views: for each day on which something was, one tally for each variation.
pub(super) struct Days {
    variations: usize,
    counted: BTreeMap<Date, Vec<Tally>>,
}

impl Days {
    /// Those of `phase`.
    pub(super) fn of(figures: &Figures, phase: u16, audience: Audience, variations: usize) -> Self {
        let mut counted: BTreeMap<Date, Vec<Tally>> = BTreeMap::new();
        let asked = |cell: &Cell| cell.phase == phase && cell.anonymous == (audience == Audience::Views);
        for (cell, tally) in figures.iter().filter(|(cell, _)| asked(cell)) {
            let place = usize::from(cell.variation);
            if place < variations {
                counted.entry(cell.day).or_insert_with(|| vec![Tally::default(); variations])[place] += *tally;
            }
        }
        Self { variations, counted }
    }

    /// Whom `phase` tells of: people, unless there are so many more views that most visitors are not known.
    pub(super) fn audience(figures: &Figures, phase: u16) -> Audience {
        let of = |anonymous: bool| -> u64 {
            let cells = figures.iter().filter(|(cell, _)| cell.phase == phase && cell.anonymous == anonymous);
            cells.map(|(_, tally)| tally.exposed).sum()
        };
        let (people, views) = (of(false), of(true));
        let is_known = people > 0 && people.saturating_mul(u64::from(Audience::Views.repeated())) >= views;
        if is_known { Audience::People } else { Audience::Views }
    }

    /// Each day on which something was counted, in order.
    pub(super) fn each(&self) -> impl Iterator<Item = (Date, &[Tally])> {
        self.counted.iter().map(|(day, tallies)| (*day, tallies.as_slice()))
    }

    /// Everything, one tally for each variation.
    pub(super) fn whole(&self) -> Vec<Tally> {
        let mut sums = vec![Tally::default(); self.variations];
        self.counted.values().for_each(|day| add(&mut sums, day));
        sums
    }

    /// All that was counted until the end of each day, from `from` to `until` without a gap, and farther where something was
    /// counted before or after.
    pub(super) fn until_each(&self, from: Date, until: Date) -> Vec<(Date, Vec<Tally>)> {
        let first = self.counted.keys().next().map_or(from, |day| from.min(*day));
        let last = self.counted.keys().next_back().map_or(until, |day| until.max(*day));
        let mut sums = vec![Tally::default(); self.variations];
        let mut told = Vec::new();
        let shown_from = last.saturating_sub((MOST_DAYS - 1).days()).max(first);
        self.counted.range(..shown_from).for_each(|(_, day)| add(&mut sums, day));
        let mut day = shown_from;
        loop {
            if let Some(counted) = self.counted.get(&day) {
                add(&mut sums, counted);
            }
            told.push((day, sums.clone()));
            match day.tomorrow() {
                Ok(next) if next <= last => day = next,
                _ => return told,
            }
        }
    }
}

fn add(sums: &mut [Tally], day: &[Tally]) {
    sums.iter_mut().zip(day).for_each(|(sum, one)| *sum += *one);
}
