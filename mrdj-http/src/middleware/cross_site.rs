//! Other sites cannot make an operator's browser act.

use axum::response::{IntoResponse, Response};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::problem::{Kind, Problem};

type Answer = fn(ProtectionError) -> Response;

/// Refuses what a browser sends from another site, unless it only reads.
pub(crate) fn same_site_only() -> CsrfLayer<Answer> {
    CsrfLayer::new().with_rejection_response(answer as Answer)
}

fn answer(_: ProtectionError) -> Response {
    Problem::new(Kind::CrossSite, "operators act from the site itself").into_response()
}
