//! Where the lines of a plot lie: numbers in, places out.

use std::fmt::Write;

use jiff::civil::Date;
use mrdj_core::experiments::analysis::{Interval, Point};
use mrdj_core::messages::Language;

use super::numbers::Unit;
use super::scale::{day_marks, days_between, round_marks};

/// The whole picture, in units of its own; a phone shows about one pixel for each.
pub(super) const WIDTH: f64 = 360.0;
pub(super) const HEIGHT: f64 = 240.0;
/// The frame in which lines lie; left of it are numbers, right of it names, below it days.
pub(super) const LEFT: f64 = 46.0;
pub(super) const RIGHT: f64 = 270.0;
pub(super) const TOP: f64 = 24.0;
pub(super) const BOTTOM: f64 = 206.0;
/// More points than this cannot be told apart.
const MOST_POINTS: usize = 160;
/// The least that lies between two names.
const BETWEEN_NAMES: f64 = 13.0;
/// The longest name, in characters.
const MOST_SIGNS: usize = 13;

/// A line that is to be drawn, with its band.
pub(super) struct Wanted<'p> {
    /// Which colour and dashes it has.
    pub(super) slot: usize,
    pub(super) name: &'p str,
    pub(super) points: &'p [Point],
}

/// A plot, ready to be drawn.
#[derive(Debug, Default)]
pub(super) struct Plot {
    pub(super) days: Vec<Mark>,
    pub(super) values: Vec<Mark>,
    /// Where nothing more and nothing less lies, where there is such a line.
    pub(super) zero: Option<String>,
    pub(super) curves: Vec<Curve>,
}

/// A mark on an axis.
#[derive(Debug, PartialEq)]
pub(super) struct Mark {
    pub(super) at: String,
    pub(super) text: String,
}

/// A line with its band and its name.
#[derive(Debug)]
pub(super) struct Curve {
    pub(super) slot: usize,
    pub(super) band: String,
    pub(super) line: String,
    pub(super) end: (String, String),
    pub(super) name: String,
    pub(super) name_at: String,
}

/// From where to where an axis goes.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Range {
    low: f64,
    high: f64,
}

/// Draws rates, or values per visitor, from nothing upwards; none where there is no point.
pub(super) fn plot_rates(wanted: &[Wanted<'_>], unit: Unit, language: Language) -> Option<Plot> {
    let last = wanted.iter().filter_map(|one| one.points.last());
    let reach = last.clone().filter_map(|point| point.interval.high).fold(0.0, f64::max);
    let later = wanted.iter().flat_map(|one| &one.points[one.points.len() / 2..]);
    let estimate = later.map(|point| point.estimate).fold(0.0, f64::max);
    // While bands are wide, lines are still to be seen.
    let high = if estimate > 0.0 { reach.clamp(estimate, estimate * 4.0) } else { reach };
    let usual = if unit == Unit::Cents { 100.0 } else { 0.01 };
    draw(wanted, unit, Range { low: 0.0, high: if high > 0.0 { high * 1.1 } else { usual } }, language)
}

/// Draws how much more or less than the baseline, with a line where both are the same.
pub(super) fn plot_uplift(wanted: &[Wanted<'_>], language: Language) -> Option<Plot> {
    let last = || wanted.iter().filter_map(|one| one.points.last());
    let low = last().map(|point| point.interval.low.unwrap_or(-1.0)).fold(0.0, f64::min);
    let high = last().map(|point| point.interval.high.unwrap_or(3.0)).fold(0.0, f64::max);
    let range = Range { low: (low * 1.2).clamp(-1.0, -0.1), high: (high * 1.2).clamp(0.1, 3.0) };
    let mut plot = draw(wanted, Unit::Change, range, language)?;
    plot.zero = Some(place(range.height(0.0)));
    Some(plot)
}

fn draw(wanted: &[Wanted<'_>], unit: Unit, range: Range, language: Language) -> Option<Plot> {
    let days = || wanted.iter().flat_map(|one| one.points).map(|point| point.day);
    let (first, last) = (days().min()?, days().max()?);
    let across = |day: Date| {
        let part = f64::from(days_between(first, day)) / f64::from(days_between(first, last).max(1));
        // One day alone lies where its name is.
        LEFT + (RIGHT - LEFT) * if first == last { 1.0 } else { part }
    };
    let (values, step) = round_marks(range.low, range.high, 5);
    let mark = |value: f64| Mark { at: place(range.height(value)), text: unit.mark(value, step, language) };
    let on_day = |(day, text): (Date, String)| Mark { at: place(across(day)), text };
    Some(Plot {
        days: day_marks(first, last, 4, language).into_iter().map(on_day).collect(),
        values: values.into_iter().map(mark).collect(),
        zero: None,
        curves: curves(wanted, range, across),
    })
}

fn curves(wanted: &[Wanted<'_>], range: Range, across: impl Fn(Date) -> f64) -> Vec<Curve> {
    let drawn: Vec<_> = wanted.iter().filter_map(|one| Some((one, one.points.last()?))).collect();
    let names = spread(&drawn.iter().map(|(_, last)| range.height(last.estimate)).collect::<Vec<_>>());
    let curve = |((one, last), name_at): (&(&Wanted<'_>, &Point), f64)| Curve {
        slot: one.slot,
        band: band(one.points, range, &across),
        line: line(thinned(one.points).map(|point| (across(point.day), range.height(point.estimate)))),
        end: (place(across(last.day)), place(range.height(last.estimate))),
        name: shortened(one.name),
        name_at: place(name_at),
    };
    drawn.iter().zip(names).map(curve).collect()
}

impl Range {
    /// How far down a value lies; what is outside lies on the edge.
    fn height(self, value: f64) -> f64 {
        let part = (value.clamp(self.low, self.high) - self.low) / (self.high - self.low);
        BOTTOM - (BOTTOM - TOP) * part
    }

    /// Both ends of an interval; what nothing bounds reaches the edge.
    fn ends(self, Interval { low, high }: Interval) -> (f64, f64) {
        (self.height(low.unwrap_or(self.low)), self.height(high.unwrap_or(self.high)))
    }
}

/// The band around a line: along its upper ends, and back along its lower ones.
fn band(points: &[Point], range: Range, across: &impl Fn(Date) -> f64) -> String {
    let ends: Vec<_> = thinned(points).map(|point| (across(point.day), range.ends(point.interval))).collect();
    let upper = ends.iter().map(|(at, (_, high))| (*at, *high));
    let lower = ends.iter().rev().map(|(at, (low, _))| (*at, *low));
    format!("{}Z", line(upper.chain(lower)))
}

fn line(places: impl Iterator<Item = (f64, f64)>) -> String {
    let mut path = String::new();
    for (nr, (x, y)) in places.enumerate() {
        let _ = write!(path, "{}{} {}", if nr == 0 { 'M' } else { 'L' }, place(x), place(y));
    }
    path
}

/// As many points as can be told apart, the last among them.
fn thinned(points: &[Point]) -> impl Iterator<Item = &Point> {
    let step = points.len().div_ceil(MOST_POINTS).max(1);
    let skipped = points.len().saturating_sub(1) % step;
    points.iter().skip(skipped).step_by(step)
}

/// Names beside each other where their lines end, apart from each other and within the frame.
fn spread(wished: &[f64]) -> Vec<f64> {
    let mut order: Vec<_> = (0..wished.len()).collect();
    order.sort_by(|a, b| wished[*a].total_cmp(&wished[*b]));
    let mut placed = wished.to_vec();
    let mut free = TOP;
    for one in &order {
        placed[*one] = wished[*one].max(free);
        free = placed[*one] + BETWEEN_NAMES;
    }
    let mut limit = BOTTOM;
    for one in order.iter().rev() {
        placed[*one] = placed[*one].min(limit);
        limit = placed[*one] - BETWEEN_NAMES;
    }
    placed
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= MOST_SIGNS {
        return name.to_owned();
    }
    let start: String = name.chars().take(MOST_SIGNS - 1).collect();
    format!("{}…", start.trim_end())
}

/// A place, as fine as an eye can see.
fn place(at: f64) -> String {
    let text = format!("{at:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn point(day: i32, estimate: f64, low: Option<f64>, high: Option<f64>) -> Point {
        Point { day: date(2026, 12, 1).saturating_add(day.days()), estimate, interval: Interval { low, high } }
    }

    fn wanted(points: &[Point]) -> [Wanted<'_>; 1] {
        [Wanted { slot: 0, name: "A stage", points }]
    }

    #[test]
    fn a_line_runs_from_the_first_day_to_the_last_with_its_band() {
        let points = [point(0, 0.01, Some(0.0), Some(0.02)), point(10, 0.02, Some(0.01), Some(0.04))];
        let plot = plot_rates(&wanted(&points), Unit::Part, Language::Nl).expect("a plot");
        let curve = &plot.curves[0];
        assert_eq!(curve.line, "M46 164.6L270 123.3");
        assert_eq!(curve.band, "M46 123.3L270 40.5L270 164.6L46 206Z");
        assert_eq!((curve.end.0.as_str(), curve.end.1.as_str()), ("270", "123.3"));
        let texts: Vec<_> = plot.values.iter().map(|mark| mark.text.replace('\u{a0}', " ")).collect();
        assert_eq!(texts, ["0 %", "1 %", "2 %", "3 %", "4 %"]);
        assert_eq!(plot.values[0].at, "206");
    }

    #[test]
    fn one_day_is_a_dot_and_none_is_no_plot() {
        let plot =
            plot_rates(&wanted(&[point(0, 0.0, Some(0.0), Some(0.9))]), Unit::Part, Language::Nl).expect("a plot");
        assert_eq!((plot.curves[0].line.as_str(), plot.days.len()), ("M270 206", 1));
        assert!(plot_rates(&wanted(&[]), Unit::Part, Language::Nl).is_none());
        assert!(plot_uplift(&[], Language::Nl).is_none());
    }

    #[test]
    fn what_nothing_bounds_reaches_the_edge() {
        let points = [point(0, 0.0, Some(-1.0), None), point(9, 0.3, Some(-0.1), Some(0.9))];
        let plot = plot_uplift(&wanted(&points), Language::En).expect("a plot");
        assert!(plot.curves[0].band.starts_with("M46 24L"), "{}", plot.curves[0].band);
        let zero: f64 = plot.zero.expect("a line").parse().expect("a place");
        assert!(zero > TOP && zero < BOTTOM);
    }

    #[test]
    fn names_stand_apart_and_within_the_frame() {
        let placed = spread(&[200.0, 205.0, 203.0, 30.0]);
        let mut sorted = placed.clone();
        sorted.sort_by(f64::total_cmp);
        assert!(sorted.windows(2).all(|pair| pair[1] - pair[0] >= BETWEEN_NAMES - 1e-9), "{placed:?}");
        assert!(sorted.iter().all(|at| (TOP..=BOTTOM).contains(at)), "{placed:?}");
        assert!(placed[0] < placed[2] && placed[2] < placed[1], "their order stays");
        assert_eq!(shortened("Ask for a price today"), "Ask for a pr…");
    }

    fn number() -> impl Strategy<Value = f64> {
        prop_oneof![Just(0.0), -1.0..3.0, -1e15..1e15]
    }

    proptest! {
        #[test]
        fn whatever_is_drawn_lies_in_the_picture(
            ends in prop::collection::vec((0_i32..2_000, number(), number(), prop::option::of(number())), 0..400),
            uplift in any::<bool>(),
        ) {
            let read = |(day, estimate, low, high)| point(day, estimate, Some(low), high);
            let mut points: Vec<_> = ends.into_iter().map(read).collect();
            points.sort_by_key(|point| point.day);
            let plot = if uplift { plot_uplift(&wanted(&points), Language::Nl) } else { plot_rates(&wanted(&points), Unit::Part, Language::Nl) };
            prop_assert_eq!(plot.is_some(), !points.is_empty());
            for curve in plot.iter().flat_map(|plot| &plot.curves) {
                let signs = |sign: char| matches!(sign, 'M' | 'L' | 'Z' | ' ');
                let places = [&curve.line, &curve.band].into_iter().flat_map(|path| path.split(signs));
                for place in places.filter(|place| !place.is_empty()) {
                    let at: f64 = place.parse().expect("a place");
                    prop_assert!((0.0..=WIDTH).contains(&at), "{}", place);
                }
                prop_assert!(curve.line.matches('L').count() <= MOST_POINTS);
            }
        }
    }
}
