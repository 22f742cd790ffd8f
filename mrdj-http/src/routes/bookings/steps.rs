//! Operators see bookings through.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use mrdj_core::bookings::{Booking, BookingError, Party, Step};
use mrdj_core::leads::{Fault, FaultCode, Faults, Loose};
use serde::Deserialize;

use super::desk::{find, shown};
use super::view::BookingView;
use super::{StepForm, problem};
use crate::app::Shared;
use crate::extract::{Path, Speaks, Submitted};
use crate::problem::Problem;

/// A step as it was sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SentStep {
    step: Loose,
    until: Loose,
}

/// Take a step of a booking.
///
/// A step that does not begin where the booking is, and a deposit that comes for an evening that is not kept any more,
/// are 409.
#[utoipa::path(
    post, path = "/bookings/{bookingId}/steps", tag = "bookings", operation_id = "takeStep",
    params(("bookingId" = String, Path, description = "The booking's id, or the reference that the client was given")),
    request_body(content = StepForm, content_type = "application/json"),
    responses((status = 200, description = "The booking as it is now", body = BookingView)),
)]
pub(crate) async fn take_step(
    State(app): State<Shared>,
    Speaks(language): Speaks,
    Path(booking_id): Path<String>,
    submitted: Submitted<SentStep>,
) -> Result<Json<BookingView>, Problem> {
    let booking = find(&app, &booking_id).await?;
    let taken = take(&app, &booking, &submitted.form).await;
    taken.map(shown).map_err(|error| problem(error, language))
}

async fn take(app: &Shared, booking: &Booking, sent: &SentStep) -> Result<Booking, BookingError> {
    let (bookings, now) = (&app.bookings, app.clock.now());
    let rules = &bookings.rules;
    let usual = |length| bookings.until(length, now, booking.span(&rules.zone));
    let (word, until) = sent.read()?;
    let step = match word {
        "prolong" => Step::Prolong { until: until.unwrap_or_else(|| usual(rules.hold)) },
        "offer" => Step::Offer { until: until.unwrap_or_else(|| usual(rules.offer)) },
        "agree" => Step::Agree,
        "pay_deposit" => Step::PayDeposit,
        "finish" => Step::Finish,
        "cancel" => Step::Cancel { by: Party::Business },
        "challenge" => {
            bookings.challenge(booking.id).await?;
            return bookings.book.find(booking.id).await?.ok_or(BookingError::Unknown("booking"));
        }
        "promote" => return bookings.promote(booking.id, Party::Business).await,
        _ => return Err(Faults(vec![Fault { field: "step", code: FaultCode::Unknown }]).into()),
    };
    bookings.step(booking.id, &step, Party::Business).await
}

impl SentStep {
    /// What was sent, whether the step needs it or not; else every fault of it.
    fn read(&self) -> Result<(&str, Option<Timestamp>), Faults> {
        let step = match &self.step {
            Loose::Text(word) => Ok(word.trim()),
            Loose::Absent => Err(FaultCode::Missing),
            Loose::NotText => Err(FaultCode::NotText),
        };
        let until = match &self.until {
            // A field that a browser sends empty says nothing.
            Loose::Text(text) if text.trim().is_empty() => Ok(None),
            Loose::Text(text) => text.trim().parse().map(Some).map_err(|_| FaultCode::NotMoment),
            Loose::Absent => Ok(None),
            Loose::NotText => Err(FaultCode::NotText),
        };
        match (step, until) {
            (Ok(step), Ok(until)) => Ok((step, until)),
            (step, until) => {
                let faults = [("step", step.err()), ("until", until.err())];
                Err(Faults(faults.into_iter().filter_map(|(field, code)| Some(Fault { field, code: code? })).collect()))
            }
        }
    }
}
