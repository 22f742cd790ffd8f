//! A client looks at the booking.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use mrdj_core::bookings::{CalendarFile, Method};

use super::door::{LinkQuery, Opened};
use super::page::Page;
use crate::app::Shared;
use crate::problem::Problem;

/// Show a client the booking that the link opens.
#[utoipa::path(
    get, path = "/my-booking/{bookingId}", tag = "client", operation_id = "showMyBooking",
    params(("bookingId" = String, Path, description = "The booking's id"), LinkQuery),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = 404, description = "The link is not one of ours", body = String, content_type = "text/html"),
        (status = 410, description = "The link has run out", body = String, content_type = "text/html"),
    ),
)]
pub(crate) async fn show_my_booking(
    State(app): State<Shared>,
    Opened { booking, link }: Opened,
) -> Result<Response, Problem> {
    let files = app.bookings.attachments(booking.id).await.map_err(Problem::for_visitor)?;
    let page = Page::of(&app, &booking, &files, &link.token);
    Ok(page.done(link.done.as_deref(), booking.client.language).answer(StatusCode::OK))
}

/// Give a client the booking as a calendar file, which every calendar opens.
#[utoipa::path(
    get, path = "/my-booking/{bookingId}/calendar.ics", tag = "client", operation_id = "saveMyBooking",
    params(("bookingId" = String, Path, description = "The booking's id"), LinkQuery),
    responses(
        (status = 200, description = "The file (RFC 5545)", body = String, content_type = "text/calendar"),
        (status = 404, description = "The link is not one of ours", body = String, content_type = "text/html"),
        (status = 410, description = "The link has run out", body = String, content_type = "text/html"),
    ),
)]
pub(crate) async fn save_my_booking(State(app): State<Shared>, Opened { booking, .. }: Opened) -> Response {
    let mut event = booking.appointment(format!("{}: {}", app.rules.business, booking.event.kind));
    event.description = Some(booking.reference.to_string());
    event.location = booking.event.place;
    let file = CalendarFile { method: Method::Publish, name: None, events: vec![event] };
    let headers = [
        (CONTENT_TYPE, "text/calendar; charset=utf-8; method=PUBLISH"),
        (CONTENT_DISPOSITION, "attachment; filename=\"booking.ics\""),
    ];
    (headers, file.text()).into_response()
}
