//! The front page, the OpenAPI document and its page.

use std::sync::Arc;

use axum::Json;
use axum::extract::Extension;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::openapi::Pages;

/// Where everything is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Index {
    /// Whom one talks to.
    #[schema(example = "Mister DJ API")]
    message: &'static str,
    /// The version of this interface.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// Where to go on.
    endpoints: Endpoints,
}

/// Where to go on, below the address of this page.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Endpoints {
    /// How everything is doing.
    health: &'static str,
    /// The contact form.
    contact: &'static str,
    /// The call-back form.
    callback_request: &'static str,
    /// The page about all of it.
    docs: &'static str,
    /// The OpenAPI document.
    openapi: &'static str,
}

/// Say who is here and where to go on.
#[utoipa::path(
    get, path = "/", tag = "docs", operation_id = "showIndex",
    responses((status = 200, description = "Where everything is", body = Index)),
)]
pub(crate) async fn show_index() -> Json<Index> {
    let endpoints = Endpoints {
        health: "/health",
        contact: "/contact",
        callback_request: "/callback-request",
        docs: "/docs",
        openapi: "/docs.json",
    };
    Json(Index { message: "Mister DJ API", version: env!("CARGO_PKG_VERSION"), endpoints })
}

/// Show the page about all of it.
#[utoipa::path(
    get, path = "/docs", tag = "docs", operation_id = "showDocs",
    responses((status = 200, description = "The page", body = String, content_type = "text/html")),
)]
pub(crate) async fn show_docs(Extension(pages): Extension<Arc<Pages>>) -> Response {
    let written = pages.written();
    let policy = HeaderValue::try_from(&written.policy).expect("a policy is ASCII");
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")), (CONTENT_SECURITY_POLICY, policy)];
    (headers, written.html.clone()).into_response()
}

/// Show the OpenAPI document.
#[utoipa::path(
    get, path = "/docs.json", tag = "docs", operation_id = "showOpenApi",
    responses((status = 200, description = "The OpenAPI document", body = Object)),
)]
pub(crate) async fn show_openapi(Extension(pages): Extension<Arc<Pages>>) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], pages.written().json.clone()).into_response()
}
