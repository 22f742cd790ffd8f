//! What partners say of ours, as operators see it.

use jiff::Timestamp;
use mrdj_core::partners::PartnerStatus;
use serde::Serialize;
use utoipa::ToSchema;

/// How far something of ours is at one partner.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PartnerStatusView {
    /// Who says so.
    #[schema(example = "rentguy")]
    partner: String,
    /// What it says.
    #[schema(example = "quoted")]
    status: String,
    /// Since when, in the partner's time.
    at: Timestamp,
}

impl From<PartnerStatus> for PartnerStatusView {
    fn from(said: PartnerStatus) -> Self {
        Self { partner: said.partner.to_string(), status: said.status, at: said.at }
    }
}
