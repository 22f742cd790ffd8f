//! What partners promise.

use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;

use super::{Card, CardReceipt, PartnerStatus};
use crate::error::PortError;

/// Keeps one card per enquiry.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Crm: Send + Sync {
    /// Puts a card there, or finds that it is there.
    ///
    /// - `card_arrives_as_written`: reference, person and event are what was given.
    /// - `card_twice_is_one_card`: the same reference again is a success with the first receipt.
    /// - `refused_card_is_given_up`: what will never be taken is `Rejected`.
    /// - `wrong_setting_is_misconfigured`: a refused key, tenant or address is `Misconfigured`.
    /// - `busy_crm_is_tried_again`: a throttled CRM names the moment, a failing one is `Failed`, an absent one `Unavailable`.
    /// - `cut_line_leaves_one_card`: after a line that died, the same card again leaves one card.
    async fn put_card(&self, card: &Card, now: Timestamp) -> Result<CardReceipt, PortError>;
}

/// Reads what partners say of ours; [`Store::commit`](crate::store::Store::commit) writes it.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PartnerNews: Send + Sync {
    /// What each partner said last of `subject`, by the partner's name.
    ///
    /// - `statuses_are_told_by_subject`: one for each partner that said something, to the microsecond.
    /// - `an_older_status_changes_nothing`: what a partner said of a later moment stays, whichever comes first; of one
    ///   moment, what was committed last holds.
    async fn of(&self, subject: Uuid) -> Result<Vec<PartnerStatus>, PortError>;
}
