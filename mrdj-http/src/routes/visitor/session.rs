//! What a visitor chose so far.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use mrdj_core::bookings::{Selections, Visitor};
use mrdj_core::leads::{Fault, FaultCode, Faults};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::cookie::{known, known_or_new};
use crate::app::Shared;
use crate::extract::{Client, Key, Speaks, Submitted};
use crate::problem::Problem;

/// What a visitor chose so far.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionView {
    /// Each choice; null until it is made.
    #[schema(value_type = SelectionsView)]
    selections: Selections,
}

/// Each choice; null until it is made.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; the core's own type is what is written")]
pub(crate) struct SelectionsView {
    /// The day.
    #[schema(required = true)]
    date: Option<String>,
    /// The place.
    #[schema(required = true)]
    location: Option<String>,
    /// What for.
    #[schema(required = true)]
    event_type: Option<String>,
    /// The package, as the site describes it.
    #[schema(required = true, value_type = Option<Object>)]
    package: Option<Value>,
    /// The price, as the site has it.
    #[schema(required = true, value_type = Option<Object>)]
    pricing: Option<Value>,
}

/// Choices to keep; what is left out stays as it was.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is there to be described; the parts are read one by one")]
pub(crate) struct SessionForm {
    /// At least one of `date`, `location`, `eventType`, `package` and `pricing`; null or an empty text takes one back.
    selections: ChosenForm,
}

/// Choices to keep.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; the parts are read one by one")]
pub(crate) struct ChosenForm {
    /// The day.
    #[schema(max_length = 200, example = "2027-06-19")]
    date: String,
    /// The place.
    #[schema(value_type = String, required = false, max_length = 200)]
    location: Option<String>,
    /// What for.
    #[schema(value_type = String, required = false, max_length = 200)]
    event_type: Option<String>,
}

fn shown(visitor: &Visitor) -> Json<SessionView> {
    Json(SessionView { selections: visitor.selections.clone() })
}

/// Show what the visitor chose so far.
#[utoipa::path(
    get, path = "/session", tag = "visitor", operation_id = "showSession",
    responses((status = 200, description = "What was chosen so far", body = SessionView)),
)]
pub(crate) async fn show_session(
    State(app): State<Shared>,
    client: Client,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Ok(match known(&app, &headers).await? {
        Some(known) => known.answer(&client, shown(&known.visitor)),
        None => shown(&Visitor::default()).into_response(),
    })
}

/// Keep what the visitor chose, for a day after the last change.
#[utoipa::path(
    patch, path = "/session", tag = "visitor", operation_id = "keepSession",
    request_body(content = SessionForm, content_type = "application/json"),
    responses((status = 200, description = "What was chosen so far", body = SessionView)),
)]
pub(crate) async fn keep_session(
    State(app): State<Shared>,
    client: Client,
    Speaks(language): Speaks,
    headers: HeaderMap,
    key: Key,
    submitted: Submitted<Map<String, Value>>,
) -> Result<Response, Problem> {
    key.within("session")?;
    let Some(Value::Object(chosen)) = submitted.form.get("selections") else {
        let fault = Fault { field: "selections", code: FaultCode::Missing };
        return Err(Problem::invalid_form(&Faults(vec![fault]), language));
    };
    let mut known = known_or_new(&app, &headers).await?;
    known.visitor = known.visitor.choose(chosen).map_err(|faults| Problem::invalid_form(&faults, language))?;
    known.keep(&app).await?;
    Ok(known.answer(&client, shown(&known.visitor)))
}

/// Forget what the visitor chose.
#[utoipa::path(
    delete, path = "/session", tag = "visitor", operation_id = "forgetSession",
    responses((status = 200, description = "Nothing is chosen", body = SessionView)),
)]
pub(crate) async fn forget_session(State(app): State<Shared>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(known) = known(&app, &headers).await? {
        app.sessions.remove(&known.id).await.map_err(Problem::for_visitor)?;
    }
    Ok(shown(&Visitor::default()).into_response())
}
