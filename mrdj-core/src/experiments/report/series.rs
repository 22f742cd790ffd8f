//! The same, day by day.

use serde::Serialize;

use super::days::Days;
use super::span::Span;
use super::{Ask, NoSuchPhase, Summary};
use crate::experiments::analysis::{DayFigures, Plan, Point, Share, Tuning, points_over_time, uplift_over_time};
use crate::experiments::{Aim, Experiment, Figures};

/// What figures say of one phase of an experiment, and how it came to that.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// What they say now.
    #[serde(flatten)]
    pub summary: Summary,
    /// Each variation over time, the baseline first.
    #[serde(rename = "overTime")]
    pub over_time: Vec<Series>,
}

/// One variation over time: a point at the end of every civil day, except of days until which the figures contradict themselves.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Series {
    /// What the variation is called by.
    pub variation: String,
    /// Its rate, or its value per visitor in cents.
    pub rate: Vec<Point>,
    /// By which part it is greater than the baseline's; nothing of the baseline itself.
    pub uplift: Vec<Point>,
}

impl Experiment {
    /// What `figures` say of the phase that is asked for, and how it came to that.
    pub fn report(&self, figures: &Figures, ask: &Ask<'_>) -> Result<Report, NoSuchPhase> {
        let span = Span::of(self, ask)?;
        let of = ask.of.unwrap_or_else(|| Days::audience(figures, span.phase));
        let days = Days::of(figures, span.phase, of, span.definition.variations.len());
        let summary = span.summary(&self.key, of, &days);
        let over_time = span.over_time(&days, &summary.plan);
        Ok(Report { summary, over_time })
    }
}

impl Span<'_> {
    fn over_time(&self, days: &Days, plan: &Plan) -> Vec<Series> {
        let (definition, goal) = (self.definition, self.definition.goal);
        let read = |(day, tallies): (_, Vec<_>)| {
            definition.figures(goal, &tallies).ok().map(|figures| DayFigures { day, figures })
        };
        let days: Vec<_> = days.until_each(self.from, self.until).into_iter().filter_map(read).collect();
        let mut rates = points_over_time(&days, band(goal, plan)).unwrap_or_default().into_iter();
        let metric = definition.metric(goal);
        let weight = |place: usize| definition.variations[place].weight;
        let many = definition.variations.len() - 1;
        let uplift = |place: usize| {
            let share = Share::of(weight(0), weight(place)).ok().filter(|_| place > 0)?;
            uplift_over_time(&days, &metric, place, share, plan.tuning(share, many)).ok()
        };
        let each = definition.variations.iter().enumerate();
        each.map(|(place, one)| Series {
            variation: one.key.clone(),
            rate: rates.next().unwrap_or_default(),
            uplift: uplift(place).unwrap_or_default(),
        })
        .collect()
    }
}

/// How the band around each variation is tuned: one of a value is narrowest where the plan ends, in visitors.
fn band(goal: Aim, plan: &Plan) -> Tuning {
    let visitors = plan.visitors(plan.conversions(Share::HALF, 1), Share::HALF) as f64;
    let tuning = Tuning::new(plan.alpha, visitors.clamp(1.0, 1e9));
    tuning.ok().filter(|_| goal == Aim::Revenue).unwrap_or(Tuning::DEFAULT)
}
