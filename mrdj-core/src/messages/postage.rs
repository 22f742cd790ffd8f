//! Postage: what keeps our confirmations from being a weapon.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How many confirmations may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostageRule {
    /// For so long a mailbox gets no second confirmation.
    pub per_mailbox: SignedDuration,
    /// So many leave in an hour, over all; 0 switches the ceiling off (`MAIL_HOURLY_LIMIT`).
    pub hourly: u32,
}

impl Default for PostageRule {
    /// One per mailbox and day, 200 an hour.
    fn default() -> Self {
        Self { per_mailbox: SignedDuration::from_hours(24), hourly: 200 }
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
