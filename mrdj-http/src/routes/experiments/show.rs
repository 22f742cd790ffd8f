//! Operators read experiments as pages.

use axum::extract::State;
use axum::response::Response;

use super::desk::{find, summary};
use super::figures::{FiguresQuery, report};
use super::page::{Card, Overview, Page};
use crate::app::Shared;
use crate::extract::{Path, Query, Speaks};
use crate::problem::Problem;

/// Show all experiments as a page, with one plain sentence for each.
#[utoipa::path(
    get, path = "/dashboard/experiments", tag = "experiments", operation_id = "showExperimentsPage",
    params(("Accept-Language" = Option<String>, Header, description = "The language of the page: `nl` unless `en` is preferred", example = "nl")),
    responses((status = 200, description = "The page", body = String, content_type = "text/html")),
)]
pub(crate) async fn show_experiments_page(
    State(app): State<Shared>,
    Speaks(language): Speaks,
) -> Result<Response, Problem> {
    let mut cards = Vec::new();
    for experiment in app.experiments.list().await? {
        let summary = summary(&app, &experiment).await?;
        cards.push(Card::of(&experiment, summary.as_ref(), language));
    }
    Ok(Overview::of(cards, &app.rules.business, language).answer())
}

/// Show an experiment as a page: what its figures say, in a sentence, a table and two plots.
#[utoipa::path(
    get, path = "/dashboard/experiments/{key}", tag = "experiments", operation_id = "showExperimentPage",
    params(
        ("key" = String, Path, description = "What the experiment is called by", example = "hero"),
        ("Accept-Language" = Option<String>, Header, description = "The language of the page: `nl` unless `en` is preferred", example = "nl"),
        FiguresQuery,
    ),
    responses((status = 200, description = "The page", body = String, content_type = "text/html")),
)]
pub(crate) async fn show_experiment_page(
    State(app): State<Shared>,
    Speaks(language): Speaks,
    Path(key): Path<String>,
    Query(query): Query<FiguresQuery>,
) -> Result<Response, Problem> {
    let experiment = find(&app, &key).await?;
    let report = report(&app, &experiment, &query).await?;
    if report.is_none() && (experiment.phase > 0 || query.names_a_phase()) {
        return Err(Problem::not_found("phase"));
    }
    let zone = &app.bookings.rules.zone;
    Ok(Page::of(&experiment, report.as_ref(), &app.rules.business, zone, language).answer())
}
