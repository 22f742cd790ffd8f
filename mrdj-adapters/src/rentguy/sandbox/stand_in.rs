//! The stand-in on its port.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use axum::body::{Bytes, to_bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Extension, Json, Router};
use mrdj_core::contacts::EmailAddress;
use mrdj_core::secret::Secret;
use serde_json::{Value, json};

use super::book::{Book, DatabaseError, RawRequest, SeenRequest, StoredCard};
use super::dialect::{self, Unread};
use super::project::StoredProject;
use super::{mock, planning};
use crate::outbound::BaseUrl;
use crate::rentguy::ServiceAccount;
use crate::sandbox::{Knobs, Mode, Server, Shared};

const DEFAULT_WORKSPACE: &str = "mr-dj";

/// A running stand-in for RentGuy; it goes away when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    server: Server,
    state: Shared<Book>,
    reading: Knobs,
}

impl Sandbox {
    /// The address of the account that it knows.
    pub const EMAIL: &'static str = "planner@example.com";
    /// Its password.
    pub const PASSWORD: &'static str = "not-a-real-password";
    /// The key that the mock's route looks for.
    pub const MOCK_KEY: &'static str = "mock-api-key";

    /// Starts on any free port of loopback.
    pub async fn start() -> io::Result<Self> {
        Self::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await
    }

    /// Starts on `address`.
    pub async fn start_at(address: SocketAddr) -> io::Result<Self> {
        let state = Shared::<Book>::default();
        let reading = Knobs::default();
        let server = Server::start(address, router(&state, &reading)).await?;
        Ok(Self { server, state, reading })
    }

    /// Where it listens, without a slash at its end.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The base for [`Config`](crate::rentguy::Config), version included.
    pub fn base(&self) -> BaseUrl {
        let base = format!("{}/v1", self.url()).parse();
        base.expect("an address that is listened on, with a path of ours, is a base")
    }

    /// The base of the mock's routes, which have no version.
    pub fn mock_base(&self) -> BaseUrl {
        self.url().parse().expect("an address that is listened on is a base")
    }

    /// The account that it knows, at the base of projects.
    pub fn account(&self) -> ServiceAccount {
        let base = format!("{}/api/v1", self.url()).parse();
        ServiceAccount {
            base: base.expect("an address that is listened on, with a path of ours, is a base"),
            email: EmailAddress::parse(Self::EMAIL).expect("an address of a reserved domain"),
            password: Secret::from(Self::PASSWORD.to_owned()),
        }
    }

    /// What it is told to do wrong with whatever is put there.
    pub const fn knobs(&self) -> &Knobs {
        &self.state.knobs
    }

    /// What it is told to do wrong with logins, and with whatever only asks.
    pub const fn reading_knobs(&self) -> &Knobs {
        &self.reading
    }

    /// Every project it has, oldest first.
    pub fn projects(&self) -> Vec<StoredProject> {
        self.state.book().planning.projects.clone()
    }

    /// Changes the projects as somebody who works there does.
    pub fn change_projects(&self, change: impl FnOnce(&mut Vec<StoredProject>)) {
        change(&mut self.state.book().planning.projects);
    }

    /// Moves no project from now on, for the reason `conflict`, e.g. `planner_conflict`; `None` moves them again.
    pub fn refuse_moves(&self, conflict: Option<&'static str>) {
        self.state.book().planning.conflict = conflict;
    }

    /// Lets every token run out.
    pub fn end_sessions(&self) {
        self.state.book().planning.end_sessions();
    }

    /// How often somebody logged in.
    pub fn login_count(&self) -> u64 {
        self.state.book().planning.logins
    }

    /// What came by the mock's route for bookings, each as it came.
    pub fn bookings(&self) -> Vec<Value> {
        self.state.book().bookings.clone()
    }

    /// Every card it has, oldest first.
    pub fn cards(&self) -> Vec<StoredCard> {
        self.state.book().cards().to_vec()
    }

    /// How many cards it has.
    pub fn card_count(&self) -> usize {
        self.state.book().cards().len()
    }

    /// The card of our `reference`.
    pub fn card(&self, reference: &str) -> Option<StoredCard> {
        self.state.book().card(reference).cloned()
    }

    /// The newest requests it received, oldest first, whatever became of them.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.state.book().seen.iter().map(SeenRequest::from).collect()
    }

    /// How many requests it received.
    pub fn request_count(&self) -> u64 {
        self.state.book().seen.total()
    }

    /// Forgets everything and behaves.
    pub fn reset(&self) {
        self.state.reset();
        self.reading.set(Mode::Healthy);
    }

    /// Goes away: the port is closed and every line is cut.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

fn router(state: &Shared<Book>, reading: &Knobs) -> Router {
    let leads = post(take_lead).fallback(not_allowed).with_state(state.clone());
    let partner = Router::new().route("/v1/leads", leads);
    let partner = state.knobs.over(partner).layer(from_fn_with_state(state.clone(), note));
    let own = Router::new()
        .route("/v1/leads/", any(without_slash))
        .route("/healthz", get(async || Json(json!({ "status": "ok" }))))
        .route("/readyz", get(ready))
        .route("/deliveries", get(deliveries))
        .route("/reset", post(reset))
        .fallback(async || (StatusCode::NOT_FOUND, Json(json!({ "detail": "Not Found" }))))
        .with_state(state.clone());
    // The real one takes bodies of any size.
    let knobs = state.knobs.routes().merge(Router::new().nest("/reading", reading.routes()));
    let routes = partner.merge(planning::routes(state, reading)).merge(mock::routes(state)).merge(knobs);
    routes.merge(own).layer(DefaultBodyLimit::disable())
}

/// Writes down what arrives before anything can become of it.
async fn note(State(state): State<Shared<Book>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        // The sender left in the middle of it.
        return StatusCode::BAD_REQUEST.into_response();
    };
    let header =
        |name: &str| parts.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let seen = RawRequest {
        workspace: header("x-rentguy-workspace"),
        bearer: header(AUTHORIZATION.as_str()).is_some_and(|value| value.starts_with("Bearer ")),
        body: Box::from(&body[..]),
    };
    state.book().seen.push(seen);
    next.run(Request::from_parts(parts, body.into())).await
}

async fn take_lead(
    State(state): State<Shared<Book>>,
    Extension(mode): Extension<Mode>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let lead = match dialect::read(&body, is_json(&headers)) {
        Ok(lead) => lead,
        Err(unread) => return refuse(unread),
    };
    if mode == Mode::DatabaseDown {
        return server_error();
    }
    let source = lead.source.clone();
    let outcome = match state.book().put(lead, &workspace(&headers)) {
        Ok((card, is_new)) => Ok((card.clone(), is_new)),
        Err(DatabaseError) => Err(()),
    };
    match outcome {
        Ok((card, is_new)) => accept(&card, is_new, &source),
        Err(()) => server_error(),
    }
}

fn accept(card: &StoredCard, is_new: bool, source: &str) -> Response {
    let message = if is_new {
        format!("Lead created successfully from {source}")
    } else {
        "Lead already exists (duplicate prevented)".to_owned()
    };
    let body = json!({
        "success": true, "leadId": card.id, "externalId": card.external_id,
        "status": card.status, "message": message, "emailSent": false,
    });
    (StatusCode::CREATED, Json(body)).into_response()
}

pub(super) fn refuse(unread: Unread) -> Response {
    match unread {
        Unread::NotText => {
            let body = json!({ "detail": "There was an error parsing the body" });
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        }
        Unread::HalfACharacter => server_error(),
        Unread::Faults(faults) => (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "detail": faults }))).into_response(),
    }
}

/// One answer for everything that its database says no to.
pub(super) fn server_error() -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error").into_response()
}

pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// The first header of several; none and an empty one are the default tenant.
fn workspace(headers: &HeaderMap) -> String {
    let given = headers.get("x-rentguy-workspace").map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    given.filter(|name| !name.is_empty()).unwrap_or_else(|| DEFAULT_WORKSPACE.to_owned())
}

async fn not_allowed() -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "POST")], Json(json!({ "detail": "Method Not Allowed" }))).into_response()
}

async fn without_slash() -> Response {
    (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, "/v1/leads")]).into_response()
}

async fn ready(State(state): State<Shared<Book>>) -> Response {
    if state.knobs.mode() == Mode::DatabaseDown {
        let body = json!({ "detail": "database not available" });
        return (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response();
    }
    Json(json!({ "status": "ok" })).into_response()
}

async fn deliveries(State(state): State<Shared<Book>>) -> Json<Value> {
    let book = state.book();
    let requests: Vec<SeenRequest> = book.seen.iter().map(SeenRequest::from).collect();
    Json(json!({
        "received": book.seen.total(), "requests": requests, "cards": book.cards(),
        "projects": book.planning.projects, "bookings": book.bookings,
    }))
}

async fn reset(State(state): State<Shared<Book>>) -> StatusCode {
    state.reset();
    StatusCode::NO_CONTENT
}
