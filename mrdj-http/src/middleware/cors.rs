//! Which other sites may read our answers.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::CorsLayer;

/// Lets exactly `origins` send forms and read answers, without the browser's credentials; `None` when there are none.
pub(crate) fn cors(origins: &[HeaderValue]) -> Option<CorsLayer> {
    let told = ["x-request-id", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after"];
    let sent = [header::CONTENT_TYPE, header::ACCEPT_LANGUAGE, HeaderName::from_static("idempotency-key")];
    (!origins.is_empty()).then(|| {
        CorsLayer::new()
            .allow_origin(origins.to_vec())
            .allow_methods([Method::GET, Method::POST])
            .allow_headers(sent)
            .expose_headers(told.map(HeaderName::from_static))
            .max_age(Duration::from_secs(600))
    })
}
