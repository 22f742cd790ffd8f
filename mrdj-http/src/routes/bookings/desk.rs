//! Operators look at bookings.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::civil::Date;
use mrdj_core::bookings::{Booking, BookingChange, BookingFilter, BookingForm, Party, Step};
use mrdj_core::id::Id;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::view::{BookingPage, BookingView, BookingWithHistory};
use super::{BookingChangeForm, problem};
use crate::app::Shared;
use crate::extract::{Path, Query, Speaks, Submitted};
use crate::problem::Problem;
use crate::routes::delivery::PageSize;

/// How far a booking has come.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum StageWord {
    /// In line behind a hold.
    Waiting,
    /// The evening is kept.
    Held,
    /// It was offered.
    Offered,
    /// The client has agreed.
    Agreed,
    /// The deposit was paid.
    Deposit,
    /// The event was held.
    Done,
    /// Nobody decided in time.
    Expired,
    /// It was called off.
    Cancelled,
}

impl StageWord {
    const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Offered => "offered",
            Self::Agreed => "agreed",
            Self::Deposit => "deposit",
            Self::Done => "done",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Which bookings.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BookingQuery {
    /// Only in this stage.
    #[param(inline)]
    stage: Option<StageWord>,
    /// Only on this civil day or later.
    from: Option<Date>,
    /// Only before this civil day.
    to: Option<Date>,
    /// Only older than this one: `next` of the page before.
    before: Option<Uuid>,
    /// So many at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<PageSize>,
}

/// List bookings, newest first.
#[utoipa::path(
    get, path = "/bookings", tag = "bookings", operation_id = "listBookings", params(BookingQuery),
    responses((status = 200, description = "A page of bookings", body = BookingPage)),
)]
pub(crate) async fn list_bookings(
    State(app): State<Shared>,
    Query(query): Query<BookingQuery>,
) -> Result<Json<BookingPage>, Problem> {
    let limit = PageSize::or_default(query.limit);
    let filter = BookingFilter {
        stage: query.stage.map(StageWord::word),
        from: query.from,
        to: query.to,
        before: query.before.map(Id::from_uuid),
    };
    let bookings = app.bookings.list(&filter, limit).await?;
    let next = (bookings.len() == limit).then(|| bookings.last().map(|booking| booking.id.uuid())).flatten();
    Ok(Json(BookingPage { bookings: bookings.into_iter().map(Into::into).collect(), next }))
}

/// Show a booking and what happened to it.
#[utoipa::path(
    get, path = "/bookings/{bookingId}", tag = "bookings", operation_id = "showBooking",
    params(("bookingId" = String, Path, description = "The booking's id, or the reference that the client was given")),
    responses((status = 200, description = "The booking with its history", body = BookingWithHistory)),
)]
pub(crate) async fn show_booking(
    State(app): State<Shared>,
    Path(booking_id): Path<String>,
) -> Result<Json<BookingWithHistory>, Problem> {
    let booking = find(&app, &booking_id).await?;
    let history = app.bookings.history(booking.id).await?.into_iter().map(Into::into).collect();
    let files = app.bookings.attachments(booking.id).await?.into_iter().map(Into::into).collect();
    let partners = app.listener.news_of(booking.id.uuid()).await?.into_iter().map(Into::into).collect();
    let token = app.links.token(booking.id);
    let client_link = format!("/my-booking/{}?token={token}", booking.id);
    Ok(Json(BookingWithHistory { booking: booking.into(), history, files, partners, client_link }))
}

/// Change a booking: what is left out stays, and what is empty is taken away.
///
/// Another time has to be free; the one before it goes to who stands in line.
#[utoipa::path(
    patch, path = "/bookings/{bookingId}", tag = "bookings", operation_id = "changeBooking",
    params(("bookingId" = String, Path, description = "The booking's id, or the reference that the client was given")),
    request_body(content = BookingChangeForm, content_type = "application/json"),
    responses((status = 200, description = "The booking as it is now", body = BookingView)),
)]
pub(crate) async fn change_booking(
    State(app): State<Shared>,
    Speaks(language): Speaks,
    Path(booking_id): Path<String>,
    submitted: Submitted<BookingForm>,
) -> Result<Json<BookingView>, Problem> {
    let booking = find(&app, &booking_id).await?;
    let (bookings, now) = (&app.bookings, app.clock.now());
    let change = BookingChange::parse(&submitted.form, now, &bookings.rules.zone, |id| bookings.is_package(id));
    let change = change.map_err(|faults| Problem::invalid_form(&faults, language))?;
    let changed = bookings.change(booking.id, &change, Party::Business).await;
    changed.map(shown).map_err(|error| problem(error, language))
}

/// Call a booking off; what it took is free.
#[utoipa::path(
    delete, path = "/bookings/{bookingId}", tag = "bookings", operation_id = "cancelBooking",
    params(("bookingId" = String, Path, description = "The booking's id, or the reference that the client was given")),
    responses((status = 204, description = "It is called off")),
)]
pub(crate) async fn cancel_booking(
    State(app): State<Shared>,
    Speaks(language): Speaks,
    Path(booking_id): Path<String>,
) -> Result<StatusCode, Problem> {
    let booking = find(&app, &booking_id).await?;
    let step = Step::Cancel { by: Party::Business };
    let cancelled = app.bookings.step(booking.id, &step, Party::Business).await;
    cancelled.map_err(|error| problem(error, language))?;
    Ok(StatusCode::NO_CONTENT)
}

/// The booking that an operator means.
pub(super) async fn find(app: &Shared, booking_id: &str) -> Result<Booking, Problem> {
    app.bookings.find(booking_id).await?.ok_or_else(|| Problem::not_found("booking"))
}

/// The booking as it is now.
pub(super) fn shown(booking: Booking) -> Json<BookingView> {
    Json(booking.into())
}
