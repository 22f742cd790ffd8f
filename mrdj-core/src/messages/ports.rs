//! What messages need from outside, as promises.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Mail, MailReceipt, Postage, PostageRule, Suppression};
use crate::contacts::EmailAddress;
use crate::delivery::{DeliveryId, Recall};
use crate::error::PortError;

/// Takes mails and brings them to their mailbox.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Mailer: Send + Sync {
    /// What it offers after an unanswered request.
    fn recall(&self) -> Recall;

    /// Sends one mail.
    ///
    /// - `mail_arrives_as_written`: address, subject, both forms and answer address are what was given.
    /// - `attachment_arrives_to_the_byte`: each file is there with its name, its type and every byte, in order.
    /// - `refused_mail_is_given_up`: what will never be taken is `Rejected`.
    /// - `wrong_key_is_a_setting`: a refused key is `Misconfigured`.
    /// - `busy_mailer_is_tried_again`: a throttled or failing mailer asks for another try.
    /// - `cut_line_is_asked_about`: a line that dies after the mail left is [`Remedy::AskFirst`](crate::error::Remedy).
    async fn send(&self, mail: &Mail, now: Timestamp) -> Result<MailReceipt, PortError>;

    /// Looks for a mail it may have taken before.
    ///
    /// - `taken_mail_is_found`: by the delivery's id, also when the answer to `send` was lost.
    /// - `other_mail_is_not_found`: nothing is found for an id that never left.
    async fn find_sent(&self, delivery: DeliveryId, now: Timestamp) -> Result<Option<MailReceipt>, PortError>;
}

/// Sells postage and keeps the list of mailboxes that get nothing.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PostOffice: Send + Sync {
    /// Asks to send one confirmation to `to`; all who share the post office count together.
    ///
    /// - `one_confirmation_per_mailbox`: of many at once, in whatever spelling, one is paid from a purse.
    /// - `each_purse_is_spent_for_itself`: what was paid from one leaves the other full; the ceiling counts both.
    /// - `paid_stays_paid`: the same delivery may ask again.
    /// - `an_hour_has_a_ceiling`: above it the answer names when there is room, and nothing is spent.
    /// - `suppressed_mailboxes_get_nothing`: until they are lifted, in whatever spelling, not even what was paid before.
    async fn pay(
        &self,
        to: &EmailAddress,
        delivery: DeliveryId,
        rule: PostageRule,
        now: Timestamp,
    ) -> Result<Postage, PortError>;

    /// Why `mailbox` gets nothing, if it is so; to be asked before a letter that costs no postage.
    ///
    /// - `suppression_is_told`: from when it is set until it is lifted, in whatever spelling; asking spends nothing.
    async fn suppression(&self, mailbox: &EmailAddress) -> Result<Option<Suppression>, PortError>;

    /// Sends nothing to `mailbox` from now on.
    async fn suppress(&self, mailbox: &EmailAddress, why: Suppression, now: Timestamp) -> Result<(), PortError>;

    /// Takes `mailbox` off the list.
    async fn lift(&self, mailbox: &EmailAddress) -> Result<(), PortError>;

    /// Forgets up to `limit` confirmations that were paid before `before`, and answers with how many.
    ///
    /// - `sweep_takes_old_postage_alone`: the oldest first; what was paid later still counts, and the list of mailboxes
    ///   that get nothing stays as it is.
    async fn sweep_postage(&self, before: Timestamp, limit: usize) -> Result<u64, PortError>;
}
