//! Visitors look whether an evening is free.

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use mrdj_core::bookings::BookingForm;
use mrdj_core::leads::Faults;
use serde::Serialize;
use utoipa::ToSchema;

use super::{AvailabilityForm, Reason, problem};
use crate::app::Shared;
use crate::extract::{Key, Speaks, Submitted};
use crate::problem::Problem;

/// Whether an evening is free.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Availability {
    /// Always true here; whatever else happens is a problem document.
    #[schema(example = true)]
    success: bool,
    /// Whether somebody can be booked.
    #[schema(example = true)]
    available: bool,
    /// The civil day that was asked about.
    #[schema(example = "2027-06-19")]
    event_date: Date,
    /// Why nobody can; empty when somebody can.
    reasons: Vec<Reason>,
}

/// Look whether an evening is free.
///
/// The same rule guards the booking itself. Nothing is stored.
#[utoipa::path(
    post, path = "/availability/check", tag = "forms", operation_id = "checkAvailability",
    request_body(content((AvailabilityForm = "application/json"), (AvailabilityForm = "application/x-www-form-urlencoded"))),
    responses((status = 200, description = "Whether somebody can be booked, and if not, why", body = Availability)),
)]
pub(crate) async fn check_availability(
    State(app): State<Shared>,
    Speaks(language): Speaks,
    key: Key,
    submitted: Submitted<BookingForm>,
) -> Result<Json<Availability>, Problem> {
    // Nothing is stored, so that every repetition is one anyway; a key that is none is still a mistake.
    key.within("availability")?;
    let zone = &app.bookings.rules.zone;
    let form = submitted.form;
    let (time, place) = (form.time(app.clock.now(), zone), form.place());
    let (Ok(time), Ok(place)) = (&time, &place) else {
        let faults = [time.err(), place.err()].into_iter().flatten().collect();
        return Err(Problem::invalid_form(&Faults(faults), language));
    };
    let free = app.bookings.look(time, place.as_deref()).await.map_err(|error| problem(error, language))?;
    let reasons = Reason::of(&free, language);
    Ok(Json(Availability { success: true, available: reasons.is_empty(), event_date: time.day(), reasons }))
}
