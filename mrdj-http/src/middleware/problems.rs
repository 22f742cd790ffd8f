//! Writes problems out, in one place.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{debug, error};

use super::RequestId;
use crate::extract::Speaks;
use crate::problem::{MEDIA_TYPE, Problem};

/// Gives every problem its document, and its causes to the log.
pub(crate) async fn write_problems(request: Request, next: Next) -> Response {
    let Speaks(language) = Speaks::of(request.headers());
    let id = request.extensions().get::<RequestId>().cloned();
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() else {
        return response;
    };
    tell(&problem, response.status().as_u16());
    let id = id.as_ref().map(RequestId::as_str).unwrap_or_default();
    let document = problem.document(id, language);
    let body = serde_json::to_vec(&document).expect("a problem document is plain data");
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    *response.body_mut() = Body::from(body);
    response
}

fn tell(problem: &Problem, status: u16) {
    let Some(cause) = problem.cause() else {
        return;
    };
    if status >= 500 {
        error!(http.status = status, error = %cause, "a request ended in {status}: {cause}");
    } else {
        debug!(http.status = status, error = %cause, "a request ended in {status}: {cause}");
    }
}
