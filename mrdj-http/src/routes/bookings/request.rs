//! Visitors ask for an evening.

use std::sync::Arc;

use axum::extract::State;
use mrdj_core::bookings::BookingForm;
use mrdj_core::idempotency::IdempotencyKey;
use mrdj_core::leads::Visit;
use mrdj_core::messages::Language;
use tracing::Instrument;

use super::{BookingFormBody, Made, problem};
use crate::app::Shared;
use crate::extract::{Client, Key, Speaks, Submitted, Visiting};
use crate::problem::{Kind, Problem};
use crate::routes::variants::seen;

/// Ask for an evening.
///
/// Where a DJ or set is free the evening is held for the visitor; where it is held for somebody else, the answer is 409
/// with the reason, or a place in line for who asks for one. The answer comes once the booking is on disk.
#[utoipa::path(
    post, path = "/bookings", tag = "forms", operation_id = "makeBooking",
    request_body(content((BookingFormBody = "application/json"), (BookingFormBody = "application/x-www-form-urlencoded"))),
    responses(
        (status = 201, description = "The booking is made", body = Made),
        (status = 409, description = "The evening is not to be had; `details` say why",
            content_type = "application/problem+json", body = crate::problem::ProblemDocument),
    ),
)]
pub(crate) async fn make_booking(
    State(app): State<Shared>,
    client: Client,
    visiting: Visiting,
    Speaks(language): Speaks,
    key: Key,
    submitted: Submitted<BookingForm>,
) -> Result<Made, Problem> {
    book(app, (client, visiting), language, key.within("bookings")?, submitted).await
}

/// Ask for an evening: the same by another name.
#[utoipa::path(
    post, path = "/booking", tag = "forms", operation_id = "makeBookingByItsOtherName",
    request_body(content((BookingFormBody = "application/json"), (BookingFormBody = "application/x-www-form-urlencoded"))),
    responses(
        (status = 201, description = "The booking is made", body = Made),
        (status = 409, description = "The evening is not to be had; `details` say why",
            content_type = "application/problem+json", body = crate::problem::ProblemDocument),
    ),
)]
pub(crate) async fn make_booking_by_its_other_name(
    State(app): State<Shared>,
    client: Client,
    visiting: Visiting,
    Speaks(language): Speaks,
    key: Key,
    submitted: Submitted<BookingForm>,
) -> Result<Made, Problem> {
    book(app, (client, visiting), language, key.within("booking")?, submitted).await
}

async fn book(
    app: Shared,
    (client, visiting): (Client, Visiting),
    language: Language,
    key: Option<IdempotencyKey>,
    submitted: Submitted<BookingForm>,
) -> Result<Made, Problem> {
    let key = key.map(|key| (key, submitted.fingerprint));
    let seen = seen(&app, &visiting, &submitted.shown);
    let visit = Visit { key, address: client.address, language, seen };
    // A visitor who hangs up drops this future; what was begun is finished by a task of its own.
    let bookings = Arc::clone(&app);
    let task = async move { bookings.bookings.request(&submitted.form, visit).await };
    let made = tokio::spawn(task.in_current_span()).await;
    let receipt = made
        .map_err(|cause| Problem::new(Kind::Fault, "the booking could not be made").because(cause))?
        .map_err(|error| problem(error, language))?;
    Ok(Made::tell(receipt, language))
}
