//! A card in the CRM.

use jiff::civil::Date;

use crate::contacts::{EmailAddress, PersonName, Phone};

/// What the CRM is told of an enquiry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Our id for it: unique over all tenants, at most 120 characters; the CRM recognises it when it comes again.
    pub reference: String,
    /// Where it came from, at most 120 characters.
    pub source: String,
    /// What it begins as, e.g. `new`.
    pub status: String,
    /// Who asks.
    pub name: PersonName,
    /// Their mailbox.
    pub email: Option<EmailAddress>,
    /// Their phone.
    pub phone: Option<Phone>,
    /// What for, normalised; at most 100 characters.
    pub event_type: String,
    /// Which civil day.
    pub event_date: Option<Date>,
    /// Which package.
    pub package: Option<String>,
    /// What they wrote.
    pub message: Option<String>,
}

/// The CRM's own id for a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardReceipt {
    /// Its id, if it gave one.
    pub id: Option<String>,
}
