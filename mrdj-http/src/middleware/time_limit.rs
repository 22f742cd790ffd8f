//! No answer takes forever.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::Shared;
use crate::problem::{Kind, Problem};

/// Answers 503 when the rest takes longer than the rules allow; what was begun in a task of its own goes on.
pub(crate) async fn limit_time(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let limit = app.rules.request_timeout;
    tokio::time::timeout(limit, next.run(request)).await.unwrap_or_else(|_| {
        Problem::new(Kind::TimedOut, "the answer took too long; send it again").retry_after(5).into_response()
    })
}
