//! A page tells of a step.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use mrdj_core::experiments::funnel::PageEvent;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::Shared;
use crate::extract::{BeaconBody, Key, Speaks, read_told};
use crate::problem::Problem;

/// A step on a page, as the OpenAPI document describes it; the core reads its fields one by one.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is there to be described; the parts are read one by one")]
pub(crate) struct PageEventForm {
    /// Which step: `impression`, `cta_click`, `conversion`, `journey_step`, `form_start` or `form_submit`.
    #[schema(
        rename = "type",
        pattern = "^(impression|cta_click|conversion|journey_step|form_start|form_submit)$",
        example = "cta_click"
    )]
    kind: String,
    /// What the page showed: `variant.id` of the answer to `/personalize`.
    #[schema(example = "romantic_wedding")]
    variant_id: String,
    /// What the page calls this event: of one id, one counts within 48 hours. Made here when it is left out.
    #[schema(required = false, example = "019aa5b0-0000-7000-8000-000000000001")]
    event_id: Option<Uuid>,
    /// Thrown away unread; what visitors typed belongs here no more.
    #[schema(value_type = String, required = false)]
    keyword: (),
    /// Thrown away unread.
    #[schema(value_type = Object, required = false)]
    payload: (),
    /// Thrown away unread.
    #[schema(value_type = Object, required = false)]
    context: (),
}

/// What was told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PageEventReceipt {
    /// Always true here.
    success: bool,
    /// What will be counted, once for its id.
    event: PageEventView,
}

/// A step on a page, as it was understood.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageEventView {
    /// Its id.
    id: Uuid,
    /// Which step.
    #[serde(rename = "type")]
    #[schema(example = "cta_click")]
    kind: &'static str,
    /// What the page showed.
    #[schema(example = "romantic_wedding")]
    variant_id: String,
    /// When it was told this time.
    created_at: Timestamp,
}

impl From<PageEvent> for PageEventReceipt {
    fn from(event: PageEvent) -> Self {
        let event = PageEventView {
            id: event.id.uuid(),
            kind: event.kind.word(),
            variant_id: event.variant.to_string(),
            created_at: event.at,
        };
        Self { success: true, event }
    }
}

/// Tell of a step on a page.
///
/// It is counted by day, variant and step, a second later or as soon as the store is there. Nothing is kept that names a
/// visitor. `navigator.sendBeacon` with a text sends what is read here.
#[utoipa::path(
    post, path = "/personalization/events", tag = "experiments", operation_id = "tellPageEvent",
    request_body(content((PageEventForm = "application/json"), (PageEventForm = "text/plain"))),
    responses((status = 201, description = "It is taken in; the same id counts once", body = PageEventReceipt)),
)]
pub(crate) async fn tell_page_event(
    State(app): State<Shared>,
    Speaks(language): Speaks,
    headers: HeaderMap,
    key: Key,
    BeaconBody(body): BeaconBody,
) -> Result<(StatusCode, Json<PageEventReceipt>), Problem> {
    // Events bring their own ids; a key that is none is still a mistake.
    key.within("page-events")?;
    let form = read_told(&headers, &body)?;
    let event = app.funnel.tell(&form).await.map_err(|faults| Problem::invalid_form(&faults, language))?;
    Ok((StatusCode::CREATED, Json(event.into())))
}
