//! What a visitor is told.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{EventType, Lead, LeadId, LeadKind, Reference};

/// Where an enquiry stood when it was answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// In the store of record.
    #[default]
    InStore,
    /// In the spool, because the store was away.
    InSpool,
}

/// Proof that an enquiry is on disk; it tells a visitor nothing about how it was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The enquiry's id.
    pub id: LeadId,
    /// What the visitor may quote.
    pub reference: Reference,
    /// Which form it came in by.
    pub kind: LeadKind,
    /// What for.
    pub event_type: Option<EventType>,
    /// The civil day that was given.
    pub event_date: Option<Date>,
    /// Which package was wished for.
    pub package: Option<String>,
    /// When it came in.
    pub submitted_at: Timestamp,
    /// Where it stood; receipts from before there was a spool do not say.
    #[serde(default)]
    pub kept: Kept,
}

impl Lead {
    /// The receipt of this lead.
    pub fn receipt(&self) -> Receipt {
        Receipt {
            id: self.id,
            reference: self.reference.clone(),
            kind: self.kind,
            event_type: self.enquiry.event_type.clone(),
            event_date: self.enquiry.event_date,
            package: self.enquiry.package.clone(),
            submitted_at: self.submitted_at,
            kept: Kept::InStore,
        }
    }
}
