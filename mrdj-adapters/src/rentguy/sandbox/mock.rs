//! The dialect of RentGuy's own mock, as far as bookings go: any body is delivered, and the key is looked at.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::book::Book;
use super::stand_in::{Sandbox, server_error};
use crate::sandbox::{Mode, Shared};

pub(super) fn routes(state: &Shared<Book>) -> Router {
    state.knobs.over(Router::new().route("/bookings", post(take)).with_state(state.clone()))
}

async fn take(
    State(state): State<Shared<Book>>,
    Extension(mode): Extension<Mode>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // It parses before it asks who is there.
    let read: Result<Value, _> = if body.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&body) };
    let Ok(booking) = read else { return (StatusCode::BAD_REQUEST, "<pre>SyntaxError</pre>").into_response() };
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    match given.and_then(|given| given.strip_prefix("Bearer ")) {
        None => return error(StatusCode::UNAUTHORIZED, "missing-auth"),
        Some(key) if key != Sandbox::MOCK_KEY => return error(StatusCode::FORBIDDEN, "invalid-api-key"),
        Some(_) => {}
    }
    if mode == Mode::DatabaseDown {
        return server_error();
    }
    state.book().bookings.push(booking);
    (StatusCode::CREATED, Json(json!({ "delivered": true }))).into_response()
}

fn error(status: StatusCode, word: &str) -> Response {
    (status, Json(json!({ "error": word, "message": word }))).into_response()
}
