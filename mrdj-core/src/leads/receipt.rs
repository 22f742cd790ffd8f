//! What a visitor is told.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{EventType, Lead, LeadId, LeadKind, Reference};

/// Proof that an enquiry stands in the store; it tells a visitor nothing about how it was judged.
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
        }
    }
}
