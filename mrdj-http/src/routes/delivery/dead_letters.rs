//! Dead letters: deliveries that nobody will try again by himself.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mrdj_core::delivery::{DeliveryId, Filter, QueueName, Status};
use mrdj_core::id::Id;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::PageSize;
use super::jobs::{find, page};
use super::queues::known;
use super::view::{JobPage, JobView, StatusWord};
use crate::app::{App, Shared};
use crate::extract::{Path, Query};
use crate::problem::{Kind, Problem};

/// Which dead letters.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeadLetterQuery {
    /// Only younger than this one: `next` of the page before.
    after: Option<Uuid>,
    /// So many at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<PageSize>,
}

/// List the dead letters of a queue, oldest first.
#[utoipa::path(
    get, path = "/owner/queues/{queue}/dlq", tag = "queues", operation_id = "listDeadLetters",
    params(("queue" = String, Path, description = "The queue's name", example = "crm"), DeadLetterQuery),
    responses((status = 200, description = "A page of dead letters", body = JobPage)),
)]
pub(crate) async fn list_dead_letters(
    State(app): State<Shared>,
    Path(queue): Path<String>,
    Query(query): Query<DeadLetterQuery>,
) -> Result<Json<JobPage>, Problem> {
    let queue = known(&app, queue)?;
    let after = query.after.map(Id::from_uuid);
    let filter = Filter { queue: Some(queue), status: Some(Status::Dead), subject: None, after };
    page(&app, &filter, PageSize::or_default(query.limit)).await
}

/// Try a dead letter again now.
#[utoipa::path(
    post, path = "/owner/queues/{queue}/dlq/{id}/replay", tag = "queues", operation_id = "replayDeadLetter",
    params(
        ("queue" = String, Path, description = "The queue's name", example = "crm"),
        ("id" = Uuid, Path, description = "The delivery's id"),
    ),
    responses((status = 200, description = "The delivery as it is now", body = JobView)),
)]
pub(crate) async fn replay_dead_letter(
    State(app): State<Shared>,
    Path((queue, id)): Path<(String, Uuid)>,
) -> Result<Json<JobView>, Problem> {
    let (queue, id) = (known(&app, queue)?, Id::from_uuid(id));
    must_be_dead(&app, &queue, id).await?;
    app.desk.replay(id).await?;
    Ok(Json(find(&app, &queue, id).await?.job))
}

/// Forget a dead letter, history and all.
#[utoipa::path(
    delete, path = "/owner/queues/{queue}/dlq/{id}", tag = "queues", operation_id = "removeDeadLetter",
    params(
        ("queue" = String, Path, description = "The queue's name", example = "crm"),
        ("id" = Uuid, Path, description = "The delivery's id"),
    ),
    responses((status = 204, description = "The dead letter is forgotten")),
)]
pub(crate) async fn remove_dead_letter(
    State(app): State<Shared>,
    Path((queue, id)): Path<(String, Uuid)>,
) -> Result<StatusCode, Problem> {
    let (queue, id) = (known(&app, queue)?, Id::from_uuid(id));
    must_be_dead(&app, &queue, id).await?;
    app.desk.remove(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn must_be_dead(app: &App, queue: &QueueName, id: DeliveryId) -> Result<(), Problem> {
    let found = find(app, queue, id).await?;
    if found.job.status == StatusWord::Dead {
        return Ok(());
    }
    Err(Problem::new(Kind::Conflict, "the delivery is no dead letter"))
}
