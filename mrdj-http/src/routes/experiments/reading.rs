//! What figures say, row by row.

use mrdj_core::experiments::Aim;
use mrdj_core::experiments::analysis::{GuardReading, GuardState, Interval};
use mrdj_core::experiments::report::{Audience, Report, Series, Summary, VariationFigures};
use mrdj_core::messages::Language;

use super::numbers::{Unit, chance, count, decimal, percent};
use super::words;

/// One variation in the table.
pub(super) struct Row {
    pub(super) slot: usize,
    pub(super) name: String,
    pub(super) is_baseline: bool,
    pub(super) seen: String,
    pub(super) crossed: Option<String>,
    pub(super) conversions: String,
    pub(super) rate: String,
    pub(super) range: String,
    pub(super) uplift: String,
    pub(super) best: String,
    pub(super) loss: String,
}

/// One guardrail for one challenger.
pub(super) struct Guard {
    pub(super) metric: &'static str,
    pub(super) variation: String,
    pub(super) word: &'static str,
    pub(super) state: &'static str,
    pub(super) range: String,
}

/// How visitors are divided.
pub(super) struct Split {
    pub(super) is_frozen: bool,
    pub(super) rows: Vec<(String, String, String)>,
    pub(super) p_value: String,
}

/// What a goal is measured in.
pub(super) fn unit(goal: Aim) -> Unit {
    if goal == Aim::Revenue { Unit::Cents } else { Unit::Part }
}

/// Each variation; a dash stands for what cannot be said.
pub(super) fn rows(report: &Report, language: Language) -> Vec<Row> {
    let (summary, dash) = (&report.summary, || "–".to_owned());
    let unit = unit(summary.goal);
    let chances = summary.analysis.as_ref().and_then(|analysis| analysis.chances.as_ref());
    let each = summary.variations.iter().zip(&report.over_time).enumerate();
    let row = |(slot, (one, series)): (usize, (&VariationFigures, &Series))| {
        let last = series.rate.last().filter(|_| summary.analysis.is_some() && one.exposed > 0);
        let chances = chances.map(|all| all[slot]);
        Row {
            slot,
            name: one.name.clone(),
            is_baseline: slot == 0,
            seen: count(one.exposed, language),
            crossed: (one.crossed > 0).then(|| count(one.crossed, language)),
            conversions: count(if summary.goal == Aim::Enquiries { one.enquiries } else { one.bookings }, language),
            rate: last.map_or_else(dash, |last| unit.tell(last.estimate, language)),
            range: last.map_or_else(dash, |last| unit.range(&last.interval, language)),
            uplift: uplift(summary, slot, language).unwrap_or_else(dash),
            best: chances.map_or_else(dash, |chances| chance(chances.to_be_best, language)),
            loss: chances.map_or_else(dash, |chances| loss(chances.expected_loss, summary, language)),
        }
    };
    each.map(row).collect()
}

/// The range of the difference from the baseline, as far as anything bounds it.
fn uplift(summary: &Summary, slot: usize, language: Language) -> Option<String> {
    let comparison = summary.analysis.as_ref()?.comparisons.get(slot.checked_sub(1)?)?;
    Some(change(&comparison.evidence.uplift, language))
}

/// A range of changes; everything less than a whole is as good as no bound.
fn change(range: &Interval, language: Language) -> String {
    let low = range.low.filter(|low| *low > -0.9999);
    Unit::Change.range(&Interval { low, high: range.high }, language)
}

/// What choosing a variation costs on average: of rates, of a thousand who see it.
fn loss(loss: f64, summary: &Summary, language: Language) -> String {
    let of = words::audience(summary.of, language);
    match summary.goal {
        Aim::Revenue => Unit::Cents.tell(loss, language),
        goal => {
            let what = goal.called(language);
            let per = if language == Language::Nl { "1.000" } else { "1,000" };
            format!("{} {what} per {per} {of}", decimal(loss * 1_000.0, 1, language))
        }
    }
}

/// Every guardrail for every challenger.
pub(super) fn guards(summary: &Summary, language: Language) -> Vec<Guard> {
    let readings = summary.analysis.iter().flat_map(|analysis| &analysis.guardrails);
    let guard = |reading: &GuardReading| Guard {
        metric: Aim::ALL.into_iter().find(|aim| aim.word() == reading.metric).map_or("", |aim| aim.called(language)),
        variation: summary.variations[reading.variant].name.clone(),
        word: match reading.state {
            GuardState::Fine => "fine",
            GuardState::Open => "open",
            GuardState::Watch => "watch",
            GuardState::Broken => "broken",
        },
        state: words::guard(reading.state, language),
        range: change(&reading.uplift, language),
    };
    readings.map(guard).collect()
}

/// How visitors are divided, beside how they were to be.
pub(super) fn split(summary: &Summary, language: Language) -> Option<Split> {
    let reading = summary.analysis.as_ref()?.split;
    let all: u64 = summary.variations.iter().map(|one| one.exposed).sum();
    let weights: f64 = summary.variations.iter().map(|one| one.weight).sum();
    let part = |part: f64| format!("{}\u{a0}%", decimal(part * 100.0, 1, language));
    let row = |one: &VariationFigures| {
        (one.name.clone(), part(one.weight / weights), part(one.exposed as f64 / all.max(1) as f64))
    };
    Some(Split {
        is_frozen: reading.frozen,
        rows: summary.variations.iter().map(row).collect(),
        p_value: decimal(reading.p_value, 3, language),
    })
}

/// What was planned before the first visitor.
pub(super) fn plan(summary: &Summary, language: Language) -> Vec<(&'static str, String)> {
    let (words, plan) = (words::words(language), &summary.plan);
    let of = words::audience(summary.of, language);
    let what = if summary.goal == Aim::Enquiries { Aim::Enquiries } else { Aim::Bookings }.called(language);
    let needed = summary.analysis.as_ref().map(|analysis| analysis.planned_conversions);
    let (visitors, days) = (count(plan.minimum_visitors, language), plan.minimum_days);
    let (conversions, goal) = (plan.minimum_conversions, words::measure(summary.goal, Audience::People, language));
    let least = match language {
        Language::Nl => format!("{days} dagen, en per variant {visitors} {of} en {conversions} {what}"),
        Language::En => format!("{days} days, and for each variation {visitors} {of} and {conversions} {what}"),
    };
    let rows = [
        (words.goal, Some(goal.to_owned())),
        (words.smallest, Some(percent(plan.uplift, language))),
        (words.needed, needed.map(|needed| format!("{} {what}", count(needed, language)))),
        (words.least, Some(least)),
    ];
    rows.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}
