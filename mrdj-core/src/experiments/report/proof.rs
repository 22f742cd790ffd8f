//! Figures as real days bring them, odd ones among them.

use jiff::civil::{Date, date};
use jiff::tz::{self, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;
use serde_json::json;

use super::{Ask, Audience, NoSuchPhase, Report, Series};
use crate::experiments::analysis::{GuardState, Verdict, Wait};
use crate::experiments::{Cell, Definition, Experiment, Figures, Status, Step, Tally};
use crate::id::Id;
use crate::messages::Language;

/// Half past eleven in the evening in UTC, and half past midnight of the first of December where the business is.
const BEGIN: Timestamp = Timestamp::constant(1_796_081_400, 0);
const FIRST: Date = date(2026, 12, 1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

fn zone() -> TimeZone {
    TimeZone::fixed(tz::offset(1))
}

/// After so many days.
fn after(days: i32) -> Timestamp {
    BEGIN + DAY * days
}

fn definition(changes: &serde_json::Value) -> Definition {
    let mut form = json!({
        "key": "hero", "name": "Hero", "hypothesis": "A face sells better than a stage.",
        "variations": [{ "key": "control", "name": "A stage" }, { "key": "face", "name": "A face" }],
        "goal": "enquiries", "guardrails": ["bookings"], "minimumSample": 100, "smallestEffect": 0.4,
    });
    for (field, value) in changes.as_object().expect("an object") {
        form[field] = value.clone();
    }
    Definition::read(&form).expect("a definition").1
}

fn draft(changes: &serde_json::Value) -> Experiment {
    let key = crate::experiments::ExperimentKey::parse("hero").expect("a key");
    Experiment::draft(Id::from_uuid(uuid::Uuid::nil()), key, definition(changes), "rik", BEGIN)
}

/// An experiment that is shown since [`BEGIN`].
fn running(changes: &serde_json::Value) -> Experiment {
    stepped(&draft(changes), &[(0, Step::Start)])
}

/// The experiment after steps, each after so many days.
fn stepped(experiment: &Experiment, steps: &[(i32, Step)]) -> Experiment {
    let step = |known: Experiment, (days, step): &(i32, Step)| known.step(step, "rik", after(*days)).expect("a step");
    steps.iter().fold(experiment.clone(), step)
}

fn begin(changes: &serde_json::Value) -> Step {
    Step::Begin(Box::new(definition(changes)))
}

fn freeze() -> Step {
    Step::Freeze { reason: "somebody counted twice".to_owned() }
}

fn people(phase: u16, day: i32, variation: u8) -> Cell {
    Cell { phase, day: FIRST.saturating_add(day.days()), variation, anonymous: false }
}

fn views(phase: u16, day: i32, variation: u8) -> Cell {
    Cell { anonymous: true, ..people(phase, day, variation) }
}

fn tally(exposed: u64, enquiries: u64) -> Tally {
    Tally { exposed, enquiries, ..Tally::default() }
}

/// What is said on day `days`.
fn report(experiment: &Experiment, figures: &Figures, days: i32) -> Report {
    experiment.report(figures, &Ask::latest(after(days), &zone())).expect("it was started")
}

fn estimates(series: &Series) -> Vec<f64> {
    series.rate.iter().map(|point| point.estimate).collect()
}

#[test]
fn nobody_yet_is_a_report_of_one_day() {
    let report = report(&running(&json!({})), &Figures::new(), 0);
    let summary = &report.summary;
    assert_eq!((summary.of, summary.phase, summary.days_run), (Audience::Views, 1, 0));
    assert_eq!((summary.from, summary.until), (FIRST, FIRST));
    assert_eq!(summary.sentences.nl, "Te vroeg om iets te zeggen: er is nog niemand geteld.");
    assert_eq!(report.over_time.iter().map(estimates).collect::<Vec<_>>(), [[0.0], [0.0]]);
    assert!(report.over_time[0].uplift.is_empty() && report.over_time[1].uplift.len() == 1);
}

#[test]
fn what_was_never_started_has_no_phase() {
    let zone = zone();
    let ask = |phase| Ask { phase, ..Ask::latest(BEGIN, &zone) };
    assert_eq!(draft(&json!({})).summary(&Figures::new(), &ask(None)), Err(NoSuchPhase));
    let running = running(&json!({}));
    for phase in [0, 2, u16::MAX] {
        assert_eq!(running.summary(&Figures::new(), &ask(Some(phase))), Err(NoSuchPhase), "{phase}");
    }
}

#[test]
fn a_phase_begins_on_the_business_s_day() {
    let running = running(&json!({}));
    let from = |zone| running.summary(&Figures::new(), &Ask::latest(BEGIN, &zone)).expect("a phase").from;
    assert_eq!((from(zone()), from(TimeZone::UTC)), (FIRST, date(2026, 11, 30)));
}

#[test]
fn who_books_on_a_day_on_which_nobody_came_is_among_those_before_and_days_without_counts_carry_on() {
    let figures = Figures::from([
        (people(1, 0, 0), tally(10, 0)),
        (people(1, 0, 1), tally(10, 1)),
        (people(1, 3, 0), tally(0, 5)),
        // The page was closed, and somebody who came before asks.
        (people(1, 6, 1), tally(0, 1)),
    ]);
    let stopped = stepped(&running(&json!({})), &[(4, Step::Stop { winner: None })]);
    let report = report(&stopped, &figures, 200);
    assert_eq!(estimates(&report.over_time[0]), [0.0, 0.0, 0.0, 0.5, 0.5, 0.5, 0.5]);
    assert_eq!(estimates(&report.over_time[1]), [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2]);
    let days: Vec<_> = report.over_time[1].uplift.iter().map(|point| point.day).collect();
    assert_eq!((days.len(), days[0], days[6]), (7, FIRST, date(2026, 12, 7)));
    assert_eq!((report.summary.from, report.summary.until), (FIRST, date(2026, 12, 5)));
}

#[test]
fn people_go_before_views_unless_most_are_not_known_or_somebody_asks() {
    let figures = |known| Figures::from([(people(1, 0, 0), tally(known, 1)), (views(1, 0, 1), tally(900, 9))]);
    let running = running(&json!({}));
    let exposed = |known, of| {
        let summary = running.summary(&figures(known), &Ask { of, ..Ask::latest(BEGIN, &zone()) }).expect("a phase");
        (summary.of, summary.variations.iter().map(|one| one.exposed).collect::<Vec<_>>())
    };
    assert_eq!(exposed(90, None), (Audience::People, vec![90, 0]));
    assert_eq!(exposed(90, Some(Audience::Views)), (Audience::Views, vec![0, 900]));
    assert_eq!(exposed(89, None), (Audience::Views, vec![0, 900]), "most visitors are not known");
    let of_views = Figures::from([(views(1, 0, 1), tally(900, 9))]);
    assert_eq!(running.summary(&of_views, &Ask::latest(BEGIN, &zone())).expect("a phase").of, Audience::Views);
}

#[test]
fn each_phase_is_judged_by_its_own_definition_and_figures() {
    let three =
        json!({ "variations": [{ "key": "a" }, { "key": "b" }, { "key": "c" }], "goal": "bookings", "guardrails": [] });
    let anew = stepped(&running(&json!({})), &[(20, begin(&three))]);
    let figures = Figures::from([
        (people(1, 0, 0), tally(10, 5)),
        (people(1, 30, 0), tally(0, 1)),
        (people(2, 20, 2), tally(7, 0)),
        // Nobody knows what that was.
        (people(1, 0, 2), tally(99, 0)),
        (people(9, 0, 0), tally(99, 0)),
    ]);
    let of = |phase| anew.summary(&figures, &Ask { phase, ..Ask::latest(after(25), &zone()) }).expect("a phase");
    let (first, second) = (of(Some(1)), of(None));
    assert_eq!((first.phase, first.goal.word(), first.days_run), (1, "enquiries", 20));
    assert_eq!((first.variations.len(), first.variations[0].enquiries), (2, 6));
    assert_eq!(first.sentences.en, "It ended before anything could be concluded.");
    assert_eq!((second.phase, second.goal.word(), second.days_run), (2, "bookings", 5));
    assert_eq!(second.variations.iter().map(|one| one.exposed).collect::<Vec<_>>(), [0, 0, 7]);
    assert_eq!((first.until, second.from), (date(2026, 12, 21), date(2026, 12, 21)));
}

#[test]
fn pauses_and_what_comes_after_freezing_are_no_days_run() {
    let days = |steps: &[(i32, Step)], now: i32| {
        report(&stepped(&running(&json!({})), steps), &Figures::new(), now).summary.days_run
    };
    assert_eq!(days(&[], 30), 30);
    assert_eq!(days(&[(10, Step::Pause)], 30), 10);
    assert_eq!(days(&[(10, Step::Pause), (25, Step::Resume)], 30), 15);
    assert_eq!(days(&[(10, freeze())], 30), 10);
    assert_eq!(days(&[(10, Step::Pause), (12, freeze())], 30), 10);
    assert_eq!(days(&[(10, freeze()), (20, begin(&json!({})))], 30), 10);
    assert_eq!(days(&[(10, Step::Stop { winner: None })], 30), 10);
    assert_eq!(days(&[(10, Step::Pause), (9, Step::Resume)], 30), 31, "a clock that was set back takes nothing away");
    let hours =
        running(&json!({})).summary(&Figures::new(), &Ask::latest(BEGIN + DAY - SignedDuration::from_secs(1), &zone()));
    assert_eq!(hours.expect("a phase").days_run, 0);
}

#[test]
fn pages_that_tell_of_more_than_they_showed_are_named() {
    let figures =
        Figures::from([(views(1, 0, 0), tally(10, 1)), (views(1, 1, 1), tally(2, 3)), (views(1, 2, 1), tally(8, 0))]);
    let running = running(&json!({}));
    let then = report(&running, &figures, 3);
    assert!(then.summary.analysis.is_some(), "in the end it fits");
    assert_eq!(then.over_time[1].rate.len(), 3, "the second day tells nothing");
    let figures = Figures::from([(views(1, 0, 0), tally(10, 1)), (views(1, 1, 1), tally(2, 3))]);
    let summary = report(&running, &figures, 3).summary;
    assert_eq!((&summary.analysis, summary.asks_for()), (&None, None));
    assert!(summary.sentences.nl.contains("“A face” heeft meer aanvragen dan weergaven"), "{:?}", summary.sentences);
    assert!(summary.sentences.en.contains("“A face” has more enquiries than views"), "{:?}", summary.sentences);
    assert_eq!(serde_json::to_value(&summary).expect("plain data")["unreadable"]["field"], "conversions");
}

#[test]
fn what_is_frozen_stays_frozen_whatever_its_figures_say_later() {
    let frozen = stepped(&running(&json!({})), &[(3, freeze())]);
    let summary = report(&frozen, &Figures::new(), 9).summary;
    assert_eq!(summary.sentences.en, "Frozen: somebody counted twice.");
    assert_eq!(summary.sentences.nl, "Bevroren: somebody counted twice.");
}

#[test]
fn visitors_that_are_not_divided_as_planned_ask_to_be_frozen() {
    let summary = |cell: fn(u16, i32, u8) -> Cell, many: u64| {
        let figures = Figures::from([(cell(1, 0, 0), tally(many, 0)), (cell(1, 0, 1), tally(many * 9 / 10, 0))]);
        report(&running(&json!({})), &figures, 3).summary
    };
    let asks = summary(people, 4_000).asks_for();
    let Some(Step::Freeze { reason }) = &asks else { panic!("{asks:?}") };
    let (whole, sentence) = (format!("Frozen: {reason}"), summary(people, 4_000).sentences.en);
    assert!(reason.contains("A face has too few") && whole == sentence, "{whole} {sentence}");
    assert_eq!(summary(people, 400).asks_for(), None);
    assert_eq!(summary(views, 4_000).asks_for(), None, "one visitor may be ten views");
    assert!(summary(views, 60_000).asks_for().is_some());
}

#[test]
fn nothing_is_concluded_before_the_minimum_sample_is_there() {
    let figures = Figures::from([(people(1, 0, 0), tally(1_000, 40)), (people(1, 0, 1), tally(1_000, 120))]);
    let verdict = |least| {
        let running = running(&json!({ "minimumSample": least }));
        report(&running, &figures, 50).summary.analysis.expect("figures that can be").verdict
    };
    assert!(matches!(verdict(1_000), Verdict::Better { .. }));
    assert_eq!(verdict(1_500), Verdict::TooEarly { wait: Wait::Days(25) });
}

#[test]
fn a_broken_guardrail_is_called_by_the_owner_s_word() {
    let counted = |bookings| Tally { exposed: 20_000, enquiries: 900, bookings, value_cents: 0, ..Tally::default() };
    let figures = Figures::from([(people(1, 0, 0), counted(600)), (people(1, 0, 1), counted(250))]);
    let summary = report(&running(&json!({})), &figures, 50).summary;
    assert_eq!(summary.sentences.nl, "Stop: met A face is “boekingen” meer dan de toegestane 10 % slechter.");
    let analysis = summary.analysis.expect("figures that can be");
    assert_eq!(
        (analysis.guardrails[0].metric.as_str(), analysis.guardrails[0].state),
        ("bookings", GuardState::Broken)
    );
}

#[test]
fn revenue_is_read_by_what_a_booking_is_usually_worth() {
    let counted = |bookings: u64, cents: u64| Tally {
        exposed: 5_000,
        bookings,
        value_cents: bookings * cents,
        squares: bookings as f64 * (cents * cents) as f64,
        ..Tally::default()
    };
    let figures = Figures::from([(people(1, 0, 0), counted(100, 99_500)), (people(1, 0, 1), counted(200, 129_500))]);
    let revenue = running(&json!({ "goal": "revenue", "guardrails": [], "typicalValueCents": 110_000 }));
    let report = report(&revenue, &figures, 60);
    assert!(
        report.summary.sentences.en.starts_with("A face is better than A stage: "),
        "{:?}",
        report.summary.sentences
    );
    let last = report.over_time[1].rate.last().expect("a point");
    assert!((last.estimate - 5_180.0).abs() < 1e-6 && last.interval.contains(5_180.0), "{last:?}");
}

#[test]
fn the_last_years_are_told_day_by_day_and_what_came_before_is_in_the_first() {
    let figures = Figures::from([(people(1, 0, 0), tally(7, 0)), (people(1, 5_000, 0), tally(3, 2))]);
    let report = report(&running(&json!({})), &figures, 5_000);
    assert_eq!(report.over_time[0].rate.len(), 1_830);
    assert_eq!(report.over_time[0].rate[1_829].estimate, 0.2);
}

fn cell() -> impl Strategy<Value = Cell> {
    let parts = (0_u16..4, -3_i32..40, 0_u8..5, any::<bool>());
    parts.prop_map(|(phase, day, variation, anonymous)| Cell { anonymous, ..people(phase, day, variation) })
}

fn any_tally() -> impl Strategy<Value = Tally> {
    let count = || prop_oneof![0_u64..4, 0_u64..5_000, 0_u64..1 << 50];
    let squares = prop_oneof![Just(0.0), 0.0..1e12, any::<f64>()];
    (count(), count(), count(), count(), squares).prop_map(|(exposed, enquiries, bookings, value_cents, squares)| {
        Tally { exposed, crossed: exposed / 2, enquiries, bookings, value_cents, squares }
    })
}

fn life() -> impl Strategy<Value = Vec<(i32, u8)>> {
    prop::collection::vec((0_i32..40, 0_u8..6), 0..8)
}

/// Whatever of these steps can be taken is taken.
fn lived(goal: &str, steps: &[(i32, u8)]) -> Experiment {
    let changes = json!({ "goal": goal, "guardrails": [] });
    let take = |known: Experiment, (day, nr): &(i32, u8)| {
        let step = match nr {
            0 => Step::Pause,
            1 => Step::Resume,
            2 => freeze(),
            3 => begin(&json!({ "goal": goal, "guardrails": [], "minimumSample": 7 })),
            4 => Step::Stop { winner: Some("face".to_owned()) },
            _ => Step::Stop { winner: None },
        };
        known.step(&step, "rik", after(*day)).unwrap_or(known)
    };
    steps.iter().fold(running(&changes), take)
}

proptest! {
    #[test]
    fn whatever_was_counted_is_a_whole_report(
        cells in prop::collection::vec((cell(), any_tally()), 0..12), steps in life(), now in 0_i32..60,
        goal in prop::sample::select(vec!["enquiries", "bookings", "revenue"]),
        phase in prop::option::of(0_u16..4), of in prop::option::of(prop::sample::select(Audience::ALL.to_vec())),
    ) {
        let (experiment, figures) = (lived(goal, &steps), cells.into_iter().collect::<Figures>());
        let zone = zone();
        let asked = Ask { of, phase, ..Ask::latest(after(now), &zone) };
        let Ok(report) = experiment.report(&figures, &asked) else {
            prop_assert!(phase.is_some_and(|phase| phase == 0 || phase > experiment.phase));
            return Ok(());
        };
        let summary = &report.summary;
        prop_assert_eq!(summary.analysis.is_some(), summary.unreadable.is_none());
        prop_assert!(summary.until >= summary.from);
        prop_assert!(phase.is_none_or(|phase| phase == summary.phase) && of.is_none_or(|of| of == summary.of));
        for language in Language::ALL {
            let sentence = summary.sentences.get(language);
            prop_assert!(sentence.ends_with('.') && !sentence.contains("NaN") && !sentence.contains("inf"), "{}", sentence);
        }
        for series in &report.over_time {
            prop_assert!(series.rate.windows(2).all(|pair| pair[0].day < pair[1].day));
            prop_assert!(series.rate.len() >= series.uplift.len());
        }
        if let Some(analysis) = &summary.analysis {
            let last = report.over_time[1].rate.last().map(|point| point.estimate);
            prop_assert_eq!(last, Some(analysis.figures[1].per_visitor()));
            prop_assert!(analysis.split.frozen || summary.asks_for().is_none());
        }
        prop_assert!(serde_json::to_value(&report).is_ok_and(|json| json["sentences"]["nl"].is_string()));
        prop_assert!(experiment.status != Status::Draft);
    }
}
