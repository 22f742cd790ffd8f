//! What may happen to a lead that others want to hear of.

use super::Lead;

/// Something that became true of a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeadFact {
    /// It came in, and we believe it.
    Received(Lead),
    /// A second form added to it.
    Extended(Lead),
    /// It was held back, and a person let it through.
    Released(Lead),
}

impl LeadFact {
    /// The lead as it is now.
    pub const fn lead(&self) -> &Lead {
        match self {
            Self::Received(lead) | Self::Extended(lead) | Self::Released(lead) => lead,
        }
    }
}
