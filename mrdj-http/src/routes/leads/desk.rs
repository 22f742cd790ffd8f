//! Operators look at enquiries.

use axum::Json;
use axum::extract::State;
use mrdj_core::delivery::Filter;
use mrdj_core::id::Id;
use mrdj_core::leads::{Lead, LeadFilter};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::view::{LeadPage, LeadView, LeadWithTimeline, StandingWord};
use crate::app::Shared;
use crate::extract::{Path, Query};
use crate::problem::{Kind, Problem};
use crate::routes::delivery::{JobWithHistory, PageSize};

/// No enquiry owes more than a handful; this bounds what one page costs.
const TIMELINE_LIMIT: usize = 200;

/// Which enquiries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LeadQuery {
    /// Only in this standing.
    standing: Option<StandingWord>,
    /// Only older than this one: `next` of the page before.
    before: Option<Uuid>,
    /// So many at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<PageSize>,
}

/// List enquiries, newest first.
#[utoipa::path(
    get, path = "/leads", tag = "leads", operation_id = "listLeads", params(LeadQuery),
    responses((status = 200, description = "A page of enquiries", body = LeadPage)),
)]
pub(crate) async fn list_leads(
    State(app): State<Shared>,
    Query(query): Query<LeadQuery>,
) -> Result<Json<LeadPage>, Problem> {
    let limit = PageSize::or_default(query.limit);
    let filter = LeadFilter { standing: query.standing.map(Into::into), before: query.before.map(Id::from_uuid) };
    let leads = app.intake.list(&filter, limit).await?;
    let next = (leads.len() == limit).then(|| leads.last().map(|lead| lead.id.uuid())).flatten();
    Ok(Json(LeadPage { leads: leads.into_iter().map(Into::into).collect(), next }))
}

/// Show an enquiry and what became of everything it owed.
#[utoipa::path(
    get, path = "/leads/{leadId}", tag = "leads", operation_id = "showLead",
    params(("leadId" = String, Path, description = "The enquiry's id, or the reference that the visitor was given")),
    responses((status = 200, description = "The enquiry with its timeline", body = LeadWithTimeline)),
)]
pub(crate) async fn show_lead(
    State(app): State<Shared>,
    Path(lead_id): Path<String>,
) -> Result<Json<LeadWithTimeline>, Problem> {
    let lead = find(&app, &lead_id).await?;
    let filter = Filter { subject: Some(lead.id.uuid()), ..Filter::default() };
    let mut timeline = Vec::new();
    for delivery in app.desk.list(&filter, TIMELINE_LIMIT).await? {
        // One that an operator removed meanwhile is left out.
        if let Some(found) = app.desk.inspect(delivery.id).await? {
            timeline.push(JobWithHistory::of(found, app.clock.now()));
        }
    }
    let partners = app.listener.news_of(lead.id.uuid()).await?.into_iter().map(Into::into).collect();
    Ok(Json(LeadWithTimeline { lead: lead.into(), timeline, partners }))
}

/// Let a held-back enquiry through, with everything it owes.
#[utoipa::path(
    post, path = "/leads/{leadId}/release", tag = "leads", operation_id = "releaseLead",
    params(("leadId" = String, Path, description = "The enquiry's id, or the reference that the visitor was given")),
    responses((status = 200, description = "The enquiry as it is now", body = LeadView)),
)]
pub(crate) async fn release_lead(
    State(app): State<Shared>,
    Path(lead_id): Path<String>,
) -> Result<Json<LeadView>, Problem> {
    let lead = find(&app, &lead_id).await?;
    let released = app.intake.release(lead.id).await?;
    let released = released.ok_or_else(|| Problem::new(Kind::Conflict, "the enquiry was not held back"))?;
    Ok(Json(released.into()))
}

async fn find(app: &Shared, lead_id: &str) -> Result<Lead, Problem> {
    app.intake.find(lead_id).await?.ok_or_else(|| Problem::not_found("enquiry"))
}
