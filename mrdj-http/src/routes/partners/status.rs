//! How the CRM's queue is doing, in the shape that the business's dashboard reads.

use axum::Json;
use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::chance::Chance;
use mrdj_core::delivery::{Delivery, Filter, QueueName, State as Life, Status};
use mrdj_core::id::Id;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::{App, Shared};
use crate::problem::Problem;
use crate::routes::delivery::{QueueCounts, QueueView, one};

/// The CRM's queue.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RentGuyStatus {
    /// Whether the CRM is set up here.
    configured: bool,
    /// Its workspace.
    #[schema(example = "mr-dj")]
    workspace_id: String,
    /// Waiting and delayed together.
    queue_size: u64,
    /// In the hands of a worker.
    active_jobs: u64,
    /// Figures of the queue.
    metrics: RentGuyMetrics,
    /// Given up.
    dead_letter_count: u64,
    /// The last delivery that arrived; null when there is none in the last year.
    #[schema(required = true)]
    last_sync_success: Option<SyncSuccess>,
    /// The last that went wrong for good, or what keeps the queue from sending; null when there is none in the last year.
    #[schema(required = true)]
    last_sync_error: Option<SyncError>,
    /// The delivery whose turn is next.
    #[schema(required = true)]
    next_in_queue: Option<NextInQueue>,
}

/// Figures of the CRM's queue.
#[derive(Debug, Serialize, ToSchema)]
struct RentGuyMetrics {
    /// The age that 95 in 100 of what waits do not reach, in milliseconds.
    #[serde(rename = "retryAgeP95")]
    retry_age_p95: u64,
    /// How many are in which state.
    counts: QueueCounts,
}

/// A delivery that arrived.
#[derive(Debug, Serialize, ToSchema)]
struct SyncSuccess {
    /// When, in UTC.
    at: Timestamp,
    /// What it was.
    #[schema(example = "lead.card")]
    resource: String,
    /// How many tries it took.
    attempts: u32,
}

/// A delivery that was given up, or a queue that is held.
#[derive(Debug, Serialize, ToSchema)]
struct SyncError {
    /// When, in UTC.
    at: Timestamp,
    /// What it was; null when it is the queue as a whole.
    #[schema(required = true)]
    resource: Option<String>,
    /// Why.
    message: String,
    /// How many tries it took; 0 for the queue as a whole.
    attempts: u32,
}

/// The delivery whose turn is next.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NextInQueue {
    /// What it is.
    resource: String,
    /// When it became owed, in UTC.
    enqueued_at: Timestamp,
    /// How often it was tried.
    attempts: u32,
    /// The business fact it stands for.
    dedupe_key: String,
    /// When it is due, in UTC.
    #[schema(required = true)]
    next_attempt_at: Option<Timestamp>,
    /// What the partner said last.
    #[schema(required = true)]
    last_error: Option<String>,
}

/// Show how the CRM's queue is doing.
#[utoipa::path(
    get, path = "/integrations/rentguy/status", tag = "integrations", operation_id = "showRentGuy",
    responses((status = 200, description = "The CRM's queue", body = RentGuyStatus)),
)]
pub(crate) async fn show_rentguy(State(app): State<Shared>) -> Result<Json<RentGuyStatus>, Problem> {
    let queue = &app.rentguy.queue;
    let view = one(&app, queue).await?;
    Ok(Json(RentGuyStatus {
        configured: view.configured,
        workspace_id: app.rentguy.workspace.clone(),
        queue_size: view.queue_size,
        active_jobs: view.active_jobs,
        dead_letter_count: view.dead_letter_count,
        last_sync_success: last_success(&app, queue).await?,
        last_sync_error: last_error(&app, queue, &view).await?,
        next_in_queue: next(&app, queue).await?,
        metrics: RentGuyMetrics { retry_age_p95: view.retry_age_p95, counts: view.counts },
    }))
}

async fn last_success(app: &App, queue: &QueueName) -> Result<Option<SyncSuccess>, Problem> {
    let done = newest(app, queue, Status::Done).await?.into_iter().filter_map(|delivery| match delivery.state {
        Life::Done { at, skipped: None, .. } => {
            Some(SyncSuccess { at, resource: delivery.kind, attempts: delivery.attempts })
        }
        _ => None,
    });
    Ok(done.max_by_key(|success| success.at))
}

async fn last_error(app: &App, queue: &QueueName, view: &QueueView) -> Result<Option<SyncError>, Problem> {
    let held = view.holding.as_ref().and_then(|holding| {
        let (at, message) = (holding.since?, holding.detail.clone()?);
        Some(SyncError { at, resource: None, message, attempts: 0 })
    });
    let dead = newest(app, queue, Status::Dead).await?.into_iter().filter_map(|delivery| match delivery.state {
        Life::Dead { at, reason } => {
            Some(SyncError { at, resource: Some(delivery.kind), message: reason, attempts: delivery.attempts })
        }
        _ => None,
    });
    Ok(dead.chain(held).max_by_key(|error| error.at))
}

async fn next(app: &App, queue: &QueueName) -> Result<Option<NextInQueue>, Problem> {
    for status in [Status::Waiting, Status::Delayed] {
        let filter = Filter { queue: Some(queue.clone()), status: Some(status), ..Filter::default() };
        if let Some(delivery) = app.desk.list(&filter, 1).await?.pop() {
            let last = app.desk.inspect(delivery.id).await?.and_then(|(_, mut attempts)| attempts.pop());
            return Ok(Some(NextInQueue::of(delivery, last.map(|attempt| attempt.summary))));
        }
    }
    Ok(None)
}

impl NextInQueue {
    fn of(delivery: Delivery, last_error: Option<String>) -> Self {
        let next_attempt_at = if let Life::Ready { at } = delivery.state { Some(at) } else { None };
        Self {
            dedupe_key: format!("{}:{}:{}:{}", delivery.queue, delivery.kind, delivery.subject, delivery.edition),
            resource: delivery.kind,
            enqueued_at: delivery.created_at,
            attempts: delivery.attempts,
            next_attempt_at,
            last_error,
        }
    }
}

const PAGE: usize = 500;
/// The desk lists the oldest first, and ids sort by age: so the newest are looked for within a minute, an hour, …
const WINDOWS: [SignedDuration; 4] = [
    SignedDuration::from_mins(1),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(24),
    SignedDuration::from_hours(24 * 365),
];

/// The last page of a queue's deliveries in `status` that became owed within the last year.
async fn newest(app: &App, queue: &QueueName, status: Status) -> Result<Vec<Delivery>, Problem> {
    let now = app.clock.now();
    for window in WINDOWS {
        let since = now.checked_sub(window).unwrap_or(Timestamp::MIN);
        let after = Some(Id::new(since, &Lowest));
        let mut filter = Filter { queue: Some(queue.clone()), status: Some(status), after, ..Filter::default() };
        let mut last = app.desk.list(&filter, PAGE).await?;
        while last.len() == PAGE {
            filter.after = last.last().map(|delivery| delivery.id);
            match app.desk.list(&filter, PAGE).await? {
                further if further.is_empty() => break,
                further => last = further,
            }
        }
        if !last.is_empty() {
            return Ok(last);
        }
    }
    Ok(Vec::new())
}

/// Makes the smallest id of a moment.
struct Lowest;

impl Chance for Lowest {
    fn bits(&self) -> u64 {
        0
    }
}
