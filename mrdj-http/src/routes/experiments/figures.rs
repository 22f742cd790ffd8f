//! What was counted of an experiment, and what that says.

use axum::Json;
use axum::extract::State;
use mrdj_core::experiments::Experiment;
use mrdj_core::experiments::report::{Ask, Audience, Report};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::desk::find;
use super::report::FiguresView;
use crate::app::{App, Shared};
use crate::extract::{Path, Query, Speaks};
use crate::problem::Problem;

/// Whom figures count.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AudienceWord {
    /// Visitors who agreed to be known again, each once.
    People,
    /// Views of visitors who did not.
    Views,
}

/// Which figures.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FiguresQuery {
    /// Whom they count; people, unless ten times as many views were counted.
    #[param(inline)]
    of: Option<AudienceWord>,
    /// Of which phase, from 1; of the latest when nothing is said.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 65_535)]
    phase: Option<u16>,
}

impl FiguresQuery {
    /// Whether it asks for one phase, and no other will do.
    pub(super) const fn names_a_phase(&self) -> bool {
        self.phase.is_some()
    }
}

/// A report with its sentence in the language that was asked for.
#[derive(Debug, Serialize)]
pub(crate) struct Told {
    sentence: String,
    #[serde(flatten)]
    report: Report,
}

/// Show what was counted of an experiment, and what that says.
///
/// An experiment that was not started has no phase, which is 404.
#[utoipa::path(
    get, path = "/experiments/{key}/figures", tag = "experiments", operation_id = "showFigures",
    params(
        ("key" = String, Path, description = "What the experiment is called by", example = "hero"),
        ("Accept-Language" = Option<String>, Header, description = "The language of the sentence: `nl` unless `en` is preferred", example = "nl"),
        FiguresQuery,
    ),
    responses((status = 200, description = "The figures", body = FiguresView)),
)]
pub(crate) async fn show_figures(
    State(app): State<Shared>,
    Speaks(language): Speaks,
    Path(key): Path<String>,
    Query(query): Query<FiguresQuery>,
) -> Result<Json<Told>, Problem> {
    let experiment = find(&app, &key).await?;
    let report = report(&app, &experiment, &query).await?.ok_or_else(|| Problem::not_found("phase"))?;
    Ok(Json(Told { sentence: report.summary.sentences.get(language).to_owned(), report }))
}

/// The report that is asked for, if there is such a phase.
pub(super) async fn report(
    app: &App,
    experiment: &Experiment,
    query: &FiguresQuery,
) -> Result<Option<Report>, Problem> {
    let of = query.of.map(|of| match of {
        AudienceWord::People => Audience::People,
        AudienceWord::Views => Audience::Views,
    });
    let figures = app.experiments.figures(&experiment.key).await?;
    let ask = Ask { of, phase: query.phase, now: app.clock.now(), zone: &app.bookings.rules.zone };
    Ok(experiment.report(&figures, &ask).ok())
}
