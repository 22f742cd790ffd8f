//! Postage: what keeps our confirmations from being a weapon.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::contacts::EmailAddress;

/// What a confirmation confirms; each has a budget of its own, so that who asks and books on one day hears of both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purse {
    /// An enquiry.
    #[default]
    Enquiries,
    /// A booking.
    Bookings,
}

/// How many confirmations may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostageRule {
    /// For so long a mailbox gets no second confirmation from the same purse.
    pub per_mailbox: SignedDuration,
    /// So many leave in an hour, over all purses; 0 switches the ceiling off (`MAIL_HOURLY_LIMIT`).
    pub hourly: u32,
    /// Which of a mailbox's budgets is spent.
    pub purse: Purse,
}

impl PostageRule {
    /// The same rule for another purse.
    pub const fn paid_from(self, purse: Purse) -> Self {
        Self { purse, ..self }
    }

    /// By what stores count what was paid for `to`: its mailbox, and the purse.
    pub fn account(&self, to: &EmailAddress) -> String {
        match self.purse {
            Purse::Enquiries => to.mailbox(),
            // No mailbox holds a space.
            Purse::Bookings => format!("bookings {}", to.mailbox()),
        }
    }
}

impl Default for PostageRule {
    /// One per mailbox and day, 200 an hour, for enquiries.
    fn default() -> Self {
        Self { per_mailbox: SignedDuration::from_hours(24), hourly: 200, purse: Purse::Enquiries }
    }
}

/// What the post office says to one more confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Postage {
    /// Paid: it may leave; asked again for the same delivery, the answer is the same.
    Paid,
    /// This mailbox had its confirmation.
    MailboxSpent,
    /// The hour is full; there is room again at `until`.
    HourSpent {
        /// When the oldest of this hour's is an hour old.
        until: Timestamp,
    },
    /// The mailbox bounced or complained.
    Suppressed(Suppression),
}

/// Why a mailbox gets no mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suppression {
    /// It does not exist.
    HardBounce,
    /// Its owner called our mail spam.
    Complaint,
    /// The provider has it on its own list.
    Inactive,
}

impl Suppression {
    /// The word under which it is stored and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::HardBounce => "hard_bounce",
            Self::Complaint => "complaint",
            Self::Inactive => "inactive",
        }
    }
}
