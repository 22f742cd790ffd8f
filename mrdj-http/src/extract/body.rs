//! The body as it came, up to a limit.

use axum::body::{Body, BodyDataStream, HttpBody};
use axum::extract::{FromRequest, Request};
use futures_util::StreamExt;

use crate::app::Shared;
use crate::problem::{Kind, Problem};

/// So many times the limit is read and thrown away, since a client that is still sending cannot hear the refusal.
const DRAINED_TIMES: usize = 16;

/// Browsers send no larger beacon.
const MAX_BEACON_BYTES: usize = 64 * 1_024;

/// The body as it came, at most as large as the rules allow.
pub(crate) struct RawBody(pub(crate) Vec<u8>);

impl FromRequest<Shared> for RawBody {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Problem> {
        read_in_time(request, app, app.rules.max_body_bytes).await.map(Self)
    }
}

/// The body as it came, at most as large as browsers make what they send while a page is left.
pub(crate) struct BeaconBody(pub(crate) Vec<u8>);

impl FromRequest<Shared> for BeaconBody {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Problem> {
        read_in_time(request, app, app.rules.max_body_bytes.min(MAX_BEACON_BYTES)).await.map(Self)
    }
}

async fn read_in_time(request: Request, app: &Shared, max: usize) -> Result<Vec<u8>, Problem> {
    // Sooner than the whole answer times out, since it is the client who is late.
    let patience = app.rules.request_timeout * 2 / 3;
    let read = tokio::time::timeout(patience, read(request.into_body(), max)).await;
    read.unwrap_or_else(|_| Err(Problem::new(Kind::TooSlow, "the body did not come to its end")))
}

async fn read(body: Body, max: usize) -> Result<Vec<u8>, Problem> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > max {
        return Err(refuse(body.into_data_stream(), max).await);
    }
    let mut bytes = Vec::with_capacity(announced);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|cause| Problem::new(Kind::Unreadable, "the body broke off").because(cause))?;
        if bytes.len() + chunk.len() > max {
            return Err(refuse(chunks, max).await);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

async fn refuse(mut chunks: BodyDataStream, max: usize) -> Problem {
    let mut drained = 0;
    while let Some(Ok(chunk)) = chunks.next().await {
        drained += chunk.len();
        if drained > max.saturating_mul(DRAINED_TIMES) {
            break;
        }
    }
    Problem::new(Kind::TooLarge, format!("a body has at most {max} bytes"))
}
