//! Logging in, and projects.

use std::collections::HashSet;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Extension, Json, Router};
use serde_json::{Map, Value, json};

use super::book::Book;
use super::dialect::{self, Form};
use super::project::StoredProject;
use super::stand_in::{Sandbox, is_json, refuse, server_error};
use crate::sandbox::{Knobs, Mode, Shared};

/// What the stand-in knows of projects, and who is logged in.
#[derive(Debug, Default)]
pub(super) struct Planning {
    pub(super) projects: Vec<StoredProject>,
    pub(super) logins: u64,
    tokens: HashSet<String>,
    /// Why it moves no project.
    pub(super) conflict: Option<&'static str>,
}

impl Planning {
    fn log_in(&mut self) -> String {
        self.logins += 1;
        let token = format!("stand-in.token.{}", self.logins);
        self.tokens.insert(token.clone());
        token
    }

    /// Every token has run out.
    pub(super) fn end_sessions(&mut self) {
        self.tokens.clear();
    }

    fn next_id(&self) -> u64 {
        self.projects.len() as u64 + 1
    }
}

/// What changes something obeys the first knobs, what only asks the second.
pub(super) fn routes(state: &Shared<Book>, reading: &Knobs) -> Router {
    let writes = Router::new()
        .route("/api/v1/projects", post(create))
        .route("/api/v1/projects/{id}/dates", put(move_dates))
        .with_state(state.clone());
    let reads = Router::new()
        .route("/api/v1/auth/login", post(log_in))
        .route("/api/v1/projects", get(list))
        .route("/api/v1/projects/{id}", get(show))
        .with_state(state.clone());
    let not_allowed = async || (StatusCode::METHOD_NOT_ALLOWED, Json(json!({ "detail": "Method Not Allowed" })));
    state.knobs.over(writes).merge(reading.over(reads)).method_not_allowed_fallback(not_allowed)
}

async fn log_in(State(state): State<Shared<Book>>, headers: HeaderMap, body: Bytes) -> Response {
    let fields = match dialect::object(&body, is_json(&headers)) {
        Ok(fields) => fields,
        Err(unread) => return refuse(unread),
    };
    let mut form = Form::of(fields);
    let (email, password) = (form.required_text("email"), form.required_text("password"));
    if !email.is_empty() && !email.contains('@') {
        form.refuse::<()>("email", "value_error", "value is not a valid email address");
    }
    if let Err(unread) = form.finish(()) {
        return refuse(unread);
    }
    if email.to_lowercase() != Sandbox::EMAIL || password != Sandbox::PASSWORD {
        return detail(StatusCode::UNAUTHORIZED, "Invalid credentials");
    }
    let token = state.book().planning.log_in();
    Json(json!({ "access_token": token, "token_type": "bearer" })).into_response()
}

/// Who is not logged in hears that before anything else.
fn refused(state: &Shared<Book>, headers: &HeaderMap) -> Option<Response> {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match given.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) {
        Some((_, token)) if state.book().planning.tokens.contains(token) => None,
        Some(_) => Some(detail(StatusCode::UNAUTHORIZED, "Invalid token")),
        None => {
            let challenge = [(WWW_AUTHENTICATE, "Bearer")];
            Some((challenge, detail(StatusCode::UNAUTHORIZED, "Not authenticated")).into_response())
        }
    }
}

async fn list(State(state): State<Shared<Book>>, Extension(mode): Extension<Mode>, headers: HeaderMap) -> Response {
    if let Some(refused) = refused(&state, &headers) {
        return refused;
    }
    if mode == Mode::DatabaseDown {
        return server_error();
    }
    let projects: Vec<Value> = state.book().planning.projects.iter().map(StoredProject::told).collect();
    Json(projects).into_response()
}

async fn show(State(state): State<Shared<Book>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    if let Some(refused) = refused(&state, &headers) {
        return refused;
    }
    let Ok(id) = id.parse::<u64>() else { return not_a_number(&id) };
    let told = state.book().planning.projects.iter().find(|project| project.id == id).map(StoredProject::told);
    match told {
        Some(project) => Json(json!({ "project": project, "items": [] })).into_response(),
        None => detail(StatusCode::NOT_FOUND, "Project not found"),
    }
}

async fn create(
    State(state): State<Shared<Book>>,
    Extension(mode): Extension<Mode>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fields = match taken(&state, &headers, &body) {
        Ok(fields) => fields,
        Err(refused) => return *refused,
    };
    let mut book = state.book();
    let project = match StoredProject::read(book.planning.next_id(), fields) {
        Ok(project) => project,
        Err(unread) => return refuse(unread),
    };
    if mode == Mode::DatabaseDown || !project.fits() {
        return server_error();
    }
    let told = project.told();
    book.planning.projects.push(project);
    Json(told).into_response()
}

async fn move_dates(
    State(state): State<Shared<Book>>,
    Extension(mode): Extension<Mode>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fields = match taken(&state, &headers, &body) {
        Ok(fields) => fields,
        Err(refused) => return *refused,
    };
    let Ok(id) = id.parse::<u64>() else { return not_a_number(&id) };
    let project = match StoredProject::read(id, fields) {
        Ok(project) => project,
        Err(unread) => return refuse(unread),
    };
    if mode == Mode::DatabaseDown || !project.fits() {
        return server_error();
    }
    let mut book = state.book();
    if let Some(conflict) = book.planning.conflict {
        let body = json!({ "detail": { "error": conflict, "details": [] } });
        return (StatusCode::CONFLICT, Json(body)).into_response();
    }
    let Some(stored) = book.planning.projects.iter_mut().find(|stored| stored.id == id) else {
        return detail(StatusCode::NOT_FOUND, "Project not found");
    };
    // All of it is what came, and what did not come is wiped.
    *stored = project;
    Json(stored.told()).into_response()
}

/// The body of whoever is logged in.
fn taken(state: &Shared<Book>, headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Box<Response>> {
    if let Some(refused) = refused(state, headers) {
        return Err(Box::new(refused));
    }
    dialect::object(body, is_json(headers)).map_err(|unread| Box::new(refuse(unread)))
}

fn not_a_number(id: &str) -> Response {
    let message = "Input should be a valid integer, unable to parse string as an integer";
    let fault = json!({ "type": "int_parsing", "loc": ["path", "project_id"], "msg": message, "input": id });
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "detail": [fault] }))).into_response()
}

fn detail(status: StatusCode, words: &str) -> Response {
    (status, Json(json!({ "detail": words }))).into_response()
}
