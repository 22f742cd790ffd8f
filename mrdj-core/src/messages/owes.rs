//! The mails that an enquiry owes.

use crate::delivery::{Owed, Owes, QueueName};
use crate::leads::LeadFact;

/// The queue of everything that leaves by mail.
pub const MAIL: QueueName = QueueName::new("mail");
/// The kind of a confirmation to the customer.
pub const CONFIRMATION: &str = "lead.confirmation";
/// The kind of a notice to the business.
pub const NOTICE: &str = "lead.notice";

/// A confirmation to the customer, once, and a notice to the business of each edition of a lead.
#[derive(Clone, Copy, Debug, Default)]
pub struct MailsForLead;

impl Owes<LeadFact> for MailsForLead {
    fn owes(&self, fact: &LeadFact) -> Vec<Owed> {
        let lead = fact.lead();
        let notice = Owed::now(MAIL, NOTICE).edition(lead.version);
        // One confirmation per lead, whatever is added to it later: the edition never moves.
        let confirmation = lead.email().map(|_| Owed::now(MAIL, CONFIRMATION));
        confirmation.into_iter().chain([notice]).collect()
    }
}
