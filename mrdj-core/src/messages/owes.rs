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
        // What was held back had no notice yet, however often it changed meanwhile.
        let edition = if let LeadFact::Extended(lead) = fact { lead.version } else { 1 };
        let notice = Owed::now(MAIL, NOTICE).edition(edition);
        // One confirmation per lead, whatever is added to it later: the edition never moves.
        let confirmation = lead.email().map(|_| Owed::now(MAIL, CONFIRMATION));
        confirmation.into_iter().chain([notice]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leads::Lead;
    use crate::messages::Language;
    use crate::messages::fixture::lead;

    fn owed(fact: &LeadFact) -> Vec<(QueueName, String, u32)> {
        MailsForLead.owes(fact).into_iter().map(|owed| (owed.queue, owed.kind, owed.edition)).collect()
    }

    fn mails(kinds: &[(&str, u32)]) -> Vec<(QueueName, String, u32)> {
        kinds.iter().map(|(kind, edition)| (MAIL, (*kind).to_owned(), *edition)).collect()
    }

    #[test]
    fn an_enquiry_owes_a_confirmation_and_a_notice() {
        let fact = LeadFact::Received(lead(Language::Nl));
        assert_eq!(owed(&fact), mails(&[(CONFIRMATION, 1), (NOTICE, 1)]));
    }

    #[test]
    fn an_addition_owes_a_second_notice_and_no_second_confirmation() {
        let fact = LeadFact::Extended(Lead { version: 2, ..lead(Language::Nl) });
        assert_eq!(owed(&fact), mails(&[(CONFIRMATION, 1), (NOTICE, 2)]));
    }

    #[test]
    fn the_notice_of_a_released_enquiry_is_its_first() {
        let fact = LeadFact::Released(Lead { version: 3, ..lead(Language::Nl) });
        assert_eq!(owed(&fact), mails(&[(CONFIRMATION, 1), (NOTICE, 1)]));
    }

    #[test]
    fn an_enquiry_without_a_mailbox_owes_a_notice_only() {
        let mut lead = lead(Language::Nl);
        lead.enquiry.email = None;
        assert_eq!(owed(&LeadFact::Received(lead)), mails(&[(NOTICE, 1)]));
    }
}
