//! Operators make experiments and look at them.

use axum::Json;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use mrdj_core::experiments::report::{Ask, Summary};
use mrdj_core::experiments::{Definition, Experiment, ExperimentKey};
use serde_json::{Map, Value, json};

use super::forms::ExperimentForm;
use super::refused::{Wrong, problem, unknown};
use super::view::{ExperimentLine, ExperimentList, ExperimentView, SampleExperiments, definition};
use crate::app::{App, Shared};
use crate::extract::{Operator, Path, Speaks, Submitted};
use crate::problem::Problem;

/// Keys that would lie where a route does, or where none can.
const ROUTES: [&str; 7] = ["assign", "exposures", "samples", ".", "..", "experiments", "personalization"];

/// List all experiments, with what the figures of each say.
#[utoipa::path(
    get, path = "/experiments", tag = "experiments", operation_id = "listExperiments",
    params(("Accept-Language" = Option<String>, Header, description = "The language of the sentences: `nl` unless `en` is preferred", example = "nl")),
    responses((status = 200, description = "All experiments", body = ExperimentList)),
)]
pub(crate) async fn list_experiments(
    State(app): State<Shared>,
    Speaks(language): Speaks,
) -> Result<Json<ExperimentList>, Problem> {
    let mut experiments = Vec::new();
    for experiment in app.experiments.list().await? {
        let summary = summary(&app, &experiment).await?;
        let sentence = summary.map(|summary| summary.sentences.get(language).to_owned());
        experiments.push(ExperimentLine::of(&experiment, sentence));
    }
    Ok(Json(ExperimentList { experiments }))
}

/// List experiments to begin with, as they can be sent.
#[utoipa::path(
    get, path = "/experiments/samples", tag = "experiments", operation_id = "listSampleExperiments",
    responses((status = 200, description = "Experiments to begin with", body = SampleExperiments)),
)]
pub(crate) async fn list_sample_experiments() -> Json<SampleExperiments> {
    Json(SampleExperiments { definitions: Experiment::samples().iter().map(definition).collect() })
}

/// Make an experiment; it is a draft, which nobody sees until it is started.
#[utoipa::path(
    post, path = "/experiments", tag = "experiments", operation_id = "createExperiment",
    request_body(content = ExperimentForm, content_type = "application/json"),
    responses(
        (status = 201, description = "The draft; `Location` names its address", body = ExperimentView),
        (status = 409, description = "Another experiment is called by that key",
            content_type = "application/problem+json", body = crate::ProblemDocument),
    ),
)]
pub(crate) async fn create_experiment(
    State(app): State<Shared>,
    Speaks(language): Speaks,
    Operator(by): Operator,
    submitted: Submitted<Map<String, Value>>,
) -> Result<(StatusCode, HeaderMap, Json<ExperimentView>), Problem> {
    let form = Value::Object(submitted.form);
    let mut wrong = Wrong::default();
    if let Err(faults) = Definition::read(&form) {
        wrong.definition("", faults.0);
    }
    if form["key"].as_str().is_some_and(|key| ROUTES.contains(&key)) {
        wrong.add("key", "is the name of a route or of a switch: call it otherwise");
    }
    wrong.told()?;
    let made = app.experiments.create(&form, &by).await.map_err(|error| problem(error, language))?;
    let address = HeaderValue::try_from(format!("experiments/{}", made.key)).expect("keys hold plain ASCII");
    Ok((StatusCode::CREATED, HeaderMap::from_iter([(LOCATION, address)]), Json((&made).into())))
}

/// Show an experiment: what it tries, how far it has come, and what happened to it.
#[utoipa::path(
    get, path = "/experiments/{key}", tag = "experiments", operation_id = "showExperiment",
    params(("key" = String, Path, description = "What the experiment is called by", example = "hero")),
    responses((status = 200, description = "The experiment", body = ExperimentView)),
)]
pub(crate) async fn show_experiment(
    State(app): State<Shared>,
    Path(key): Path<String>,
) -> Result<Json<ExperimentView>, Problem> {
    Ok(Json((&find(&app, &key).await?).into()))
}

/// Describe an experiment otherwise, by a whole definition.
///
/// Once it was started, what decides who sees what and what it is judged by changes with a new phase alone: 409 says which field.
#[utoipa::path(
    put, path = "/experiments/{key}", tag = "experiments", operation_id = "changeExperiment",
    params(("key" = String, Path, description = "What the experiment is called by", example = "hero")),
    request_body(content = ExperimentForm, content_type = "application/json"),
    responses((status = 200, description = "The experiment as it is now", body = ExperimentView)),
)]
pub(crate) async fn change_experiment(
    State(app): State<Shared>,
    Speaks(language): Speaks,
    Operator(by): Operator,
    Path(key): Path<String>,
    submitted: Submitted<Map<String, Value>>,
) -> Result<Json<ExperimentView>, Problem> {
    let key = find(&app, &key).await?.key;
    let changed = app.experiments.change(&key, &with_key(submitted.form, &key), &by).await;
    app.variants.renew().await;
    changed.map(|experiment| Json((&experiment).into())).map_err(|error| problem(error, language))
}

/// The experiment that an address names.
pub(super) async fn find(app: &App, key: &str) -> Result<Experiment, Problem> {
    let key = ExperimentKey::parse(key).map_err(|_| unknown())?;
    app.experiments.find(&key).await?.ok_or_else(unknown)
}

/// A definition that names its experiment, as the address does.
pub(super) fn with_key(mut form: Map<String, Value>, key: &ExperimentKey) -> Value {
    form.entry("key").or_insert_with(|| json!(key));
    Value::Object(form)
}

/// What the figures of the latest phase say; nothing before the first.
pub(super) async fn summary(app: &App, experiment: &Experiment) -> Result<Option<Summary>, Problem> {
    if experiment.phase == 0 {
        return Ok(None);
    }
    let figures = app.experiments.figures(&experiment.key).await?;
    let ask = Ask::latest(app.clock.now(), &app.bookings.rules.zone);
    Ok(experiment.summary(&figures, &ask).ok())
}
