//! From tallies to figures that can be read.

use super::Audience;
use super::days::Days;
use super::span::Span;
use super::summary::Unreadable;
use crate::experiments::analysis::{Arm, Counts, DayVisitors, Figures, Guardrail, InvalidFigures, Metric, Plan};
use crate::experiments::{Aim, Definition, Tally};

/// By what part a guarded figure may be worse before an experiment is to be stopped.
const GUARDRAIL_MARGIN: f64 = 0.1;
/// How much the values of bookings vary, as a part of their mean: packages differ by a third or so.
const SPREAD_OF_VALUES: f64 = 0.3;
/// The parts of visitors who enquire and who book; they tell a pace before anybody did.
const USUAL_ENQUIRIES: f64 = 0.02;
const USUAL_BOOKINGS: f64 = 0.005;

impl Definition {
    /// What was planned before the first visitor.
    pub(super) fn plan(&self, audience: Audience) -> Plan {
        let baseline = if self.goal == Aim::Enquiries { USUAL_ENQUIRIES } else { USUAL_BOOKINGS };
        let plan =
            Plan::new(baseline, self.smallest_effect).expect("a definition's smallest effect can be planned with");
        Plan {
            minimum_visitors: self.minimum_sample,
            repeated: audience.repeated(),
            spread: if self.goal == Aim::Revenue { SPREAD_OF_VALUES } else { 0.0 },
            ..plan
        }
    }

    /// What is measured; metrics bear the word of their aim.
    pub(super) fn metric(&self, aim: Aim) -> Metric {
        match aim {
            Aim::Revenue => Metric::value(aim.word(), self.typical_value_cents as f64),
            Aim::Enquiries | Aim::Bookings => Metric::rate(aim.word()),
        }
    }

    fn arms(&self) -> Vec<Arm> {
        self.variations.iter().map(|one| Arm { name: one.name.clone(), weight: one.weight }).collect()
    }

    /// The figures of each variation for `aim`, or the first that cannot be.
    pub(super) fn figures(&self, aim: Aim, tallies: &[Tally]) -> Result<Vec<Figures>, Unreadable> {
        let unreadable = |place: usize, fault: InvalidFigures| {
            let variation = self.variations[place].name.clone();
            Unreadable { variation, aim, field: fault.field, message: fault.message }
        };
        let each = tallies.iter().enumerate();
        each.map(|(place, tally)| read(aim, tally).map_err(|fault| unreadable(place, fault))).collect()
    }
}

fn read(aim: Aim, tally: &Tally) -> Result<Figures, InvalidFigures> {
    match aim {
        Aim::Enquiries => Figures::counted(tally.exposed, tally.enquiries),
        Aim::Bookings => Figures::counted(tally.exposed, tally.bookings),
        Aim::Revenue => Figures::valued(tally.exposed, tally.bookings, tally.value_cents as f64, tally.squares),
    }
}

impl Span<'_> {
    /// All that was counted, as it is analysed.
    pub(super) fn counts(&self, days: &Days) -> Result<Counts, Unreadable> {
        let (definition, whole) = (self.definition, days.whole());
        let guardrail = |aim: &Aim| {
            let (metric, figures) = (definition.metric(*aim), definition.figures(*aim, &whole)?);
            Ok(Guardrail { metric, margin: GUARDRAIL_MARGIN, figures })
        };
        let visitors = |tallies: &[Tally]| tallies.iter().map(|tally| tally.exposed).collect();
        Ok(Counts {
            arms: definition.arms(),
            metric: definition.metric(definition.goal),
            figures: definition.figures(definition.goal, &whole)?,
            guardrails: definition.guardrails.iter().map(guardrail).collect::<Result<_, _>>()?,
            days_run: self.days_run,
            days: days.each().map(|(day, tallies)| DayVisitors { day, visitors: visitors(tallies) }).collect(),
            sources: Vec::new(),
        })
    }
}
