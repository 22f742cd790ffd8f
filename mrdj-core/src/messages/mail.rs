//! A mail, ready to leave.

use super::Attachment;
use crate::contacts::EmailAddress;
use crate::delivery::DeliveryId;

/// One mail to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// What causes it; a mailer stores this id with the mail, so that it can be found again.
    pub delivery: DeliveryId,
    /// What it is, e.g. `lead.confirmation`; at most 80 characters.
    pub kind: String,
    /// The enquiry's reference, e.g. `web-20261121-…`.
    pub reference: String,
    /// To whom.
    pub to: EmailAddress,
    /// Who is answered; `None` leaves it to the mailer's settings.
    pub reply_to: Option<EmailAddress>,
    /// One line.
    pub subject: String,
    /// The plain form.
    pub text: String,
    /// The HTML form, escaped.
    pub html: String,
    /// What goes along with it.
    pub attachments: Vec<Attachment>,
}

/// The mailer's own id for a mail it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailReceipt(pub String);
