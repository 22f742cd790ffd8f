//! What a visitor is answered: a pure function of the receipt and their language.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use mrdj_core::leads::{Kept, LeadKind, Receipt};
use mrdj_core::messages::Language;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Proof that a form is on disk: in the store of record, or in the spool while that store is away.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Accepted {
    /// Always true here; whatever else happens is a problem document.
    #[schema(example = true)]
    success: bool,
    /// A sentence for the visitor, in Dutch, or in English when `Accept-Language` prefers it.
    #[schema(example = "Bedankt voor je aanvraag! We nemen zo snel mogelijk contact met je op.")]
    message: &'static str,
    /// The enquiry's id.
    contact_id: Uuid,
    /// The same id, on the call-back form alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    callback_id: Option<Uuid>,
    /// What the visitor may quote on the phone.
    #[schema(example = "web-20261121-000000000000001")]
    lead_id: String,
    /// `new` in the store of record, where nobody has looked at it yet; `pending` while it waits in the spool.
    #[schema(example = "new")]
    status: &'static str,
    /// Whether it stands in the store of record; in the spool it is on disk too.
    #[schema(example = true)]
    persisted: bool,
    /// The kind of event, in its one spelling.
    #[schema(required = true, example = "bruiloft")]
    event_type: Option<String>,
    /// The civil day that was given.
    #[schema(required = true, example = "2026-06-20")]
    event_date: Option<Date>,
    /// The package that was wished for.
    #[schema(required = true, example = "gold")]
    requested_package: Option<String>,
    /// When it came in, in UTC.
    submitted_at: Timestamp,
    /// Always `queued`: mail and CRM hear of it next.
    #[schema(example = "queued")]
    processing_status: &'static str,
}

impl IntoResponse for Accepted {
    /// 200 when it stands in the store of record, else 202.
    fn into_response(self) -> Response {
        let status = if self.persisted { StatusCode::OK } else { StatusCode::ACCEPTED };
        (status, Json(self)).into_response()
    }
}

impl Accepted {
    /// What the visitor with this receipt is told.
    pub(crate) fn tell(receipt: Receipt, language: Language) -> Self {
        let (id, stored) = (receipt.id.uuid(), receipt.kept == Kept::InStore);
        Self {
            success: true,
            message: thanks(receipt.kind, language),
            contact_id: id,
            callback_id: (receipt.kind == LeadKind::CallBack).then_some(id),
            lead_id: receipt.reference.to_string(),
            status: if stored { "new" } else { "pending" },
            persisted: stored,
            event_type: receipt.event_type.map(|kind| kind.to_string()),
            event_date: receipt.event_date,
            requested_package: receipt.package,
            submitted_at: receipt.submitted_at,
            processing_status: "queued",
        }
    }
}

const fn thanks(kind: LeadKind, language: Language) -> &'static str {
    match (kind, language) {
        (LeadKind::Contact, Language::Nl) => "Bedankt voor je aanvraag! We nemen zo snel mogelijk contact met je op.",
        (LeadKind::Contact, Language::En) => "Thank you for your enquiry! We will be in touch as soon as we can.",
        (LeadKind::CallBack, Language::Nl) => "Bedankt! We bellen je zo snel mogelijk terug.",
        (LeadKind::CallBack, Language::En) => "Thank you! We will call you back as soon as we can.",
    }
}
