//! The crew's calendar, for programs that subscribe to it.

use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ETAG, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use mrdj_core::secret::Secret;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tracing::warn;

use crate::app::Shared;
use crate::calendar::CalendarDoor;
use crate::extract::{Client, Query, has_already};
use crate::problem::{Kind, Problem};

/// What a calendar program brings along.
#[derive(Deserialize)]
pub(crate) struct FeedQuery {
    /// The token, where it is not in the header.
    token: Option<Secret>,
}

/// Subscribe to the crew's calendar.
///
/// An iCalendar file (RFC 5545) of what is held, offered and agreed, from sixty days back to two years ahead, and of what
/// was called off in the last sixty days. It needs a token of its own: as `Authorization: Bearer`, or as `?token=` where a
/// program can do nothing else. Proxies write addresses to their logs, so an address with a token is changed now and then.
#[utoipa::path(
    get, path = "/calendar.ics", tag = "bookings", operation_id = "subscribeToCalendar",
    security(("calendar" = []), ("calendarBearer" = [])),
    responses(
        (status = 200, description = "The calendar", body = String, content_type = "text/calendar"),
        (status = 304, description = "It is what `If-None-Match` names"),
        (status = 400, description = "The query cannot be read", body = crate::ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The token is missing or wrong", body = crate::ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "No calendar is shown here", body = crate::ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "Too many tokens were tried", body = crate::ProblemDocument, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn subscribe_to_calendar(
    State(app): State<Shared>,
    client: Client,
    Query(query): Query<FeedQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let door = app.calendar.as_ref().ok_or_else(|| Problem::not_found("calendar"))?;
    let Some(token) = query.token.or_else(|| bearer(&headers)) else {
        return Ok(locked("send the calendar's token"));
    };
    if !admits(&app, door, client, &token).await? {
        return Ok(locked("the token is wrong"));
    }
    let text = app.bookings.feed().await?.text();
    Ok(answer(&headers, text))
}

/// Lets who brings a token in; tries are counted before they are judged, unless this token was right a while ago.
async fn admits(app: &Shared, door: &CalendarDoor, client: Client, token: &Secret) -> Result<bool, Problem> {
    let now = app.clock.now();
    let found = door.find(token);
    if found.is_some_and(|found| door.remembers(found, now)) {
        return Ok(true);
    }
    let key = client.limit_key().unwrap_or_else(|| "unknown".to_owned());
    let ruling = app.limiter.take(&format!("calendar:{key}"), door.tries(), now).await?;
    if !ruling.allowed {
        let wait = ruling.reset_at.duration_since(now).as_secs().max(1).unsigned_abs();
        return Err(Problem::new(Kind::TooMany, "too many tokens were tried").retry_after(wait));
    }
    match found {
        Some(found) => door.remember(found, now),
        None => {
            warn!("a wrong token for the calendar was tried");
            tokio::time::sleep(door.pause()).await;
        }
    }
    Ok(found.is_some())
}

/// A program that asks for a password would be asked in vain.
fn locked(detail: &str) -> Response {
    let mut response = Problem::new(Kind::LoginNeeded, detail).into_response();
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(r#"Bearer realm="mrdj calendar""#));
    response
}

/// The token of the `Authorization` header (RFC 6750).
fn bearer(headers: &HeaderMap) -> Option<Secret> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| Secret::from(token.trim().to_owned()))
}

fn answer(headers: &HeaderMap, text: String) -> Response {
    let tag = format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(&text)[..16]));
    let known = has_already(headers, &tag);
    let tag = HeaderValue::try_from(tag).expect("base64 between quotes is ASCII");
    let shared = [(ETAG, tag), (CACHE_CONTROL, HeaderValue::from_static("private, no-cache"))];
    if known {
        return (StatusCode::NOT_MODIFIED, shared).into_response();
    }
    (shared, [(CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response()
}
