//! A page of the booking form.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use mrdj_core::bookings::{BadStep, Progress, Visitor, WizardStep};
use mrdj_core::leads::{Fault, FaultCode, Faults, Scales};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::cookie::known_or_new;
use crate::app::Shared;
use crate::extract::{Client, Key, Speaks, Submitted};
use crate::problem::{Kind, Problem};

/// The longest name of a form.
const MAX_FLOW_CHARS: usize = 64;

/// A page of the booking form.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; the parts are read one by one")]
pub(crate) struct WizardForm {
    /// Which form: the site's own name for it, within the visitor's session.
    #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9-]{1,64}$", example = "booking")]
    flow_id: String,
    /// Which page: `event-details`, `package-selection`, `contact-details` or `review`.
    #[schema(pattern = "^review$", example = "event-details")]
    step_id: String,
    /// What the page asks: `eventType` and `eventDate` (`YYYY-MM-DD`); `packageId`; `name`, `email` and `phone`; or
    /// `confirmation`, which is true.
    payload: WizardPayload,
}

/// What the last page asks.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is there to be described; the parts are read one by one")]
pub(crate) struct WizardPayload {
    /// True.
    #[schema(pattern = "^true$")]
    confirmation: bool,
}

/// How far a form has come.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FlowView {
    /// Always true here.
    success: bool,
    /// Which form.
    flow_id: String,
    /// Which page was sent.
    step_id: String,
    /// Always true: it is kept for a day.
    persisted: bool,
    /// The pages that are done, the one that was sent last at the end.
    progress: Vec<ProgressView>,
}

/// A page that is done.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ProgressView {
    /// Which form.
    flow_id: String,
    /// Which page.
    step_id: String,
    /// Always true.
    is_complete: bool,
    /// What was typed, trimmed.
    #[schema(value_type = Object)]
    payload: Map<String, Value>,
    /// When it was done first.
    created_at: Timestamp,
    /// When it was done last.
    updated_at: Timestamp,
}

impl From<&Progress> for ProgressView {
    fn from(page: &Progress) -> Self {
        let Progress { flow_id, step_id, is_complete, payload, created_at, updated_at } = page.clone();
        Self { flow_id, step_id, is_complete, payload, created_at, updated_at }
    }
}

/// Check a page of the booking form and keep it for the visitor, for a day.
///
/// What was typed is kept under the visitor's own cookie, and is shown to nobody else who knows the name of the form.
#[utoipa::path(
    post, path = "/booking-steps/validate", tag = "visitor", operation_id = "validateBookingStep",
    request_body(content = WizardForm, content_type = "application/json"),
    responses((status = 200, description = "The page is right, and kept", body = FlowView)),
)]
pub(crate) async fn validate_booking_step(
    State(app): State<Shared>,
    client: Client,
    Speaks(language): Speaks,
    headers: HeaderMap,
    key: Key,
    submitted: Submitted<Map<String, Value>>,
) -> Result<Response, Problem> {
    key.within("booking-steps")?;
    let sent = submitted.form;
    let (flow_id, step_id) = (named(&sent, "flowId")?, named(&sent, "stepId")?);
    let wrong = |field, code| Problem::invalid_form(&Faults(vec![Fault { field, code }]), language);
    let step = WizardStep::parse(step_id).ok_or_else(|| wrong("stepId", FaultCode::Unknown))?;
    if flow_id.chars().count() > MAX_FLOW_CHARS {
        return Err(wrong("flowId", FaultCode::TooLong(MAX_FLOW_CHARS)));
    }
    let nothing = Map::new();
    let payload = match sent.get("payload") {
        None | Some(Value::Null) => &nothing,
        Some(Value::Object(payload)) => payload,
        Some(_) => return Err(wrong("payload", FaultCode::NotAnObject)),
    };
    let bookings = &app.bookings;
    let scales = Scales { phones: &*bookings.phones, zone: &bookings.rules.zone, language };
    step.check(payload, scales, |id| bookings.is_package(id)).map_err(|bad| match bad {
        BadStep::Invalid(faults) => Problem::invalid_form(&faults, language),
        BadStep::Unreadable => Problem::new(Kind::Unreadable, bad.to_string()),
    })?;
    let mut known = known_or_new(&app, &headers).await?;
    known.visitor = known.visitor.done(flow_id, step_id, payload, app.clock.now());
    known.keep(&app).await?;
    let view = flow(&known.visitor, flow_id, step_id);
    Ok(known.answer(&client, Json(view)))
}

fn flow(visitor: &Visitor, flow_id: &str, step_id: &str) -> FlowView {
    let progress = visitor.of_flow(flow_id).map(Into::into).collect();
    FlowView { success: true, flow_id: flow_id.to_owned(), step_id: step_id.to_owned(), persisted: true, progress }
}

fn named<'s>(sent: &'s Map<String, Value>, name: &str) -> Result<&'s str, Problem> {
    let text = sent.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    text.ok_or_else(|| Problem::new(Kind::Unreadable, format!("{name} is missing")))
}
