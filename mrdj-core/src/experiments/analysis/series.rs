//! Figures over time, for a plot.

use jiff::civil::Date;
use serde::Serialize;

use super::asymptotic::mean_band;
use super::rates::rate_band;
use super::{Figures, Interval, InvalidFigures, Metric, Share, Tuning};

/// What was counted on one day, one for each variant.
#[derive(Clone, Debug, PartialEq)]
pub struct DayFigures {
    /// The day.
    pub day: Date,
    /// What was counted on it, and on no other.
    pub figures: Vec<Figures>,
}

/// One variant at the end of one day, all days before it included.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The day.
    pub day: Date,
    /// The rate, or the value per visitor in cents.
    pub estimate: f64,
    /// What it may be, always-valid: the whole band holds the truth at once.
    pub interval: Interval,
}

/// One variant over time: for each, a point at the end of each of `days`, which are in order.
///
/// A rate's band is exact ([`rate_band`]). A value's is [`mean_band`], which promises nothing before there are many visitors;
/// nothing bounds it while nobody brought anything. `tuning` is that of the plan: its alpha, and where a value's band is
/// narrowest, in visitors.
pub fn points_over_time(days: &[DayFigures], tuning: Tuning) -> Result<Vec<Vec<Point>>, InvalidFigures> {
    let band = |figures: &Figures| {
        if figures.has_value() { mean_band(figures.sample(), tuning) } else { rate_band(figures, tuning) }
    };
    let mut series = vec![Vec::with_capacity(days.len()); days.first().map_or(0, |day| day.figures.len())];
    over_time(days, |day, figures| {
        for (points, one) in series.iter_mut().zip(figures) {
            points.push(Point { day, estimate: one.per_visitor(), interval: band(one) });
        }
    })?;
    Ok(series)
}

/// How the `challenger`, by its place, did beside the baseline at the end of each of `days`, which are in order.
pub fn uplift_over_time(
    days: &[DayFigures],
    metric: &Metric,
    challenger: usize,
    share: Share,
    tuning: Tuning,
) -> Result<Vec<Point>, InvalidFigures> {
    let mut points = Vec::with_capacity(days.len());
    over_time(days, |day, figures| {
        if let [baseline, ..] = figures
            && let Some(challenger) = figures.get(challenger)
        {
            let before = baseline.per_visitor();
            let estimate = if before > 0.0 { challenger.per_visitor() / before - 1.0 } else { 0.0 };
            let interval = metric.evidence([baseline, challenger], share, tuning).uplift;
            points.push(Point { day, estimate, interval });
        }
    })?;
    Ok(points)
}

/// Shows `look` every day with all that was counted until its end.
fn over_time(days: &[DayFigures], mut look: impl FnMut(Date, &[Figures])) -> Result<(), InvalidFigures> {
    let mut sums: Option<Vec<Figures>> = None;
    for (place, day) in days.iter().enumerate() {
        let figures = match &sums {
            None => day.figures.clone(),
            Some(sums) if sums.len() == day.figures.len() => {
                let added = sums.iter().zip(&day.figures).map(|(sum, one)| sum.and(one));
                added.collect::<Result<_, _>>().map_err(|fault| fault.within("days", place))?
            }
            Some(_) => {
                return Err(
                    InvalidFigures::new("figures", "there have to be as many on every day").within("days", place)
                );
            }
        };
        look(day.day, &figures);
        sums = Some(figures);
    }
    Ok(())
}
