//! What can be seen from outside.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use jiff::Timestamp;
use mrdj_core::observability::Condition;
use serde::Serialize;
use tracing::warn;
use utoipa::ToSchema;

use super::delivery::{QueueList, QueueView, overview};
use crate::app::Shared;
use crate::problem::{Detail, Kind, Problem};

/// The condition of a dependency.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ConditionWord {
    /// It works.
    Up,
    /// It is not set up here.
    NotConfigured,
    /// A stand-in takes its place.
    StandIn,
    /// It works, with something to look at.
    Degraded,
    /// It does not work.
    Down,
}

impl From<Condition> for ConditionWord {
    fn from(condition: Condition) -> Self {
        match condition {
            Condition::Up => Self::Up,
            Condition::NotConfigured => Self::NotConfigured,
            Condition::StandIn => Self::StandIn,
            Condition::Degraded => Self::Degraded,
            Condition::Down => Self::Down,
        }
    }
}

/// What a look at a dependency found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DependencyView {
    /// Its condition.
    condition: ConditionWord,
    /// Whether the process is not ready without it.
    required: bool,
    /// What to know about it.
    note: String,
}

/// How the process and everything it needs are doing.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HealthView {
    /// `ok`, or `degraded` while something that is required is away.
    #[schema(example = "ok")]
    status: &'static str,
    /// When this was looked at, in UTC.
    timestamp: Timestamp,
    /// Always `mrdj`.
    #[schema(example = "mrdj")]
    service: &'static str,
    /// The version that runs.
    version: String,
    /// For how long it runs, in seconds.
    uptime: u64,
    /// Whether everything is there that is required.
    ready: bool,
    /// Each dependency by name.
    dependencies: BTreeMap<&'static str, DependencyView>,
    /// Whose place a stand-in takes; empty in production.
    stand_ins: Vec<String>,
}

/// Tell how everything is doing.
///
/// The status is 200 as long as the process lives, whatever its dependencies do.
#[utoipa::path(
    get, path = "/health", tag = "observability", operation_id = "showHealth",
    responses((status = 200, description = "The process lives", body = HealthView)),
)]
pub(crate) async fn show_health(State(app): State<Shared>) -> Json<HealthView> {
    let now = app.clock.now();
    let health = app.lookout.look(now).await;
    let ready = health.missing().is_empty();
    let dependencies = health.findings.iter().map(|(name, finding, required)| {
        let (condition, note) = (finding.condition.into(), finding.note.clone());
        (*name, DependencyView { condition, required: *required, note })
    });
    Json(HealthView {
        status: if ready { "ok" } else { "degraded" },
        timestamp: now,
        service: "mrdj",
        version: app.rules.version.clone(),
        uptime: u64::try_from(now.duration_since(app.rules.started_at).as_secs()).unwrap_or(0),
        ready,
        dependencies: dependencies.collect(),
        stand_ins: app.rules.stand_ins.clone(),
    })
}

/// Tell that the process lives.
#[utoipa::path(
    get, path = "/healthz", tag = "observability", operation_id = "showLife",
    responses((status = 200, description = "The process lives", body = String, content_type = "text/plain", example = "ok")),
)]
pub(crate) async fn show_life() -> &'static str {
    "ok"
}

/// Everything is there that is required.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Ready {
    /// Always true here; otherwise the answer is 503.
    #[schema(example = true)]
    ready: bool,
}

/// Tell whether everything is there that is required.
///
/// Otherwise the answer is 503, and its `details` name what is missing. While the store of record is away, enquiries are
/// taken all the same, and answered with 202.
#[utoipa::path(
    get, path = "/readyz", tag = "observability", operation_id = "showReadiness",
    responses((status = 200, description = "Everything is there that is required", body = Ready)),
)]
pub(crate) async fn show_readiness(State(app): State<Shared>) -> Result<Json<Ready>, Problem> {
    let missing = app.lookout.look(app.clock.now()).await.missing();
    if missing.is_empty() {
        return Ok(Json(Ready { ready: true }));
    }
    let details = missing.iter().map(|name| Detail { field: (*name).to_owned(), message: "down".to_owned() });
    let problem = Problem::new(Kind::NotReady, format!("missing: {}", missing.join(", ")));
    Err(problem.details(details).retry_after(5))
}

/// Show every queue's figures.
#[utoipa::path(
    get, path = "/metrics/queues", tag = "observability", operation_id = "showQueueMetrics",
    responses((status = 200, description = "Every queue with its figures", body = QueueList)),
)]
pub(crate) async fn show_queue_metrics(State(app): State<Shared>) -> Result<Json<QueueList>, Problem> {
    Ok(Json(QueueList { queues: overview(&app).await?, generated_at: app.clock.now() }))
}

/// Show the process's figures in Prometheus' text format.
#[utoipa::path(
    get, path = "/metrics", tag = "observability", operation_id = "showMetrics",
    responses((status = 200, description = "Figures for Prometheus", body = String, content_type = "text/plain")),
)]
pub(crate) async fn show_metrics(State(app): State<Shared>) -> impl IntoResponse {
    if overview(&app).await.map(|queues| queues.iter().for_each(record)).is_err() {
        // The other figures are worth having without these.
        warn!("the queues could not be counted for the figures");
    }
    if let Ok(Some(figures)) = app.intake.spool_figures().await {
        metrics::gauge!("mrdj_spool_enquiries").set(figures.waiting as f64);
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], (app.metrics)())
}

fn record(view: &QueueView) {
    for (state, count) in view.counts.states() {
        metrics::gauge!("mrdj_queue_deliveries", "queue" => view.queue.clone(), "state" => state).set(count as f64);
    }
    let oldest_s = view.oldest_age_ms as f64 / 1_000.0;
    metrics::gauge!("mrdj_queue_oldest_age_seconds", "queue" => view.queue.clone()).set(oldest_s);
}
