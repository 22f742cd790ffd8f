//! Operators see what partners said.

use axum::Json;
use axum::extract::State;
use mrdj_core::id::Id;
use mrdj_core::webhooks::{EventFilter, MessageId, PartnerName};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::view::{EventPage, EventWithBody};
use crate::app::Shared;
use crate::extract::{Path, Query};
use crate::problem::{Kind, Problem};
use crate::routes::delivery::PageSize;

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventQuery {
    /// Only of this partner.
    #[param(min_length = 1, max_length = 40, pattern = "^[a-z0-9-]{1,40}$")]
    partner: Option<String>,
    /// Only older than this one: `next` of the page before.
    before: Option<Uuid>,
    /// So many at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<PageSize>,
}

/// List what partners said, newest first, without what they wrote.
#[utoipa::path(
    get, path = "/integrations/events", tag = "integrations", operation_id = "listEvents", params(EventQuery),
    responses((status = 200, description = "A page of events", body = EventPage)),
)]
pub(crate) async fn list_events(
    State(app): State<Shared>,
    Query(query): Query<EventQuery>,
) -> Result<Json<EventPage>, Problem> {
    let limit = PageSize::or_default(query.limit);
    let partner = query.partner.as_deref().map(PartnerName::parse).transpose();
    let partner = partner.map_err(|invalid| Problem::new(Kind::Unreadable, invalid.to_string()))?;
    let filter = EventFilter { partner, before: query.before.map(Id::from_uuid) };
    let events = app.listener.list(&filter, limit).await?;
    let next = (events.len() == limit).then(|| events.last().map(|event| event.key.uuid())).flatten();
    Ok(Json(EventPage { events: events.into_iter().map(Into::into).collect(), next }))
}

/// Show what a partner wrote; it may hold personal data, and is forgotten after ninety days.
#[utoipa::path(
    get, path = "/integrations/events/{partner}/{eventId}", tag = "integrations", operation_id = "showEvent",
    params(
        ("partner" = String, Path, description = "Who said it"),
        ("eventId" = String, Path, description = "What its sender calls it: `id` of the list"),
    ),
    responses((status = 200, description = "The event with its body", body = EventWithBody)),
)]
pub(crate) async fn show_event(
    State(app): State<Shared>,
    Path((partner, id)): Path<(String, String)>,
) -> Result<Json<EventWithBody>, Problem> {
    let unknown = || Problem::not_found("event");
    let partner = PartnerName::parse(&partner).map_err(|_| unknown())?;
    let id = MessageId::parse(&id).map_err(|_| unknown())?;
    let event = app.listener.find(&partner, &id).await?.ok_or_else(unknown)?;
    Ok(Json(event.into()))
}
