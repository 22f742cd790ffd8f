//! What a visitor who books is answered.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use mrdj_core::bookings::{BookingReceipt, Stage};
use mrdj_core::messages::Language;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Proof that a booking is on disk.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Made {
    /// Always true here; whatever else happens is a problem document.
    #[schema(example = true)]
    success: bool,
    /// A sentence for the visitor, in Dutch, or in English when `Accept-Language` prefers it.
    #[schema(example = "Bedankt! We houden deze avond voor je vast.")]
    message: &'static str,
    /// The booking's id.
    booking_id: Uuid,
    /// What the visitor may quote on the phone.
    #[schema(example = "bk-20261121-0000000000")]
    reference: String,
    /// Always `pending`: nothing is agreed yet.
    #[schema(example = "pending")]
    status: &'static str,
    /// Always true: it stands in the store of record.
    #[schema(example = true)]
    persisted: bool,
    /// `held`, or `waiting` in line behind somebody else.
    #[schema(example = "held")]
    stage: &'static str,
    /// Until when the evening is held.
    #[schema(required = true)]
    held_until: Option<Timestamp>,
    /// The kind of event, in its one spelling.
    #[schema(example = "bruiloft")]
    event_type: String,
    /// The civil day that was given.
    #[schema(example = "2027-06-19")]
    event_date: Date,
    /// The package that was wished for.
    #[schema(required = true, example = "silver")]
    requested_package: Option<String>,
    /// When it was made, in UTC.
    created_at: Timestamp,
}

impl IntoResponse for Made {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, Json(self)).into_response()
    }
}

impl Made {
    /// What the visitor with this receipt is told.
    pub(crate) fn tell(receipt: BookingReceipt, language: Language) -> Self {
        let message = match (&receipt.stage, language) {
            (Stage::Waiting, Language::Nl) => "Bedankt! Je staat in de rij voor deze avond.",
            (Stage::Waiting, Language::En) => "Thank you! You stand in line for this evening.",
            (_, Language::Nl) => "Bedankt! We houden deze avond voor je vast.",
            (_, Language::En) => "Thank you! We are holding this evening for you.",
        };
        Self {
            success: true,
            message,
            booking_id: receipt.id.uuid(),
            reference: receipt.reference.to_string(),
            status: "pending",
            persisted: true,
            stage: receipt.stage.word(),
            held_until: receipt.stage.until(),
            event_type: receipt.event_type.to_string(),
            event_date: receipt.time.day(),
            requested_package: receipt.package,
            created_at: receipt.created_at,
        }
    }
}
