//! The plots of a report, with their words.

use mrdj_core::experiments::report::{Report, Series};
use mrdj_core::messages::{Language, written_day};

use super::numbers::Unit;
use super::plot::{self, Plot, Wanted, plot_rates, plot_uplift};
use super::reading::unit;
use super::words;

/// A plot with its words.
pub(super) struct Picture {
    /// What the page calls it by.
    pub(super) id: &'static str,
    pub(super) title: String,
    /// What one reads who cannot see it.
    pub(super) about: String,
    /// What its numbers are.
    pub(super) upwards: String,
    /// What lies on the line of nothing.
    pub(super) same: &'static str,
    pub(super) plot: Plot,
    pub(super) legend: Vec<(usize, String)>,
    pub(super) frame: Frame,
}

/// Where the frame of a plot lies.
pub(super) struct Frame {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) numbers: f64,
    pub(super) days: f64,
    pub(super) names: f64,
    pub(super) day: f64,
    pub(super) head: f64,
}

const FRAME: Frame = Frame {
    width: plot::WIDTH,
    height: plot::HEIGHT,
    left: plot::LEFT,
    right: plot::RIGHT,
    top: plot::TOP,
    bottom: plot::BOTTOM,
    numbers: plot::LEFT - 6.0,
    days: plot::BOTTOM + 15.0,
    names: plot::RIGHT + 8.0,
    day: plot::HEIGHT - 4.0,
    head: 12.0,
};

/// The rates over time, and how much more or less than the baseline.
pub(super) fn pictures(report: &Report, language: Language) -> Vec<Picture> {
    let words = words::words(language);
    let (summary, unit) = (&report.summary, unit(report.summary.goal));
    let names: Vec<_> = summary.variations.iter().map(|one| one.name.as_str()).collect();
    let wanted = |points: fn(&Series) -> &[_], skipped: usize| -> Vec<Wanted<'_>> {
        let each = report.over_time.iter().enumerate().skip(skipped);
        each.map(|(slot, series)| Wanted { slot, name: names[slot], points: points(series) }).collect()
    };
    let rates = wanted(|series| &series.rate, 0);
    let mut uplifts = wanted(|series| &series.uplift, 1);
    for one in &mut uplifts {
        // Before the baseline has a conversion there is nothing to be compared with.
        let begins = one.points.iter().position(|point| point.interval.high.is_some()).unwrap_or(one.points.len());
        one.points = &one.points[begins..];
    }
    let legend = |wanted: &[Wanted<'_>]| wanted.iter().map(|one| (one.slot, one.name.to_owned())).collect();
    let measure = words::measure(summary.goal, summary.of, language);
    let of_rates = plot_rates(&rates, unit, language).map(|plot| Picture {
        id: "rates",
        title: format!("{}: {measure}", words.over_time),
        about: about(&rates, unit, language),
        upwards: measure.to_owned(),
        same: words.same,
        plot,
        legend: legend(&rates),
        frame: FRAME,
    });
    let of_uplifts = plot_uplift(&uplifts, language).map(|plot| Picture {
        id: "uplift",
        title: format!("{} “{}”", words.uplift_over_time, names[0]),
        about: about(&uplifts, Unit::Change, language),
        upwards: format!("{} “{}”", words.beside, names[0]),
        same: words.same,
        plot,
        legend: legend(&uplifts),
        frame: FRAME,
    });
    of_rates.into_iter().chain(of_uplifts).collect()
}

/// How each line ends, in words.
fn about(wanted: &[Wanted<'_>], unit: Unit, language: Language) -> String {
    let each = wanted.iter().filter_map(|one| {
        let last = one.points.last()?;
        let (day, told) = (written_day(last.day, language), unit.tell(last.estimate, language));
        let range = unit.range(&last.interval, language);
        Some(match language {
            Language::Nl => format!("{} staat op {day} op {told}; het ligt tussen {range}.", one.name),
            Language::En => format!("{} is at {told} on {day}; it lies between {range}.", one.name),
        })
    });
    each.collect::<Vec<_>>().join(" ")
}
