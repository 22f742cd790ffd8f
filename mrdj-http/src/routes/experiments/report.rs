//! Figures and what they say, as the OpenAPI document describes them; the core's report is what is sent.

use jiff::civil::Date;
use serde_json::json;
use utoipa::ToSchema;

/// What was counted of one phase of an experiment, and what that says. An end of a range that nothing bounds yet is null.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; the core's report is what is sent")]
pub(crate) struct FiguresView {
    /// All of it in one sentence, in Dutch, or in English when `Accept-Language` prefers it.
    #[schema(example = "Te vroeg om iets te zeggen: in dit tempo duurt het nog ongeveer negen maanden.")]
    sentence: String,
    /// What the experiment is called by.
    #[schema(example = "hero")]
    experiment: String,
    /// Which of its phases, from 1.
    #[schema(example = 1)]
    phase: u16,
    /// Whom the figures count: `people` or `views`.
    #[schema(example = "people")]
    of: String,
    /// The civil day on which the phase began.
    from: Date,
    /// The civil day on which it ended, or today.
    until: Date,
    /// The whole days that it was shown, without pauses and what came after it was frozen.
    #[schema(example = 60)]
    days_run: u32,
    /// Why its figures are not to be believed, where somebody said so.
    #[schema(required = true)]
    frozen: Option<String>,
    /// What decides: `enquiries`, `bookings` or `revenue`.
    #[schema(example = "enquiries")]
    goal: String,
    /// What was planned before the first visitor.
    plan: PlanView,
    /// What was counted of each variation, the baseline first.
    variations: Vec<VariationFiguresView>,
    /// What that says; null where the figures contradict themselves.
    #[schema(required = true)]
    analysis: Option<AnalysisView>,
    /// The figure that cannot be, where there is one.
    #[schema(required = true)]
    unreadable: Option<UnreadableView>,
    /// The sentence in both languages.
    sentences: SentencesView,
    /// Each variation over time, the baseline first.
    over_time: Vec<SeriesView>,
}

/// What was planned before the first visitor.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; the core's report is what is sent")]
pub(crate) struct PlanView {
    /// The part of the visitors who usually convert: it tells a pace before anybody did, and decides nothing.
    #[schema(example = 0.02)]
    baseline: f64,
    /// The smallest difference that is worth finding, as a part of what is there today.
    #[schema(example = 0.4)]
    uplift: f64,
    /// How often an experiment without a difference may ever show one.
    #[schema(example = 0.05)]
    alpha: f64,
    /// How often a difference of that size is to be found.
    #[schema(example = 0.8)]
    power: f64,
    /// How many days it runs at least.
    minimum_days: u32,
    /// How many conversions each variation has at least, on average.
    minimum_conversions: u64,
    /// How many visitors each variation has at least.
    minimum_visitors: u64,
    /// How often one visitor may be among those who are counted.
    repeated: u32,
    /// How much values vary, as a part of their mean.
    spread: f64,
}

/// What was counted of one variation.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; the core's report is what is sent")]
pub(crate) struct VariationFiguresView {
    /// What it is called by.
    #[schema(example = "face")]
    key: String,
    /// What people call it.
    #[schema(example = "A face")]
    name: String,
    /// The part of the visitors who were to see it.
    #[schema(example = 0.5)]
    weight: f64,
    /// How many saw it first.
    exposed: u64,
    /// How many of them met another variation later.
    crossed: u64,
    /// How many enquired.
    enquiries: u64,
    /// How many booked.
    bookings: u64,
    /// What all of them booked, in euro cents.
    value_cents: u64,
}

/// What the figures say.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; the core's report is what is sent")]
pub(crate) struct AnalysisView {
    /// What may be concluded: `verdict` is `frozen`, `guardrail_broken`, `too_early`, `better`, `worse` or `no_difference`, with
    /// what belongs to it beside.
    #[schema(value_type = Object, example = json!({ "verdict": "too_early", "wait": { "days": 274 } }))]
    verdict: (),
    /// Whether visitors were divided as planned: `pValue`, `pValueOnce` of a single look, `frozen`.
    #[schema(value_type = Object)]
    split: (),
    /// Each challenger beside the baseline: `evidence` (always-valid `pValue` and `uplift`), `credible`, `classic`.
    #[schema(value_type = Vec<Object>)]
    comparisons: (),
    /// Of each variation `toBeBest`, `toBeatBaseline` and `expectedLoss` per visitor; null while a value has no spread.
    #[schema(value_type = Option<Vec<Object>>, required = true)]
    chances: (),
    /// The figures that it rests on, the baseline first: `visitors`, `conversions`, and `value` of revenue.
    #[schema(value_type = Vec<Object>)]
    figures: (),
    /// Of each variation, whether there are enough for what rests on a normal approximation.
    #[schema(value_type = Vec<bool>)]
    enough_for_normal: (),
    /// Every guardrail for every challenger: `metric`, `variant` by its place, `state` (`fine`, `open`, `watch`, `broken`), `uplift`.
    #[schema(value_type = Vec<Object>)]
    guardrails: (),
    /// How many conversions of the baseline and one challenger the plan asks for.
    planned_conversions: u64,
}

/// A figure that cannot be: pages may tell of more enquiries than views.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is there to be described; the core's report is what is sent")]
pub(crate) struct UnreadableView {
    /// What people call the variation.
    variation: String,
    /// What was counted of it: `enquiries`, `bookings` or `revenue`.
    aim: String,
    /// Which figure.
    #[schema(example = "conversions")]
    field: String,
    /// What is wrong with it.
    #[schema(example = "more than there are visitors")]
    message: String,
}

/// One sentence in both languages.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is there to be described; the core's report is what is sent")]
pub(crate) struct SentencesView {
    /// In Dutch.
    nl: String,
    /// In English.
    en: String,
}

/// One variation over time.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is there to be described; the core's report is what is sent")]
pub(crate) struct SeriesView {
    /// What the variation is called by.
    #[schema(example = "face")]
    variation: String,
    /// Its rate at the end of each day, or its value per visitor in cents.
    rate: Vec<PointView>,
    /// By which part it is greater than the baseline's at the end of each day; nothing of the baseline itself.
    uplift: Vec<PointView>,
}

/// One variation at the end of one day.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is there to be described; the core's report is what is sent")]
pub(crate) struct PointView {
    /// The civil day.
    day: Date,
    /// The best guess.
    estimate: f64,
    /// What it may be, always-valid.
    interval: RangeView,
}

/// A range, both ends included.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is there to be described; the core's report is what is sent")]
pub(crate) struct RangeView {
    /// The least plausible value; null where nothing bounds it yet.
    #[schema(required = true)]
    low: Option<f64>,
    /// The greatest plausible value; null where nothing bounds it yet.
    #[schema(required = true)]
    high: Option<f64>,
}
