//! The pages about experiments.

use askama::Template;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use mrdj_core::experiments::report::{Audience, Report, Summary};
use mrdj_core::experiments::{Experiment, LifeLine, Status};
use mrdj_core::messages::{Language, written_day};

use super::numbers::count;
use super::picture::{Picture, pictures};
use super::reading::{Guard, Row, Split, guards, plan, rows, split};
use super::words::{self, Words};
use crate::middleware::page_policy;

const STYLE: &str = include_str!("page.css");

/// The page about all experiments.
#[derive(Template)]
#[template(path = "experiments.html")]
pub(super) struct Overview<'p> {
    pub(super) words: &'static Words,
    pub(super) language: &'static str,
    pub(super) style: &'static str,
    pub(super) business: &'p str,
    pub(super) cards: Vec<Card>,
}

/// One experiment on it.
pub(super) struct Card {
    key: String,
    name: String,
    word: &'static str,
    status: &'static str,
    sentence: String,
    facts: Option<String>,
}

/// The page about one experiment.
#[derive(Template)]
#[template(path = "experiment.html")]
pub(super) struct Page<'p> {
    words: &'static Words,
    language: &'static str,
    style: &'static str,
    business: &'p str,
    card: Card,
    hypothesis: String,
    winner: Option<String>,
    variations: Vec<(String, String)>,
    told: Option<Told>,
    life: Vec<Line>,
}

/// What its figures say.
struct Told {
    query: String,
    choices: Vec<Choice>,
    measure: &'static str,
    audience: &'static str,
    rows: Vec<Row>,
    pictures: Vec<Picture>,
    guards: Vec<Guard>,
    split: Option<Split>,
    plan: Vec<(&'static str, String)>,
}

/// Other figures of the same experiment.
struct Choice {
    query: String,
    text: String,
    is_shown: bool,
}

struct Line {
    at: String,
    what: &'static str,
    by: String,
    note: String,
}

impl<'p> Overview<'p> {
    pub(super) fn of(cards: Vec<Card>, business: &'p str, language: Language) -> Self {
        Self { words: words::words(language), language: language.tag(), style: STYLE, business, cards }
    }

    pub(super) fn answer(&self) -> Response {
        html(self.render().expect("a page of strings can always be written"))
    }
}

impl Card {
    /// The card of `experiment`, with what the figures of a phase say.
    pub(super) fn of(experiment: &Experiment, summary: Option<&Summary>, language: Language) -> Self {
        let words = words::words(language);
        let facts = summary.map(|summary| {
            let seen = count(summary.variations.iter().map(|one| one.exposed).sum(), language);
            let (days, audience) = (summary.days_run, words::audience(summary.of, language));
            format!("{} {} · {days} {} · {seen} {audience}", words.phase, summary.phase, words.days)
        });
        Self {
            key: experiment.key.to_string(),
            name: experiment.definition.name.clone(),
            word: experiment.word(),
            status: words::status(experiment.word(), language),
            sentence: summary
                .map_or_else(|| words.draft.to_owned(), |summary| summary.sentences.get(language).to_owned()),
            facts,
        }
    }
}

impl<'p> Page<'p> {
    /// The page of `experiment`, with a report unless it is a draft.
    pub(super) fn of(
        experiment: &Experiment,
        report: Option<&Report>,
        business: &'p str,
        zone: &TimeZone,
        language: Language,
    ) -> Self {
        let definition = &experiment.definition;
        let share = |weight| super::numbers::percent(weight, language);
        Self {
            words: words::words(language),
            language: language.tag(),
            style: STYLE,
            business,
            card: Card::of(experiment, report.map(|report| &report.summary), language),
            hypothesis: definition.hypothesis.clone(),
            winner: winner(experiment),
            variations: definition.variations.iter().map(|one| (one.name.clone(), share(one.weight))).collect(),
            told: report.map(|report| Told::of(experiment, report, language)),
            life: experiment.life.iter().map(|line| Line::of(line, zone, language)).collect(),
        }
    }

    pub(super) fn answer(&self) -> Response {
        html(self.render().expect("a page of strings can always be written"))
    }
}

impl Told {
    fn of(experiment: &Experiment, report: &Report, language: Language) -> Self {
        let summary = &report.summary;
        Self {
            query: query(summary.of, summary.phase),
            choices: choices(experiment, summary, language),
            measure: words::measure(summary.goal, summary.of, language),
            audience: words::audience(summary.of, language),
            rows: rows(report, language),
            pictures: pictures(report, language),
            guards: guards(summary, language),
            split: split(summary, language),
            plan: plan(summary, language),
        }
    }
}

impl Line {
    fn of(line: &LifeLine, zone: &TimeZone, language: Language) -> Self {
        let local = line.at.to_zoned(zone.clone());
        Self {
            at: format!("{}, {:02}:{:02}", written_day(local.date(), language), local.hour(), local.minute()),
            what: words::happened(line.what.word(), language),
            by: line.by.clone(),
            note: line.note.clone(),
        }
    }
}

fn winner(experiment: &Experiment) -> Option<String> {
    let Status::Stopped { winner: Some(key) } = &experiment.status else { return None };
    let place = experiment.definition.place_of(key)?;
    Some(experiment.definition.variations[usize::from(place)].name.clone())
}

fn query(of: Audience, phase: u16) -> String {
    format!("of={}&phase={phase}", of.word())
}

/// Both ways to count, and every phase where there are several.
fn choices(experiment: &Experiment, shown: &Summary, language: Language) -> Vec<Choice> {
    let of = Audience::ALL.map(|of| Choice {
        query: query(of, shown.phase),
        text: words::counting(of, language).to_owned(),
        is_shown: of == shown.of,
    });
    let phases = (1..=experiment.phase).filter(|_| experiment.phase > 1).map(|phase| Choice {
        query: format!("phase={phase}"),
        text: format!("{} {phase}", words::words(language).phase),
        is_shown: phase == shown.phase,
    });
    of.into_iter().chain(phases).collect()
}

fn html(page: String) -> Response {
    let policy = HeaderValue::from_str(&page_policy(STYLE, false)).expect("a policy is plain ASCII");
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CONTENT_SECURITY_POLICY, policy),
        (VARY, HeaderValue::from_static("accept-language")),
    ];
    (StatusCode::OK, headers, page).into_response()
}
