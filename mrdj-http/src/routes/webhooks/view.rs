//! Events as operators see them.

use jiff::Timestamp;
use mrdj_core::webhooks::{EventLine, HeardEvent};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// An event of a partner, without what it wrote.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventLineView {
    /// Who said it.
    #[schema(example = "rentguy")]
    partner: String,
    /// What its sender calls it, or a digest of what was signed.
    #[schema(example = "msg_1")]
    id: String,
    /// What happened, in the sender's words.
    #[schema(example = "status.updated")]
    kind: String,
    /// When it happened, if the sender says so.
    #[schema(required = true)]
    at: Option<Timestamp>,
    /// When it was heard, in UTC.
    heard_at: Timestamp,
}

impl From<EventLine> for EventLineView {
    fn from(line: EventLine) -> Self {
        Self {
            partner: line.partner.to_string(),
            id: line.id.to_string(),
            kind: line.kind,
            at: line.at,
            heard_at: line.heard_at,
        }
    }
}

/// A page of events, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventPage {
    /// The events.
    pub(crate) events: Vec<EventLineView>,
    /// What to send as `before` for the next page; null on the last.
    #[schema(required = true)]
    pub(crate) next: Option<Uuid>,
}

/// An event with what its sender wrote; it may hold personal data.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventWithBody {
    /// What is known of it.
    event: EventLineView,
    /// What was sent.
    #[schema(value_type = Object)]
    body: Value,
}

impl From<HeardEvent> for EventWithBody {
    fn from(heard: HeardEvent) -> Self {
        // Only what could be read was kept.
        Self { event: heard.line.into(), body: serde_json::from_str(&heard.body).unwrap_or_default() }
    }
}
