//! Deliveries move along the arrows of the drawing, and no others.

use super::{Finding, Record};

/// Every step that is not in the drawing.
pub(crate) fn findings(record: &Record<'_>) -> Vec<Finding> {
    record.world.ledger.strange(&record.deliveries).into_iter().map(Finding::wrong).collect()
}
