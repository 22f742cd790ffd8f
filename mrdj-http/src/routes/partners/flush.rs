//! Hurrying the CRM's queue on.

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use mrdj_core::delivery::{DeliveryId, Status};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::{App, Shared};
use crate::extract::{RawBody, read_object};
use crate::problem::{Detail, Kind, Problem};
use crate::routes::delivery::one;

/// How many deliveries to hurry on.
#[derive(Debug, ToSchema)]
pub(crate) struct FlushForm {
    /// So many at most.
    #[schema(minimum = 1, maximum = 500, default = 50, required = false)]
    limit: u32,
}

impl FlushForm {
    const USUAL: u32 = 50;

    /// A number is whole when nothing stands behind its point, however it is written.
    fn of(limit: Option<&Value>) -> Option<Self> {
        let Some(limit) = limit else {
            return Some(Self { limit: Self::USUAL });
        };
        let fits = limit.as_f64().filter(|limit| limit.fract() == 0.0 && (1.0..=500.0).contains(limit))?;
        Some(Self { limit: fits as u32 })
    }
}

impl FromRequest<Shared> for FlushForm {
    type Rejection = Problem;

    /// An empty body, or null, asks for the usual number.
    async fn from_request(request: Request, app: &Shared) -> Result<Self, Problem> {
        let headers = request.headers().clone();
        let RawBody(body) = RawBody::from_request(request, app).await?;
        if matches!(body.trim_ascii(), b"" | b"null") {
            return Ok(Self { limit: Self::USUAL });
        }
        Self::of(read_object(&headers, &body)?.get("limit")).ok_or_else(|| {
            let message = "a whole number from 1 to 500".to_owned();
            Problem::new(Kind::InvalidInput, "the limit is out of range")
                .details([Detail { field: "limit".to_owned(), message }])
        })
    }
}

/// What a flush did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Flushed {
    /// Whether the CRM is set up here; otherwise nothing was done.
    configured: bool,
    /// How many delayed and dead deliveries were made due.
    attempted: usize,
    /// How many of those had arrived when this was answered; the rest follows, as the queue's jobs show.
    delivered: usize,
    /// How many wait in the queue now.
    remaining: u64,
}

/// Make what waits for the CRM due now, dead letters included.
#[utoipa::path(
    post, path = "/dashboard/api/integrations/rentguy/flush", tag = "integrations", operation_id = "flushRentGuy",
    request_body(content((Option<FlushForm> = "application/json"))),
    responses((status = 200, description = "What was done", body = Flushed)),
)]
pub(crate) async fn flush_rentguy(State(app): State<Shared>, form: FlushForm) -> Result<Json<Flushed>, Problem> {
    let queue = &app.rentguy.queue;
    if !app.desk.is_served(queue) {
        let remaining = one(&app, queue).await?.queue_size;
        return Ok(Json(Flushed { configured: false, attempted: 0, delivered: 0, remaining }));
    }
    let flushed = app.desk.flush(queue, form.limit as usize).await?;
    let delivered = arrived(&app, &flushed.hurried).await?;
    let remaining = one(&app, queue).await?.queue_size;
    Ok(Json(Flushed { configured: true, attempted: flushed.hurried.len(), delivered, remaining }))
}

async fn arrived(app: &App, hurried: &[DeliveryId]) -> Result<usize, Problem> {
    let mut arrived = 0;
    for id in hurried {
        let found = app.desk.inspect(*id).await?;
        let done = found.is_some_and(|(delivery, _)| delivery.status(app.clock.now()) == Status::Done);
        arrived += usize::from(done);
    }
    Ok(arrived)
}
