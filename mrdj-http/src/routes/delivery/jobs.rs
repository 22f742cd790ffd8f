//! Single deliveries.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mrdj_core::delivery::{DeliveryId, Filter, QueueName};
use mrdj_core::id::Id;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::PageSize;
use super::queues::known;
use super::view::{JobPage, JobView, JobWithHistory, StatusWord};
use crate::app::{App, Shared};
use crate::extract::{Path, Query};
use crate::problem::Problem;

/// Which deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct JobQuery {
    /// Only in this state.
    status: Option<StatusWord>,
    /// Only about this thing: an enquiry's id.
    subject: Option<Uuid>,
    /// Only younger than this one: `next` of the page before.
    after: Option<Uuid>,
    /// So many at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<PageSize>,
}

/// List the deliveries of a queue, oldest first.
#[utoipa::path(
    get, path = "/owner/queues/{queue}/jobs", tag = "queues", operation_id = "listJobs",
    params(("queue" = String, Path, description = "The queue's name", example = "crm"), JobQuery),
    responses((status = 200, description = "A page of deliveries", body = JobPage)),
)]
pub(crate) async fn list_jobs(
    State(app): State<Shared>,
    Path(queue): Path<String>,
    Query(query): Query<JobQuery>,
) -> Result<Json<JobPage>, Problem> {
    let queue = known(&app, queue)?;
    let filter = Filter {
        queue: Some(queue),
        status: query.status.map(Into::into),
        subject: query.subject,
        after: query.after.map(Id::from_uuid),
    };
    page(&app, &filter, PageSize::or_default(query.limit)).await
}

/// Show a delivery with every try.
#[utoipa::path(
    get, path = "/owner/queues/{queue}/jobs/{id}", tag = "queues", operation_id = "showJob",
    params(
        ("queue" = String, Path, description = "The queue's name", example = "crm"),
        ("id" = Uuid, Path, description = "The delivery's id"),
    ),
    responses((status = 200, description = "The delivery with every try", body = JobWithHistory)),
)]
pub(crate) async fn show_job(
    State(app): State<Shared>,
    Path((queue, id)): Path<(String, Uuid)>,
) -> Result<Json<JobWithHistory>, Problem> {
    find(&app, &known(&app, queue)?, Id::from_uuid(id)).await.map(Json)
}

/// Try a delivery again now.
///
/// Its count of failures starts at zero. What was in doubt is taken as not arrived.
#[utoipa::path(
    post, path = "/owner/queues/{queue}/jobs/{id}/retry", tag = "queues", operation_id = "retryJob",
    params(
        ("queue" = String, Path, description = "The queue's name", example = "crm"),
        ("id" = Uuid, Path, description = "The delivery's id"),
    ),
    responses((status = 200, description = "The delivery as it is now", body = JobView)),
)]
pub(crate) async fn retry_job(
    State(app): State<Shared>,
    Path((queue, id)): Path<(String, Uuid)>,
) -> Result<Json<JobView>, Problem> {
    let (queue, id) = (known(&app, queue)?, Id::from_uuid(id));
    find(&app, &queue, id).await?;
    app.desk.replay(id).await?;
    Ok(Json(find(&app, &queue, id).await?.job))
}

/// Take a delivery in doubt as arrived.
#[utoipa::path(
    post, path = "/owner/queues/{queue}/jobs/{id}/accept", tag = "queues", operation_id = "acceptJob",
    params(
        ("queue" = String, Path, description = "The queue's name", example = "crm"),
        ("id" = Uuid, Path, description = "The delivery's id"),
    ),
    responses((status = 200, description = "The delivery as it is now", body = JobView)),
)]
pub(crate) async fn accept_job(
    State(app): State<Shared>,
    Path((queue, id)): Path<(String, Uuid)>,
) -> Result<Json<JobView>, Problem> {
    let (queue, id) = (known(&app, queue)?, Id::from_uuid(id));
    find(&app, &queue, id).await?;
    app.desk.accept(id).await?;
    Ok(Json(find(&app, &queue, id).await?.job))
}

/// Forget a delivery, history and all.
#[utoipa::path(
    delete, path = "/owner/queues/{queue}/jobs/{id}", tag = "queues", operation_id = "removeJob",
    params(
        ("queue" = String, Path, description = "The queue's name", example = "crm"),
        ("id" = Uuid, Path, description = "The delivery's id"),
    ),
    responses((status = 204, description = "The delivery is forgotten")),
)]
pub(crate) async fn remove_job(
    State(app): State<Shared>,
    Path((queue, id)): Path<(String, Uuid)>,
) -> Result<StatusCode, Problem> {
    let (queue, id) = (known(&app, queue)?, Id::from_uuid(id));
    find(&app, &queue, id).await?;
    app.desk.remove(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The delivery, if it lies in that queue.
pub(super) async fn find(app: &App, queue: &QueueName, id: DeliveryId) -> Result<JobWithHistory, Problem> {
    let found = app.desk.inspect(id).await?.filter(|(delivery, _)| delivery.queue == *queue);
    found.map(|found| JobWithHistory::of(found, app.clock.now())).ok_or_else(|| Problem::not_found("delivery"))
}

/// One page of what passes `filter`.
pub(super) async fn page(app: &App, filter: &Filter, limit: usize) -> Result<Json<JobPage>, Problem> {
    let deliveries = app.desk.list(filter, limit).await?;
    Ok(Json(JobPage::of(deliveries, limit, app.clock.now())))
}
