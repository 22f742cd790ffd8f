//! What a site's own SDK reads.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use mrdj_core::experiments::assignment::Visitor;

use crate::app::{App, Shared};
use crate::extract::{Path, has_already};
use crate::problem::{Kind, Problem};
use crate::variants::Compiled;

/// List every feature, for GrowthBook's SDKs.
///
/// Flags, experiments that were started, and the features of `FEATURES_PATH`, in the form that GrowthBook's own API has.
#[utoipa::path(
    get, path = "/features", tag = "experiments", operation_id = "listFeatures",
    responses(
        (status = 200, description = "The payload", body = Object, example = json!({"status": 200, "features": {"hero_cta_variant": {"defaultValue": "control"}}})),
        (status = 304, description = "It is what `If-None-Match` names"),
        (status = 503, description = "Experiments are switched off", body = crate::ProblemDocument, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_features(State(app): State<Shared>, headers: HeaderMap) -> Result<Response, Problem> {
    answer(&app, &headers).await
}

/// List every feature, where GrowthBook's SDKs look for it.
///
/// `apiHost` is this server, and any `clientKey` will do.
#[utoipa::path(
    get, path = "/features/{clientKey}", tag = "experiments", operation_id = "listFeaturesForKey",
    params(("clientKey" = String, Path, description = "Any word", example = "sdk-site")),
    responses(
        (status = 200, description = "The payload", body = Object, example = json!({"status": 200, "features": {"hero_cta_variant": {"defaultValue": "control"}}})),
        (status = 304, description = "It is what `If-None-Match` names"),
        (status = 503, description = "Experiments are switched off", body = crate::ProblemDocument, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_features_for_key(
    State(app): State<Shared>,
    Path(_client_key): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer(&app, &headers).await
}

async fn answer(app: &App, headers: &HeaderMap) -> Result<Response, Problem> {
    let compiled = app.variants.at(app.clock.now()).await;
    if app.variants.is_off_for_all("experiments") {
        return Err(switched_off("experiments"));
    }
    let named = [(ETAG, compiled.tag.clone()), (CACHE_CONTROL, "public, max-age=10".to_owned())];
    if has_already(headers, &compiled.tag) {
        return Ok((StatusCode::NOT_MODIFIED, named).into_response());
    }
    Ok((named, [(CONTENT_TYPE, "application/json")], compiled.payload.clone()).into_response())
}

impl App {
    /// Refuses politely where the part of the site called `name` is off for this visitor.
    pub(crate) fn require<'a>(
        &self,
        name: &'static str,
        compiled: &'a Compiled,
        visitor: &Visitor<'a>,
    ) -> Result<(), Problem> {
        if compiled.is_on(name, visitor) {
            return Ok(());
        }
        Err(switched_off(name))
    }
}

fn switched_off(name: &str) -> Problem {
    Problem::new(Kind::SwitchedOff, format!("{name} is switched off; a page shows what it has")).code("feature_off")
}
