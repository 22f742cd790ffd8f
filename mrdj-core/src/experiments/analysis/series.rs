//! Figures over time, for a plot.

use jiff::civil::Date;
use serde::Serialize;

use super::asymptotic::mean_band;
use super::rates::rate_band;
use super::{Figures, Interval, InvalidFigures, Metric, Share, Tuning};

/// What was counted until the end of one day, all days before it included, one for each variant.
///
/// Not what was counted *on* the day: who books today may have come last week, so that a day alone may have more conversions than
/// visitors, and says nothing about a rate.
#[derive(Clone, Debug, PartialEq)]
pub struct DayFigures {
    /// The day.
    pub day: Date,
    /// What was counted until its end.
    pub figures: Vec<Figures>,
}

/// One variant at the end of one day.
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

/// Shows `look` every day, where each has as many figures as the first.
fn over_time(days: &[DayFigures], mut look: impl FnMut(Date, &[Figures])) -> Result<(), InvalidFigures> {
    let count = days.first().map_or(0, |day| day.figures.len());
    if let Some(place) = days.iter().position(|day| day.figures.len() != count) {
        return Err(InvalidFigures::new("figures", "there have to be as many on every day").within("days", place));
    }
    days.iter().for_each(|day| look(day.day, &day.figures));
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn until(day: i8, figures: &[(u64, u64)]) -> DayFigures {
        let counted =
            |(visitors, conversions): &(u64, u64)| Figures::counted(*visitors, *conversions).expect("figures");
        DayFigures { day: date(2026, 11, day), figures: figures.iter().map(counted).collect() }
    }

    #[test]
    fn who_books_on_a_day_on_which_nobody_comes_is_among_those_who_came_before() {
        let days = [until(1, &[(10, 0), (10, 1)]), until(2, &[(10, 3), (10, 1)])];
        let points = points_over_time(&days, Tuning::DEFAULT).expect("points");
        let rates = points.iter().map(|one| one.iter().map(|point| point.estimate).collect::<Vec<_>>());
        assert_eq!(rates.collect::<Vec<_>>(), [[0.0, 0.3], [0.1, 0.1]]);
        let uplift =
            uplift_over_time(&days, &Metric::rate("bookings"), 1, Share::HALF, Tuning::DEFAULT).expect("points");
        assert!((uplift[1].estimate + 2.0 / 3.0).abs() < 1e-9, "{uplift:?}");
    }

    #[test]
    fn a_day_that_misses_a_variant_is_named() {
        let days = [until(1, &[(10, 0), (10, 1)]), until(2, &[(10, 3)])];
        let fault = points_over_time(&days, Tuning::DEFAULT).unwrap_err();
        assert_eq!(fault.to_string(), "days[1].figures: there have to be as many on every day");
    }
}
