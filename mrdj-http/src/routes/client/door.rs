//! Whether a link opens.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use mrdj_core::bookings::Booking;
use serde::Deserialize;
use tracing::warn;
use utoipa::IntoParams;

use super::page::closed;
use crate::app::Shared;
use crate::extract::{Client, Query, Speaks};
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

/// The booking that a link opens; else the page that says why it does not, before anything of the body is read.
///
/// Links that are not ours are counted like wrong passwords, so that nobody tries many.
pub(crate) struct Opened {
    pub(super) booking: Booking,
    pub(super) link: LinkQuery,
}

impl FromRequestParts<Shared> for Opened {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Response> {
        let Speaks(language) = Speaks::of(&parts.headers);
        let Ok(client) = Client::from_request_parts(parts, app).await;
        let path = RawPathParams::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        let Query(link) = Query::<LinkQuery>::from_request_parts(parts, app).await.map_err(Problem::into_response)?;
        let id = path.iter().find(|(name, _)| *name == "bookingId").and_then(|(_, id)| id.parse().ok());
        let id = id.ok_or_else(|| closed(StatusCode::NOT_FOUND, language))?;
        if !app.links.knows(id, &link.token) {
            warn!("a client's link was tried that is not ours");
            return Err(counted(app, &client).await.unwrap_or_else(|| closed(StatusCode::NOT_FOUND, language)));
        }
        let found = app.bookings.book.find(id).await.map_err(|error| Problem::for_visitor(error).into_response())?;
        let booking = found.ok_or_else(|| closed(StatusCode::NOT_FOUND, language))?;
        let opens = booking.link_opens(app.clock.now(), &app.bookings.rules.zone);
        if opens { Ok(Self { booking, link }) } else { Err(closed(StatusCode::GONE, language)) }
    }
}

/// The refusal of somebody who tried too many.
async fn counted(app: &Shared, client: &Client) -> Option<Response> {
    let (limit, now) = (app.rules.contact, app.clock.now());
    let key = client.limit_key().filter(|_| limit.max > 0)?;
    let ruling = app.limiter.take(&format!("link:{key}"), limit, now).await.ok().filter(|ruling| !ruling.allowed)?;
    let wait = ruling.reset_at.duration_since(now).as_secs().max(1).unsigned_abs();
    Some(Problem::new(Kind::TooMany, "too many links were tried").retry_after(wait).into_response())
}
