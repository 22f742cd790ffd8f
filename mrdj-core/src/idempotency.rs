//! The same request twice gets the same answer.
//!
//! A key that a caller chose is stored by the same commit as the fact it caused, together with the answer. A second
//! request with that key is answered from the record; with another body it is refused.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{ErrorKind, PortError};

/// How long a key is remembered.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// A caller's `Idempotency-Key` within one operation: 1 to 255 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdempotencyKey(String);

/// The key is empty, longer than 255 characters, or holds something else than visible ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key has 1 to 255 visible ASCII characters")]
pub struct InvalidKey;

impl IdempotencyKey {
    /// Reads the header's value; the quotes of a structured-field string are taken off (draft-ietf-httpapi-idempotency-key-header).
    pub fn parse(operation: &str, text: &str) -> Result<Self, InvalidKey> {
        let text = text.trim();
        let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
        if bare.is_empty() || bare.len() > 255 || !bare.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidKey);
        }
        Ok(Self(format!("{operation}:{bare}")))
    }

    /// Takes a key as a store gave it back.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The key with its operation, as a store keeps it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A digest (SHA-256) of the request's body; two requests with one fingerprint said the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// Takes the fingerprint of `body`.
    pub fn of(body: &[u8]) -> Self {
        Self(Sha256::digest(body).into())
    }
}

/// A key, what was asked under it, and what was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// The caller's key.
    pub key: IdempotencyKey,
    /// What was asked.
    pub fingerprint: Fingerprint,
    /// What was answered, to the byte.
    pub answer: String,
    /// When it was answered; it is forgotten [`KEPT_FOR`] later.
    pub at: Timestamp,
}

impl IdempotencyRecord {
    /// The record of `answer`, where the request bears a key.
    pub fn of(keyed: Option<&(IdempotencyKey, Fingerprint)>, answer: &impl Serialize, at: Timestamp) -> Option<Self> {
        let (key, fingerprint) = keyed.cloned()?;
        let answer = serde_json::to_string(answer).expect("an answer is plain data");
        Some(Self { key, fingerprint, answer, at })
    }
}

/// Why a request is not answered from the record.
#[derive(Debug, thiserror::Error)]
pub enum RecallError {
    /// Its key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The record cannot be read.
    #[error(transparent)]
    Store(#[from] PortError),
}

/// What the same request was answered at `now` or before, where it bears a key and was answered.
pub async fn recalled<T: DeserializeOwned>(
    book: &dyn IdempotencyBook,
    keyed: Option<&(IdempotencyKey, Fingerprint)>,
    now: Timestamp,
) -> Result<Option<T>, RecallError> {
    let Some((key, fingerprint)) = keyed else { return Ok(None) };
    let Some(record) = book.recall(key, now).await? else { return Ok(None) };
    if record.fingerprint != *fingerprint {
        return Err(RecallError::KeyReused);
    }
    let answer = serde_json::from_str(&record.answer).map_err(|cause| {
        PortError::new(ErrorKind::Corrupt, "idempotency", "recall an answer", "a kept answer cannot be read")
            .because(cause)
    })?;
    Ok(Some(answer))
}

/// Reads back what was answered under a key.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait IdempotencyBook: Send + Sync {
    /// Finds the record of `key`.
    ///
    /// - `answer_is_recalled_to_the_byte`: what was committed is what comes back.
    /// - `old_answers_are_forgotten`: a record older than [`KEPT_FOR`] at `now` is not found, and its key is free again.
    async fn recall(&self, key: &IdempotencyKey, now: Timestamp) -> Result<Option<IdempotencyRecord>, PortError>;

    /// Throws away up to `limit` records that are older than [`KEPT_FOR`] at `now`, and answers with how many.
    ///
    /// - `sweep_takes_old_answers_alone`: the oldest first, and none that is still recalled.
    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<u64, PortError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_not_part_of_the_key() {
        assert_eq!(IdempotencyKey::parse("contact", "\"abc\""), IdempotencyKey::parse("contact", "abc"));
    }

    #[test]
    fn a_key_of_256_characters_is_refused() {
        assert!(IdempotencyKey::parse("contact", &"k".repeat(255)).is_ok());
        assert_eq!(IdempotencyKey::parse("contact", &"k".repeat(256)), Err(InvalidKey));
        assert_eq!(IdempotencyKey::parse("contact", "é"), Err(InvalidKey));
        assert_eq!(IdempotencyKey::parse("contact", "\"\""), Err(InvalidKey));
    }
}
