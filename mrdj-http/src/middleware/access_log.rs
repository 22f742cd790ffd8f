//! One line and one figure per request.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::response::Response;
use tracing::info;

/// A line in the making: it tells the route, never the address.
pub(super) struct Line {
    began: Instant,
    method: &'static str,
    route: Option<MatchedPath>,
}

impl Line {
    /// Begins to count the time that `request` takes.
    pub(super) fn begin(request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>().cloned();
        Self { began: Instant::now(), method: method_of(request.method()), route }
    }

    /// Logs how the request was answered, and counts how long it took.
    pub(super) fn end(self, response: &Response) {
        let Self { began, method, route } = self;
        let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
        let status = response.status().as_u16();
        let took = began.elapsed();
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        info!(
            http.method = method,
            http.route = route,
            http.status = status,
            http.took_ms = took_ms,
            "{method} {route} answered {status} in {took_ms} ms"
        );
        metrics::histogram!(
            "http_server_request_duration_seconds",
            "http_request_method" => method,
            "http_route" => route.to_owned(),
            "http_response_status_code" => status.to_string(),
        )
        .record(took.as_secs_f64());
    }
}

/// The method's name from a closed list, so that nobody can invent figures.
fn method_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "_OTHER",
    }
}
