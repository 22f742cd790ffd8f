//! A client changes, confirms or cancels the booking.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use mrdj_core::bookings::{Booking, BookingChange, BookingError, BookingForm, Party, Step, StepRefused};
use mrdj_core::leads::{Fault, FaultCode, Faults};
use mrdj_core::messages::Language;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::door::{LinkQuery, Opened};
use super::page::{Fields, Page, When};
use super::words;
use crate::app::Shared;
use crate::extract::{Key, Submitted};
use crate::problem::{Kind, Problem};
use crate::routes::bookings::Reason;

/// What a client's page sends.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; another type reads the form")]
pub(crate) struct MyBookingForm {
    /// What is to be done: `change`, `agree` or `cancel`.
    #[schema(pattern = "^(change|agree|cancel)$", example = "change")]
    action: String,
    /// With `change`: another day.
    #[schema(value_type = String, required = false)]
    event_date: Option<String>,
    /// With `change`: when it begins.
    #[schema(value_type = String, required = false)]
    start_time: Option<String>,
    /// With `change`: when it ends.
    #[schema(value_type = String, required = false)]
    end_time: Option<String>,
    /// With `change`: another place; empty takes it away.
    #[schema(value_type = String, required = false)]
    location: Option<String>,
    /// With `change`: another package.
    #[schema(value_type = String, required = false)]
    package_id: Option<String>,
    /// With `change`: what we should know.
    #[schema(value_type = String, required = false)]
    message: Option<String>,
    /// With `cancel`: `yes`.
    #[schema(value_type = String, required = false)]
    sure: Option<String>,
}

/// Change, confirm or cancel the booking that the link opens.
///
/// The answer leads back to the page, which says what was done; what is wrong is told there, too.
#[utoipa::path(
    post, path = "/my-booking/{bookingId}", tag = "client", operation_id = "changeMyBooking",
    params(("bookingId" = String, Path, description = "The booking's id"), LinkQuery),
    request_body(content((MyBookingForm = "application/x-www-form-urlencoded"), (MyBookingForm = "application/json"))),
    responses(
        (status = 303, description = "Done: back to the page"),
        (status = 404, description = "The link is not one of ours", body = String, content_type = "text/html"),
        (status = 409, description = "Not possible now: the page says why", body = String, content_type = "text/html"),
        (status = 410, description = "The link has run out", body = String, content_type = "text/html"),
        (status = 422, description = "The page with what is wrong", body = String, content_type = "text/html"),
    ),
)]
pub(crate) async fn change_my_booking(
    State(app): State<Shared>,
    Opened { booking, link }: Opened,
    key: Key,
    submitted: Submitted<Map<String, Value>>,
) -> Result<Response, Problem> {
    key.within("my-booking")?;
    let (sent, language) = (submitted.form, booking.client.language);
    let (done, what) = match sent.get("action").and_then(Value::as_str) {
        Some("change") => ("changed", change(&app, &booking, &sent).await),
        Some("agree") => ("agreed", app.bookings.step(booking.id, &Step::Agree, Party::Client).await),
        Some("cancel") if sent.get("sure").and_then(Value::as_str) == Some("yes") => {
            let step = Step::Cancel { by: Party::Client };
            ("cancelled", app.bookings.step(booking.id, &step, Party::Client).await)
        }
        Some("cancel") => ("", Err(fault("sure", FaultCode::NotConfirmed))),
        _ => return Err(Problem::new(Kind::Unreadable, "action is change, agree or cancel")),
    };
    match what {
        Ok(_) => Ok(back(&format!("{}?token={}&done={done}", booking.id, link.token))),
        Err(error) => refused(&app, &booking, &link.token, error, &sent, language).await,
    }
}

fn fault(field: &'static str, code: FaultCode) -> BookingError {
    Faults(vec![Fault { field, code }]).into()
}

async fn change(app: &Shared, booking: &Booking, sent: &Map<String, Value>) -> Result<Booking, BookingError> {
    let form = BookingForm::deserialize(Value::Object(sent.clone()))
        .map_err(|_| BookingError::from(Faults(vec![Fault { field: "action", code: FaultCode::Unknown }])))?;
    let zone = &app.bookings.rules.zone;
    let change = BookingChange::parse(&form, app.clock.now(), zone, |id| app.bookings.is_package(id))?;
    app.bookings.change(booking.id, &change, Party::Client).await
}

/// Back to the page, where a reload sends nothing again; relative, since a proxy may have taken a part of the path away.
pub(super) fn back(page: &str) -> Response {
    Redirect::to(page).into_response()
}

/// The page with what is wrong, as far as it is the client's to mend.
pub(super) async fn refused(
    app: &Shared,
    booking: &Booking,
    token: &str,
    error: BookingError,
    sent: &Map<String, Value>,
    language: Language,
) -> Result<Response, Problem> {
    let told = |field, text: &str| (StatusCode::CONFLICT, vec![(words::label(field, language), text.to_owned())]);
    let (status, faults) = match error {
        BookingError::Invalid(faults) => {
            let faults = faults.0.iter().map(|fault| (words::label(fault.field, language), fault.message(language)));
            (StatusCode::UNPROCESSABLE_ENTITY, faults.collect())
        }
        BookingError::NotFree(free) => {
            let reasons = Reason::of(&free, language).into_iter();
            (
                StatusCode::CONFLICT,
                reasons.map(|reason| (words::label("eventDate", language), reason.message)).collect(),
            )
        }
        BookingError::Step(StepRefused::Agreed) => told("eventDate", words::words(language).agreed_stays),
        BookingError::Step(_) => told("", words::standing(&booking.stage, language)),
        BookingError::File(file) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            vec![(words::label("file", language), words::file_fault(file, language))],
        ),
        error => return Err(crate::routes::bookings::problem(error, language)),
    };
    let files = app.bookings.attachments(booking.id).await.map_err(Problem::for_visitor)?;
    let page = Page::of(app, booking, &files, token);
    Ok(page.wrong(faults, typed(sent)).answer(status))
}

/// What was typed, so that nobody types it again.
fn typed(sent: &Map<String, Value>) -> Option<Fields> {
    let text = |name: &str| sent.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    (sent.get("action")?.as_str()? == "change").then(|| Fields {
        when: sent.contains_key("eventDate").then(|| When {
            day: text("eventDate"),
            start: text("startTime"),
            end: text("endTime"),
        }),
        location: text("location"),
        package: text("packageId"),
        message: text("message"),
    })
}
