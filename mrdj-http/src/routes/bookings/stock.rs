//! What can be booked, and the days on which it is not there.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::ToSpan;
use jiff::civil::Date;
use mrdj_core::bookings::{Block, BlockId, BookingError, InvalidResource, Resource, ResourceId, ResourceKind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::problem;
use super::stock_forms::{BlockForm, ResourceForm, read_block, read_resource};
use crate::app::Shared;
use crate::extract::{Path, Query, Speaks, Submitted};
use crate::problem::Problem;

/// Something that can be booked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResourceView {
    /// What it is called by: small letters, digits and hyphens.
    #[schema(pattern = "^[a-z0-9-]{1,40}$", example = "dj-1")]
    id: String,
    /// What people call it.
    #[schema(max_length = 100, example = "DJ Sam")]
    name: String,
    /// `performer`, a DJ or set that an event cannot be without, or `equipment`.
    #[schema(example = "performer")]
    kind: &'static str,
    /// How many there are.
    units: u16,
    /// How many minutes before an event it is needed already.
    before_min: i64,
    /// How many minutes after an event it is needed still.
    after_min: i64,
    /// How many minutes lie at least between two events at different places, beside both of the above.
    travel_min: i64,
    /// Whether it takes no new bookings any more.
    retired: bool,
}

impl From<Resource> for ResourceView {
    fn from(resource: Resource) -> Self {
        Self {
            id: resource.id.to_string(),
            name: resource.name,
            kind: match resource.kind {
                ResourceKind::Performer => "performer",
                ResourceKind::Equipment => "equipment",
            },
            units: resource.units,
            before_min: resource.before.as_mins(),
            after_min: resource.after.as_mins(),
            travel_min: resource.travel.as_mins(),
            retired: resource.retired,
        }
    }
}

/// Everything that can be booked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Resources {
    /// Each, by name.
    resources: Vec<ResourceView>,
}

/// List everything that can be booked.
#[utoipa::path(
    get, path = "/resources", tag = "bookings", operation_id = "listResources",
    responses((status = 200, description = "Everything that can be booked", body = Resources)),
)]
pub(crate) async fn list_resources(State(app): State<Shared>) -> Result<Json<Resources>, Problem> {
    let resources = app.bookings.resources().await?;
    Ok(Json(Resources { resources: resources.into_iter().map(Into::into).collect() }))
}

/// Add something that can be booked, or change it.
#[utoipa::path(
    put, path = "/resources/{resourceId}", tag = "bookings", operation_id = "keepResource",
    params(("resourceId" = String, Path, description = "1 to 40 small letters, digits and hyphens", min_length = 1, max_length = 40, pattern = "^[a-z0-9-]{1,40}$")),
    request_body(content = ResourceForm, content_type = "application/json"),
    responses((status = 200, description = "The resource as it is now", body = ResourceView)),
)]
pub(crate) async fn keep_resource(
    State(app): State<Shared>,
    Speaks(language): Speaks,
    Path(resource_id): Path<String>,
    submitted: Submitted<Map<String, Value>>,
) -> Result<Json<ResourceView>, Problem> {
    let refuse = |error| problem(error, language);
    let wrong_id = InvalidResource { field: "resourceId", message: "1 to 40 small letters, digits and hyphens" };
    let id = ResourceId::parse(&resource_id).map_err(|_| refuse(BookingError::Resource(vec![wrong_id])))?;
    let resource = read_resource(&submitted.form, id).map_err(|faults| Problem::invalid_form(&faults, language))?;
    app.bookings.keep_resource(&resource).await.map_err(refuse)?;
    Ok(Json(resource.into()))
}

/// A day on which a resource is not to be had.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BlockView {
    /// Its id.
    id: Uuid,
    /// What is not to be had.
    #[schema(example = "dj-1")]
    resource: String,
    /// On which day of the business, which lasts until six the next morning.
    #[schema(example = "2027-06-19")]
    day: Date,
    /// Why.
    reason: String,
}

impl From<Block> for BlockView {
    fn from(block: Block) -> Self {
        Self { id: block.id.uuid(), resource: block.resource.to_string(), day: block.day, reason: block.reason }
    }
}

/// Days that are blocked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Blocks {
    /// Each, by day.
    blocks: Vec<BlockView>,
}

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BlockQuery {
    /// This day or later; today when nothing is said.
    from: Option<Date>,
    /// Before this day; two years later when nothing is said.
    to: Option<Date>,
}

/// List the days that are blocked.
#[utoipa::path(
    get, path = "/blocked-days", tag = "bookings", operation_id = "listBlockedDays", params(BlockQuery),
    responses((status = 200, description = "The days", body = Blocks)),
)]
pub(crate) async fn list_blocked_days(
    State(app): State<Shared>,
    Query(query): Query<BlockQuery>,
) -> Result<Json<Blocks>, Problem> {
    let today = app.clock.now().to_zoned(app.bookings.rules.zone.clone()).date();
    let from = query.from.unwrap_or(today);
    let to = query.to.unwrap_or_else(|| from.checked_add(2.years()).unwrap_or(Date::MAX));
    let blocks = app.bookings.blocks(from, to).await?;
    Ok(Json(Blocks { blocks: blocks.into_iter().map(Into::into).collect() }))
}

/// Block a day, whatever is booked on it.
#[utoipa::path(
    post, path = "/blocked-days", tag = "bookings", operation_id = "blockDay",
    request_body(content = BlockForm, content_type = "application/json"),
    responses((status = 201, description = "The day is blocked", body = BlockView)),
)]
pub(crate) async fn block_day(
    State(app): State<Shared>,
    Speaks(language): Speaks,
    submitted: Submitted<Map<String, Value>>,
) -> Result<(StatusCode, Json<BlockView>), Problem> {
    let read = read_block(&submitted.form).map_err(|faults| Problem::invalid_form(&faults, language))?;
    let blocked = app.bookings.block(&read.resource, read.day, &read.reason).await;
    blocked.map(|block| (StatusCode::CREATED, Json(block.into()))).map_err(|error| problem(error, language))
}

/// Block a day no more; who waits for it moves up.
#[utoipa::path(
    delete, path = "/blocked-days/{blockId}", tag = "bookings", operation_id = "unblockDay",
    params(("blockId" = Uuid, Path, description = "The id of the blocked day")),
    responses((status = 204, description = "It is blocked no more")),
)]
pub(crate) async fn unblock_day(
    State(app): State<Shared>,
    Speaks(language): Speaks,
    Path(block_id): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    let lifted = app.bookings.unblock(BlockId::from_uuid(block_id)).await;
    lifted.map(|()| StatusCode::NO_CONTENT).map_err(|error| problem(error, language))
}
