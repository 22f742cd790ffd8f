//! What was heard, as it is kept.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::MessageId;
use crate::id::Id;

/// The name of a partner that tells us what happened there: 1 to 40 lower-case letters, digits and hyphens.
///
/// ```
/// use mrdj_core::webhooks::PartnerName;
///
/// assert_eq!(PartnerName::parse("rentguy"), Ok(PartnerName::new("rentguy")));
/// assert!(PartnerName::parse("Rent Guy").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PartnerName(Cow<'static, str>);

/// The text is no name of a partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name of a partner has 1 to 40 lower-case letters, digits and hyphens")]
pub struct InvalidPartnerName;

impl PartnerName {
    /// A name known when the program was written.
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, InvalidPartnerName> {
        let sound = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'-';
        let fits = (1..=40).contains(&text.len()) && text.bytes().all(sound);
        if fits { Ok(Self(Cow::Owned(text.to_owned()))) } else { Err(InvalidPartnerName) }
    }

    /// Takes a name as a store gave it back.
    pub fn from_stored(text: String) -> Self {
        Self(Cow::Owned(text))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PartnerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The key of a [`HeardEvent`].
pub type HeardId = Id<HeardEvent>;

/// One event of a partner, without what was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventLine {
    /// Its own key; keys sort by when events were heard.
    pub key: HeardId,
    /// Who said it.
    pub partner: PartnerName,
    /// What its sender calls it; a partner is heard once under each.
    pub id: MessageId,
    /// What happened, in the sender's words.
    pub kind: String,
    /// When it happened, if the sender says so.
    pub at: Option<Timestamp>,
    /// When it was heard.
    pub heard_at: Timestamp,
}

/// One event of a partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeardEvent {
    /// What is known of it.
    pub line: EventLine,
    /// What was sent, to the byte: JSON. It may hold personal data.
    pub body: String,
}
