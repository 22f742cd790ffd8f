//! The letters we write.

use crate::contacts::EmailAddress;
use crate::leads::Lead;

/// The business, as mails name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct House {
    /// Its name.
    pub name: String,
    /// Its phone, as it is printed.
    pub phone: Option<String>,
    /// Who in the business hears of a new enquiry (`MAIL_INBOX_ADDRESS`).
    pub inbox: Option<EmailAddress>,
    /// Where its site and its operator pages stand, for links (`PUBLIC_BASE_URL`).
    pub base_url: Option<String>,
}

/// A letter, ready to be addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// The plain form.
    pub text: String,
    /// The HTML form, escaped.
    pub html: String,
}

/// placeholder
pub fn confirmation(house: &House, lead: &Lead) -> Letter {
    Letter { subject: house.name.clone(), text: lead.reference.to_string(), html: String::new() }
}

/// placeholder
pub fn notice(house: &House, lead: &Lead, extended: bool) -> Letter {
    Letter { subject: house.name.clone(), text: format!("{extended}{}", lead.reference), html: String::new() }
}
