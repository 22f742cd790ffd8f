//! What the CRM is owed for an enquiry.

use crate::delivery::{Owed, Owes, QueueName};
use crate::leads::LeadFact;

/// The queue of everything that goes to the CRM.
pub const CRM: QueueName = QueueName::new("crm");
/// The kind of a card.
pub const CARD: &str = "lead.card";

/// One card per lead; what is added later does not reach a CRM whose first write wins.
#[derive(Clone, Copy, Debug, Default)]
pub struct CardForLead;

impl Owes<LeadFact> for CardForLead {
    fn owes(&self, _: &LeadFact) -> Vec<Owed> {
        vec![Owed::now(CRM, CARD)]
    }
}
