//! Whole queues.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mrdj_core::delivery::QueueName;

use super::{QueueList, QueueView};
use crate::app::{App, Shared};
use crate::extract::Path;
use crate::problem::Problem;

/// Show every queue.
#[utoipa::path(
    get, path = "/owner/queues", tag = "queues", operation_id = "listQueues",
    responses((status = 200, description = "Every queue with its figures", body = QueueList)),
)]
pub(crate) async fn list_queues(State(app): State<Shared>) -> Result<Json<QueueList>, Problem> {
    Ok(Json(QueueList { queues: overview(&app).await?, generated_at: app.clock.now() }))
}

/// Show one queue.
#[utoipa::path(
    get, path = "/owner/queues/{queue}/stats", tag = "queues", operation_id = "showQueue",
    params(("queue" = String, Path, description = "The queue's name", example = "crm")),
    responses((status = 200, description = "The queue with its figures", body = QueueView)),
)]
pub(crate) async fn show_queue(
    State(app): State<Shared>,
    Path(queue): Path<String>,
) -> Result<Json<QueueView>, Problem> {
    one(&app, &known(&app, queue)?).await.map(Json)
}

/// Let nothing leave a queue until it is resumed.
#[utoipa::path(
    post, path = "/owner/queues/{queue}/pause", tag = "queues", operation_id = "pauseQueue",
    params(("queue" = String, Path, description = "The queue's name", example = "crm")),
    responses((status = 204, description = "The queue is paused")),
)]
pub(crate) async fn pause_queue(State(app): State<Shared>, Path(queue): Path<String>) -> Result<StatusCode, Problem> {
    app.desk.pause(&known(&app, queue)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let a queue go on; an open breaker is probed at once.
#[utoipa::path(
    post, path = "/owner/queues/{queue}/resume", tag = "queues", operation_id = "resumeQueue",
    params(("queue" = String, Path, description = "The queue's name", example = "crm")),
    responses((status = 204, description = "The queue runs")),
)]
pub(crate) async fn resume_queue(State(app): State<Shared>, Path(queue): Path<String>) -> Result<StatusCode, Problem> {
    app.desk.resume(&known(&app, queue)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The queue of that name, if there may be one.
pub(super) fn known(app: &App, queue: String) -> Result<QueueName, Problem> {
    let queue = QueueName::from(queue);
    if app.desk.knows(&queue) { Ok(queue) } else { Err(Problem::not_found("queue")) }
}

/// Every queue with its figures.
pub(crate) async fn overview(app: &App) -> Result<Vec<QueueView>, Problem> {
    let overview = app.desk.overview().await?.into_iter();
    Ok(overview
        .map(|(figures, holding)| QueueView::of(&figures, holding, app.desk.is_served(&figures.queue)))
        .collect())
}

/// One queue with its figures.
pub(crate) async fn one(app: &App, queue: &QueueName) -> Result<QueueView, Problem> {
    let found = overview(app).await?.into_iter().find(|view| view.queue == queue.as_str());
    found.ok_or_else(|| Problem::not_found("queue"))
}
