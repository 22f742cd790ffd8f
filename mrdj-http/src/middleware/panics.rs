//! A panic costs one request.

use std::any::Any;

use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::problem::{Kind, Problem};

type Answer = fn(Box<dyn Any + Send>) -> Response;

/// Turns a panic into a problem; the process's panic hook has told the log by then.
pub(crate) fn catch_panics() -> CatchPanicLayer<Answer> {
    CatchPanicLayer::custom(answer as Answer)
}

fn answer(_: Box<dyn Any + Send>) -> Response {
    Problem::new(Kind::Fault, "the request could not be finished").into_response()
}
