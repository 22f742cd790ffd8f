//! A person as we know them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{EmailAddress, PersonName, Phone};
use crate::id::Id;

/// The id of a [`Contact`].
pub type ContactId = Id<Contact>;

/// What makes two forms come from one person: the mailbox, or the phone where no mailbox was given.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContactKey(String);

impl ContactKey {
    /// The key of whoever gave these.
    pub fn of(email: Option<&EmailAddress>, phone: Option<&Phone>) -> Option<Self> {
        match (email, phone) {
            (Some(email), _) => Some(Self(format!("mail:{}", email.as_str().to_lowercase()))),
            (None, Some(phone)) => Some(Self(format!("tel:{}", phone.as_str()))),
            (None, None) => None,
        }
    }

    /// Takes a key as a store gave it back.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The key as a store keeps it; personal data.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A person, as far as their forms have told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Their id.
    pub id: ContactId,
    /// What finds them again.
    pub key: ContactKey,
    /// The name they gave first.
    pub name: PersonName,
    /// Their mailbox, if given.
    pub email: Option<EmailAddress>,
    /// Their phone, if given.
    pub phone: Option<Phone>,
    /// When we first heard of them.
    pub first_seen_at: Timestamp,
    /// When we last heard of them.
    pub last_seen_at: Timestamp,
}

impl Contact {
    /// The contact after the same person was met again as `other`: gaps filled, nothing overwritten.
    #[must_use]
    pub fn met_again(self, other: Self) -> Self {
        Self {
            email: self.email.or(other.email),
            phone: self.phone.or(other.phone),
            last_seen_at: self.last_seen_at.max(other.last_seen_at),
            ..self
        }
    }
}
