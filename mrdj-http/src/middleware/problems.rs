//! Writes problems out, in one place.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::Response;
use tracing::{debug, error};

use super::arrival::RequestId;
use crate::extract::Speaks;
use crate::problem::{MEDIA_TYPE, Problem};

/// Writes the problem of one request, should there be one.
pub(super) struct Writer {
    wishes: Option<HeaderValue>,
}

impl Writer {
    /// Writes in the language that `request` asks for.
    pub(super) fn of(request: &Request) -> Self {
        Self { wishes: request.headers().get(ACCEPT_LANGUAGE).cloned() }
    }

    /// Gives a problem its document, and its causes to the log.
    pub(super) fn write(self, response: &mut Response, id: &RequestId) {
        let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() else { return };
        tell(&problem, response.status().as_u16());
        let Speaks(language) = Speaks::wishing(self.wishes.as_ref());
        let document = problem.document(id.as_str(), language);
        let body = serde_json::to_vec(&document).expect("a problem document is plain data");
        let headers = response.headers_mut();
        headers.remove(CONTENT_LENGTH);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        *response.body_mut() = Body::from(body);
    }
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
