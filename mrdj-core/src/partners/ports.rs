//! What partners promise.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::{BookingCard, BookingNews, BookingPut, BookingState, Card, CardReceipt, PartnerStatus};
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

/// Keeps each agreed booking as it is now.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait BookingCrm: Send + Sync {
    /// Puts a booking there, or makes what is there of it what it is now.
    ///
    /// - `booking_arrives_as_written`: our id, person, both days, hours, place and package are what was given.
    /// - `booking_twice_is_one`: the same booking again is a success with the first receipt.
    /// - `changed_booking_is_updated_and_keeps_its_notes`: a newer edition takes the place of the older, and what others
    ///   wrote there beside it stays.
    /// - `cancelled_booking_says_so`: what is there of it says that it is off.
    /// - `refused_booking_is_given_up`: what will never be taken is `Rejected`.
    /// - `wrong_setting_takes_no_booking`: a refused key, account, tenant or address is `Misconfigured`.
    /// - `busy_crm_takes_the_booking_later`: a throttled CRM names the moment, a failing one is `Failed`, an absent one
    ///   `Unavailable`.
    /// - `cut_line_leaves_one_booking`: after a line that died, the same booking again leaves one, and as it is now.
    async fn put_booking(&self, card: &BookingCard, now: Timestamp) -> Result<BookingPut, PortError>;
}

/// Tells what a CRM says of our bookings; for one that keeps them and can be asked.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait BookingWatch: Send + Sync {
    /// What it says of each booking of ours that ends on `from` or later.
    ///
    /// - `booking_states_come_back_by_our_id`: each with our id, edition and days; nobody else's, and none that is over.
    /// - `crm_that_is_away_tells_no_states`: one that does not answer is an error, never an empty list.
    async fn booking_states(&self, from: Date, now: Timestamp) -> Result<Vec<BookingState>, PortError>;
}

/// Hears what was read back from the CRM.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CrmNews: Send + Sync {
    /// Takes everything that one look at `now` found; the next look tells the same again, as it is then.
    async fn heard(&self, news: Vec<BookingNews>, now: Timestamp) -> Result<(), PortError>;
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
