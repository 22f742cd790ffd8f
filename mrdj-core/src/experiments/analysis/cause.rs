//! Why visitors are not divided as planned, as far as the counts can tell.

use jiff::civil::Date;
use serde::Serialize;

use super::Arm;
use super::special::chi_squared_above;
use super::split::{once, total};

/// The visitors of one day, one count for each variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayVisitors {
    /// The day.
    pub day: Date,
    /// Who was counted for the first time on it.
    pub visitors: Vec<u64>,
}

/// The visitors that came one way, one count for each variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceVisitors {
    /// Where they came from: a referrer, a campaign, a kind of browser.
    pub source: String,
    /// Who came that way.
    pub visitors: Vec<u64>,
}

/// The likely cause of a division that is not as planned; variants are called by their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Without one source the rest is as planned: a bot, or a link that leads to one variant.
    OneSource(String),
    /// Without one day the rest is as planned: a burst of a bot, or a test that was counted.
    OneDay(Date),
    /// It was otherwise before this day: the weights or a page were changed while the experiment ran.
    SinceDay(Date),
    /// All variants get equally many, though other weights were planned: the weights are not applied.
    EqualInstead,
    /// One variant has too few, the others are as planned: its page loses visitors before they are counted, by a redirect or by
    /// being slow or broken.
    TooFew(String),
    /// One variant has too many, the others are as planned: it is counted for visitors it was not assigned to, such as bots,
    /// previews, or who gets it because something failed.
    TooMany(String),
    /// The counts do not tell.
    Unknown,
}

/// A p-value above this is no sign that something is wrong.
const FITS: f64 = 0.01;
/// A p-value below this is.
const SPEAKS: f64 = 1e-4;

/// Names the likely cause of what `visitors` show; every list has one count for each of two `arms` or more, days are in order.
pub(super) fn find_cause(visitors: &[u64], arms: &[Arm], days: &[DayVisitors], sources: &[SourceVisitors]) -> Cause {
    let weights: Vec<_> = arms.iter().map(|arm| arm.weight).collect();
    let fits = |counts: &[u64]| once(counts, &weights);
    let apart = |part: &[u64]| without(visitors, part).map_or(0.0, |rest| fits(&rest));
    let explains = |part: &[u64]| fits(part) < SPEAKS && apart(part) > FITS;
    let of_sources = sources.iter().filter(|one| explains(&one.visitors));
    if let Some(one) = of_sources.max_by(|a, b| apart(&a.visitors).total_cmp(&apart(&b.visitors))) {
        return Cause::OneSource(one.source.clone());
    }
    // What began on the last day may go on.
    let past = days.split_last().map_or(days, |(_, past)| past);
    let of_days = past.iter().filter(|one| explains(&one.visitors));
    if let Some(one) = of_days.max_by(|a, b| apart(&a.visitors).total_cmp(&apart(&b.visitors))) {
        return Cause::OneDay(one.day);
    }
    if let Some(day) = change(visitors, days) {
        return Cause::SinceDay(day);
    }
    let equal = vec![1.0; weights.len()];
    if once(visitors, &equal) > FITS {
        return Cause::EqualInstead;
    }
    odd_one_out(visitors, &weights).map_or(Cause::Unknown, |(odd, too_few)| {
        let name = arms[odd].name.clone();
        if too_few { Cause::TooFew(name) } else { Cause::TooMany(name) }
    })
}

/// What is left of `all` without a part of it.
fn without(all: &[u64], part: &[u64]) -> Option<Vec<u64>> {
    let rest: Option<Vec<_>> = all.iter().zip(part).map(|(all, part)| all.checked_sub(*part)).collect();
    rest.filter(|rest| total(rest) > 0.0)
}

/// The day since which visitors are divided otherwise than before, where that is plain.
fn change(visitors: &[u64], days: &[DayVisitors]) -> Option<Date> {
    let mut before = vec![0_u64; visitors.len()];
    let mut best = (0.0, None);
    for pair in days.windows(2) {
        before.iter_mut().zip(&pair[0].visitors).for_each(|(sum, count)| *sum = sum.saturating_add(*count));
        let unlike = without(visitors, &before).map_or(0.0, |after| unlike(&before, &after));
        if unlike > best.0 {
            best = (unlike, Some(pair[1].day));
        }
    }
    // It was looked for on every day.
    let p = chi_squared_above(best.0, visitors.len() - 1) * days.len() as f64;
    best.1.filter(|_| p < SPEAKS)
}

/// How unlike two divisions are: Pearson's statistic, each against what both together make expect.
fn unlike(before: &[u64], after: &[u64]) -> f64 {
    let (here, there) = (total(before), total(after));
    if here == 0.0 || there == 0.0 {
        return 0.0;
    }
    let off = |count: f64, expected: f64| (count - expected).powi(2) / expected;
    let pairs = before.iter().zip(after).map(|(b, a)| (*b as f64, *a as f64)).filter(|(b, a)| b + a > 0.0);
    pairs.map(|(b, a)| off(b, (b + a) / (here + there) * here) + off(a, (b + a) / (here + there) * there)).sum()
}

/// The variant without which the others are as planned, and whether it has too few.
fn odd_one_out(visitors: &[u64], weights: &[f64]) -> Option<(usize, bool)> {
    let too_few = |one: usize| visitors[one] as f64 / total(visitors) < weights[one] / weights.iter().sum::<f64>();
    let fits = (0..visitors.len()).map(|one| (one, others_fit(visitors, weights, one)));
    let best = fits.filter(|(_, p)| *p > FITS).max_by(|a, b| a.1.total_cmp(&b.1));
    // Of two, each is odd beside the other: it is the challenger that was touched.
    let odd = if visitors.len() == 2 { Some(1) } else { best.map(|(one, _)| one) };
    odd.map(|one| (one, too_few(one)))
}

fn others_fit(visitors: &[u64], weights: &[f64], one: usize) -> f64 {
    let others = || (0..visitors.len()).filter(move |other| *other != one);
    let counts: Vec<_> = others().map(|other| visitors[other]).collect();
    let shares: Vec<_> = others().map(|other| weights[other]).collect();
    once(&counts, &shares)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn arms(weights: &[f64]) -> Vec<Arm> {
        let named = weights.iter().zip(["A", "B", "C", "D"]);
        named.map(|(weight, name)| Arm { name: name.to_owned(), weight: *weight }).collect()
    }

    fn days(counts: &[[u64; 2]]) -> Vec<DayVisitors> {
        let each = counts.iter().enumerate();
        each.map(|(place, visitors)| DayVisitors {
            day: date(2026, 3, i8::try_from(place + 1).expect("a day")),
            visitors: visitors.to_vec(),
        })
        .collect()
    }

    fn sum(days: &[DayVisitors]) -> Vec<u64> {
        [0, 1].map(|arm| days.iter().map(|day| day.visitors[arm]).sum()).to_vec()
    }

    fn of_days(counts: &[[u64; 2]]) -> Cause {
        let days = days(counts);
        find_cause(&sum(&days), &arms(&[1.0, 1.0]), &days, &[])
    }

    #[test]
    fn a_burst_on_one_day_is_named() {
        assert_eq!(of_days(&[[100, 103], [98, 99], [400, 101], [97, 102]]), Cause::OneDay(date(2026, 3, 3)));
    }

    #[test]
    fn a_change_while_it_ran_is_named_by_its_day() {
        let since_fourth = Cause::SinceDay(date(2026, 3, 4));
        assert_eq!(of_days(&[[500, 510], [495, 490], [505, 499], [700, 302], [690, 310], [702, 299]]), since_fourth);
        // One bad day that is the last may go on.
        assert_eq!(of_days(&[[500, 510], [495, 490], [505, 499], [700, 302]]), since_fourth);
    }

    #[test]
    fn a_variant_that_loses_visitors_from_the_start_is_named() {
        assert_eq!(of_days(&[[500, 430], [495, 422], [505, 441], [510, 428]]), Cause::TooFew("B".to_owned()));
        let three = find_cause(&[5_000, 5_030, 4_400], &arms(&[1.0, 1.0, 1.0]), &[], &[]);
        assert_eq!(three, Cause::TooFew("C".to_owned()));
    }

    #[test]
    fn a_variant_that_is_counted_too_often_is_named() {
        assert_eq!(of_days(&[[430, 500], [422, 495], [441, 505]]), Cause::TooMany("B".to_owned()));
        let three = find_cause(&[6_000, 4_990, 5_020], &arms(&[1.0, 1.0, 1.0]), &[], &[]);
        assert_eq!(three, Cause::TooMany("A".to_owned()));
    }

    #[test]
    fn a_source_without_which_all_is_well_is_named() {
        let source = |source: &str, visitors: [u64; 2]| SourceVisitors {
            source: source.to_owned(),
            visitors: visitors.to_vec(),
        };
        let sources = [source("search", [2_000, 2_015]), source("newsletter", [20, 400]), source("", [980, 1_010])];
        let cause = find_cause(&[3_000, 3_425], &arms(&[1.0, 1.0]), &[], &sources);
        assert_eq!(cause, Cause::OneSource("newsletter".to_owned()));
    }

    #[test]
    fn weights_that_are_not_applied_are_named() {
        assert_eq!(find_cause(&[5_010, 4_990], &arms(&[0.9, 0.1]), &[], &[]), Cause::EqualInstead);
    }

    #[test]
    fn what_fits_no_pattern_is_said_to_be_unknown() {
        let four = arms(&[1.0, 1.0, 1.0, 1.0]);
        assert_eq!(find_cause(&[5_000, 5_600, 4_400, 6_200], &four, &[], &[]), Cause::Unknown);
    }
}
