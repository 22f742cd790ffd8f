//! Whether a message was signed by who says so, and lately.

use jiff::{SignedDuration, Timestamp};

use super::scheme::{Claim, Scheme};
use super::{InvalidMessageId, InvalidSecret, MessageId, SigningKey};
use crate::secret::Secret;

/// How far the moment of signing may lie from now, before or after.
pub const WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// How long a message is remembered at least, so that it is heard once.
///
/// Who is ahead of our clock by a whole [`WINDOW`] can be repeated for two of them; one more minute is for the
/// difference between our own machines. It is too short for a sender that repeats an id for days, and for a scheme that
/// signs no moment: what such a message causes is to be stored together with its id.
pub const REMEMBERED: SignedDuration = SignedDuration::from_mins(11);

/// Verifies the messages of one source: its scheme, and the secrets that are live, current first.
///
/// ```
/// use jiff::Timestamp;
/// use mrdj_core::secret::Secret;
/// use mrdj_core::webhooks::{Refusal, Scheme, Verifier};
///
/// let verifier = Verifier::new(Scheme::HUB, &[Secret::from("mysecret".to_owned())]).expect("a secret");
/// let signature = "sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3";
/// let header = |name: &str| (name == "x-hub-signature-256").then_some(signature.as_bytes());
///
/// let now = Timestamp::UNIX_EPOCH;
/// assert_eq!(verifier.verify(header, br#"{"foo":"bar"}"#, now).expect("signed").secret, 0);
/// assert_eq!(verifier.verify(header, br#"{"foo":"baz"}"#, now), Err(Refusal::SignatureMismatch));
/// ```
#[derive(Debug)]
pub struct Verifier {
    scheme: Scheme,
    keys: Vec<SigningKey>,
}

/// A message that was signed with one of our secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// What it is remembered by: the id that was signed, or else a digest of all that was signed.
    pub message: MessageId,
    /// Which secret it was signed with: 0 is the current one.
    pub secret: usize,
    /// When it was signed, if the scheme says so.
    pub at: Option<Timestamp>,
}

/// Why a message is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// We have no secret to verify with, whatever was sent: the fault is ours.
    #[error("no secret is set to verify signatures with")]
    MissingSecret,
    /// The header is not there, or empty.
    #[error("the message has no signature")]
    MissingSignature,
    /// The scheme signs an id, and there is none.
    #[error("the message has no id")]
    MissingId,
    /// The id is none that could be signed.
    #[error("the message has an id that cannot be signed")]
    InvalidId,
    /// The scheme signs a moment, and there is none.
    #[error("the signature has no timestamp")]
    MissingTimestamp,
    /// No digest of the version we know is there.
    #[error("the signature has no digest")]
    MissingDigest,
    /// The moment is not a number of seconds.
    #[error("the timestamp of the signature cannot be read")]
    InvalidTimestamp,
    /// The moment lies outside of [`WINDOW`].
    #[error("the timestamp of the signature is too far from now")]
    TimestampOutOfRange,
    /// None of the digests is made of this message with one of our secrets.
    #[error("the signature does not match the message")]
    SignatureMismatch,
}

impl Refusal {
    /// The name that programs know it by.
    pub const fn code(self) -> &'static str {
        match self {
            Self::MissingSecret => "missing_secret",
            Self::MissingSignature => "missing_signature",
            Self::MissingId => "missing_id",
            Self::InvalidId => "invalid_id",
            Self::MissingTimestamp => "missing_timestamp",
            Self::MissingDigest => "missing_digest",
            Self::InvalidTimestamp => "invalid_timestamp",
            Self::TimestampOutOfRange => "timestamp_out_of_range",
            Self::SignatureMismatch => "signature_mismatch",
        }
    }
}

impl From<InvalidMessageId> for Refusal {
    fn from(_: InvalidMessageId) -> Self {
        Self::InvalidId
    }
}

impl Verifier {
    /// Verifies by `scheme` with any of `secrets`; with none of them it refuses everything.
    pub fn new(scheme: Scheme, secrets: &[Secret]) -> Result<Self, InvalidSecret> {
        let key = match scheme {
            Scheme::Standard => SigningKey::standard,
            Scheme::Stamped { .. } | Scheme::Untimed { .. } => SigningKey::raw,
        };
        Ok(Self { scheme, keys: secrets.iter().map(key).collect::<Result<_, _>>()? })
    }

    /// Whether a message is to be believed at `now`: `header` finds the value of a name in lower case, and `body` is
    /// what came in, to the byte.
    ///
    /// The moment is judged before the digest.
    pub fn verify<'a>(
        &self,
        header: impl Fn(&str) -> Option<&'a [u8]>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Verified, Refusal> {
        if self.keys.is_empty() {
            return Err(Refusal::MissingSecret);
        }
        let claim = self.scheme.read(header)?;
        if claim.at.is_some_and(|at| now.duration_since(at).abs() > WINDOW) {
            return Err(Refusal::TimestampOutOfRange);
        }
        let secret = self.signed_with(&claim, body).ok_or(Refusal::SignatureMismatch)?;
        let message = claim.id.unwrap_or_else(|| MessageId::digest(&[&claim.before, body]));
        Ok(Verified { message, secret, at: claim.at })
    }

    /// The first key that made one of the digests. All of them are tried, so that the time it takes tells nothing.
    fn signed_with(&self, claim: &Claim, body: &[u8]) -> Option<usize> {
        let signed = |key: &SigningKey| {
            let tag = key.tag(&[&claim.before, body]);
            claim.tags.iter().fold(false, |signed, claimed| signed | (tag == *claimed))
        };
        let keys = self.keys.iter().map(signed).enumerate();
        keys.fold(None, |found, (index, signed)| found.or(signed.then_some(index)))
    }
}
