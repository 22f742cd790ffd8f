//! Whether a link opens.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use mrdj_core::bookings::Booking;
use mrdj_core::messages::Language;
use serde::Deserialize;
use tracing::warn;
use utoipa::IntoParams;

use super::page::closed;
use crate::app::Shared;
use crate::extract::Client;
use crate::problem::{Kind, Problem};

/// What stands behind the question mark of a client's link.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LinkQuery {
    /// What opens the booking: it comes with the link that was mailed, and is as good as a key.
    #[serde(default)]
    pub(super) token: String,
    /// What was done just now, to be told on the page.
    #[param(required = false, value_type = String)]
    pub(super) done: Option<String>,
}

/// The booking that a link opens; else the page that says why it does not.
///
/// Links that are not ours are counted like wrong passwords, so that nobody tries many.
pub(super) async fn opened(
    app: &Shared,
    client: &Client,
    language: Language,
    id: &str,
    token: &str,
) -> Result<Booking, Response> {
    let now = app.clock.now();
    let id = id.parse().map_err(|_| closed(StatusCode::NOT_FOUND, language))?;
    if !app.links.knows(id, token) {
        warn!("a client's link was tried that is not ours");
        return Err(counted(app, client).await.unwrap_or_else(|| closed(StatusCode::NOT_FOUND, language)));
    }
    let found = app.bookings.book.find(id).await.map_err(|error| Problem::for_visitor(error).into_response())?;
    let booking = found.ok_or_else(|| closed(StatusCode::NOT_FOUND, language))?;
    let opens = booking.link_opens(now, &app.bookings.rules.zone);
    if opens { Ok(booking) } else { Err(closed(StatusCode::GONE, language)) }
}

/// The refusal of somebody who tried too many.
async fn counted(app: &Shared, client: &Client) -> Option<Response> {
    let key = client.limit_key()?;
    let ruling = app.limiter.take(&format!("link:{key}"), app.rules.contact, app.clock.now()).await.ok()?;
    if ruling.allowed || app.rules.contact.max == 0 {
        return None;
    }
    let wait = ruling.reset_at.duration_since(app.clock.now()).as_secs().max(1).unsigned_abs();
    Some(Problem::new(Kind::TooMany, "too many links were tried").retry_after(wait).into_response())
}
