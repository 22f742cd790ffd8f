//! What tells one message from another.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::hex;

/// Names a message within its source: 1 to 255 visible ASCII characters without a full stop.
///
/// The full stop is what separates an id from the rest of what is signed; were it allowed, two messages could be read
/// from one signature.
///
/// ```
/// use mrdj_core::webhooks::MessageId;
///
/// assert_eq!(MessageId::parse("msg_1").expect("an id").as_str(), "msg_1");
/// assert!(MessageId::parse("msg.1").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageId(String);

/// The id is empty, longer than 255 characters, or holds a full stop or something else than visible ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the id of a message has 1 to 255 visible ASCII characters and no full stop")]
pub struct InvalidMessageId;

impl MessageId {
    /// Reads an id.
    pub fn parse(text: &str) -> Result<Self, InvalidMessageId> {
        Self::read(text.as_bytes())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, InvalidMessageId> {
        let sound = |byte: &u8| byte.is_ascii_graphic() && *byte != b'.';
        if !(1..=255).contains(&bytes.len()) || !bytes.iter().all(sound) {
            return Err(InvalidMessageId);
        }
        Ok(Self(bytes.iter().copied().map(char::from).collect()))
    }

    /// The id of a message that has none: a digest (SHA-256) of what was signed.
    ///
    /// It must not be made of the signature: who signs with two secrets sends two of them for one message, and whoever
    /// overheard it could send each by itself.
    pub(crate) fn digest(parts: &[&[u8]]) -> Self {
        let digest = parts.iter().fold(Sha256::new(), Digest::chain_update).finalize();
        Self(hex::encode(&digest))
    }
}

impl TryFrom<String> for MessageId {
    type Error = InvalidMessageId;

    fn try_from(text: String) -> Result<Self, InvalidMessageId> {
        Self::parse(&text)
    }
}

impl From<MessageId> for String {
    fn from(id: MessageId) -> Self {
        id.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_read_in_two_ways_is_no_id() {
        for text in ["m", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", "a:b,c=d", &"m".repeat(255)] {
            assert!(MessageId::parse(text).is_ok(), "{text}");
        }
        for text in ["", "a.b", "a b", "a\n", "é", &"m".repeat(256)] {
            assert_eq!(MessageId::parse(text), Err(InvalidMessageId), "{text}");
        }
    }

    #[test]
    fn what_was_written_down_is_read_back_as_carefully() {
        let id = MessageId::parse("msg_1").expect("an id");
        let written = serde_json::to_string(&id).expect("a text");
        assert_eq!((written.as_str(), serde_json::from_str(&written).ok()), ("\"msg_1\"", Some(id)));
        assert!(serde_json::from_str::<MessageId>("\"msg.1\"").is_err());
    }

    #[test]
    fn the_digest_of_what_was_signed_is_an_id() {
        let id = MessageId::digest(&[b"1760000000.", b"{}"]);
        assert_eq!(MessageId::parse(id.as_str()), Ok(id.clone()));
        assert_eq!(id, MessageId::digest(&[b"1760000000.{", b"}"]));
        assert_ne!(id, MessageId::digest(&[b"1760000001.", b"{}"]));
    }
}
