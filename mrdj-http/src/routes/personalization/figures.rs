//! What pages told, counted, for operators.

use axum::Json;
use axum::extract::State;
use jiff::ToSpan;
use jiff::civil::Date;
use mrdj_core::experiments::funnel::{PageEventKind, Steps};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::Shared;
use crate::extract::Query;
use crate::problem::Problem;

/// So many days are shown when nothing else is asked.
const DAYS: i64 = 30;

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FunnelQuery {
    /// This day or later; thirty days before the end when nothing is said.
    from: Option<Date>,
    /// Before this day; tomorrow when nothing is said.
    to: Option<Date>,
}

/// What pages told on some days of the business.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FunnelView {
    /// The first of the days.
    #[schema(example = "2026-10-23")]
    from: Date,
    /// The day after the last.
    #[schema(example = "2026-11-22")]
    to: Date,
    /// Each variant of which something was told, by its id; also those that the content has no more.
    variants: Vec<VariantSteps>,
    /// All of them together.
    totals: StepsView,
}

/// What pages told that showed one variant.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VariantSteps {
    /// The variant.
    #[schema(example = "romantic_wedding")]
    variant_id: String,
    /// How often they told of each step.
    events: StepsView,
}

/// How often pages told of each step.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepsView {
    /// The variant was shown.
    impression: u64,
    /// A button of it was pressed.
    cta_click: u64,
    /// What the page is for has happened, as the page sees it.
    conversion: u64,
    /// A step on the way there.
    journey_step: u64,
    /// A form was begun.
    form_start: u64,
    /// A form was sent.
    form_submit: u64,
    /// All of these together.
    total: u64,
}

impl From<Steps> for StepsView {
    fn from(steps: Steps) -> Self {
        Self {
            impression: steps.of(PageEventKind::Impression),
            cta_click: steps.of(PageEventKind::CtaClick),
            conversion: steps.of(PageEventKind::Conversion),
            journey_step: steps.of(PageEventKind::JourneyStep),
            form_start: steps.of(PageEventKind::FormStart),
            form_submit: steps.of(PageEventKind::FormSubmit),
            total: steps.sum(),
        }
    }
}

/// Show what pages told, by variant and step.
///
/// These are the words of pages, which anybody can say; which variant sells is told by enquiries and bookings.
#[utoipa::path(
    get, path = "/personalization/figures", tag = "experiments", operation_id = "showFunnel", params(FunnelQuery),
    responses((status = 200, description = "The figures", body = FunnelView)),
)]
pub(crate) async fn show_funnel(
    State(app): State<Shared>,
    Query(query): Query<FunnelQuery>,
) -> Result<Json<FunnelView>, Problem> {
    let to = query.to.unwrap_or_else(|| app.funnel.today().saturating_add(1.day()));
    let from = query.from.unwrap_or_else(|| to.saturating_sub(DAYS.days()));
    let figures = app.funnel.figures(from, to).await?;
    let variants = figures.by_variant().into_iter();
    let variants = variants.map(|(id, steps)| VariantSteps { variant_id: id.to_string(), events: steps.into() });
    Ok(Json(FunnelView { from, to, variants: variants.collect(), totals: figures.total().into() }))
}
