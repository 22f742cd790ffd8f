//! The cookie, and what is kept under it.

use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Response};
use mrdj_core::auth::SessionId;
use mrdj_core::bookings::Visitor;
use mrdj_core::error::ErrorKind;

use crate::app::Shared;
use crate::extract::{Client, cookie, set_cookie};
use crate::problem::{Kind, Problem};

const NAME: &str = "mr-dj-session";

/// A visitor with the session that is his.
pub(super) struct Known {
    pub(super) id: SessionId,
    pub(super) visitor: Visitor,
}

/// The visitor of whom `headers` bring the cookie; `None` when there is none, or nothing is kept under it.
pub(super) async fn known(app: &Shared, headers: &HeaderMap) -> Result<Option<Known>, Problem> {
    let Some(id) = id_of(headers) else { return Ok(None) };
    let kept = app.sessions.load(&id, app.clock.now()).await.map_err(Problem::for_visitor)?;
    // What an earlier version kept and this one cannot read is forgotten.
    let visitor = kept.and_then(|kept| serde_json::from_str(&kept).ok());
    Ok(visitor.map(|visitor| Known { id, visitor }))
}

/// The same, or a new visitor: an id that somebody else made up is nobody's.
pub(super) async fn known_or_new(app: &Shared, headers: &HeaderMap) -> Result<Known, Problem> {
    let known = known(app, headers).await?;
    Ok(known.unwrap_or_else(|| Known { id: SessionId::new(&*app.chance), visitor: Visitor::default() }))
}

impl Known {
    /// Keeps it for another day.
    pub(super) async fn keep(&self, app: &Shared) -> Result<(), Problem> {
        let json = serde_json::to_string(&self.visitor).expect("a visitor is plain data");
        let kept = app.sessions.save(&self.id, json, Visitor::KEPT_FOR, app.clock.now()).await;
        kept.map_err(|error| match error.kind {
            ErrorKind::Rejected => Problem::new(Kind::TooLarge, "so much is not kept for a visitor"),
            _ => Problem::for_visitor(error),
        })
    }

    /// `answer` with the cookie, which lasts another day.
    pub(super) fn answer(&self, client: &Client, answer: impl IntoResponse) -> Response {
        let cookie = set_cookie(NAME, self.id.reveal(), Visitor::KEPT_FOR.as_secs(), client);
        (AppendHeaders([(SET_COOKIE, cookie)]), answer).into_response()
    }
}

fn id_of(headers: &HeaderMap) -> Option<SessionId> {
    cookie(headers, NAME).and_then(|id| id.parse().ok())
}
