//! Keys that sign, made from secrets.

use std::fmt;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::digest::CtOutput;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::Sha256;

use crate::secret::Secret;

/// What a secret of Standard Webhooks begins with, when the rest of it is the key in base64.
const PREFIX: &str = "whsec_";

/// Base64 as others write it: some leave the signs at its end away.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a key makes of a text (HMAC-SHA256); two of them are compared in constant time.
pub(super) type Tag = CtOutput<Hmac<Sha256>>;

/// A key that signs and verifies: it prints as `***` and is wiped when dropped.
pub struct SigningKey(SecretSlice<u8>);

/// The secret is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSecret {
    /// Everybody could sign with it.
    #[error("a signing secret is empty")]
    Empty,
    /// It announces base64 and goes on otherwise.
    #[error("a signing secret that begins with {PREFIX} goes on in base64")]
    NotBase64,
}

impl SigningKey {
    /// Takes the bytes of the secret as they are.
    pub fn raw(secret: &Secret) -> Result<Self, InvalidSecret> {
        Self::of(secret.reveal().as_bytes().to_vec())
    }

    /// Takes what stands after `whsec_` as base64 of the key, and any other secret as it is.
    pub fn standard(secret: &Secret) -> Result<Self, InvalidSecret> {
        let Some(encoded) = secret.reveal().strip_prefix(PREFIX) else {
            return Self::raw(secret);
        };
        // What went wrong would name a sign of the secret.
        BASE64.decode(encoded).map_err(|_| InvalidSecret::NotBase64).and_then(Self::of)
    }

    fn of(bytes: Vec<u8>) -> Result<Self, InvalidSecret> {
        if bytes.is_empty() { Err(InvalidSecret::Empty) } else { Ok(Self(SecretSlice::from(bytes))) }
    }

    /// The code of `parts`, one after the other (HMAC-SHA256).
    pub(crate) fn code(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.tag(parts).into_bytes().into()
    }

    /// Whether `code` is that of `parts`, told in constant time.
    pub(crate) fn knows(&self, parts: &[&[u8]], code: [u8; 32]) -> bool {
        self.tag(parts) == Tag::new(code.into())
    }

    /// Signs `parts`, one after the other.
    pub(super) fn tag(&self, parts: &[&[u8]]) -> Tag {
        let mac = Hmac::<Sha256>::new_from_slice(self.0.expose_secret()).expect("HMAC takes a key of any length");
        parts.iter().fold(mac, Mac::chain_update).finalize()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::from(text.to_owned())
    }

    #[test]
    fn a_secret_with_the_prefix_is_base64_and_others_are_bytes() {
        let key = |made: Result<SigningKey, _>| made.expect("a key").0.expose_secret().to_vec();
        assert_eq!(key(SigningKey::standard(&secret("whsec_AAEC/w=="))), [0, 1, 2, 255]);
        assert_eq!(key(SigningKey::standard(&secret("whsec_AAEC/w"))), [0, 1, 2, 255]);
        assert_eq!(key(SigningKey::standard(&secret("AAEC/w=="))), b"AAEC/w==");
        assert_eq!(key(SigningKey::raw(&secret("whsec_AAEC/w=="))), b"whsec_AAEC/w==");
    }

    #[test]
    fn nobody_signs_with_nothing() {
        assert_eq!(SigningKey::raw(&secret("")).err(), Some(InvalidSecret::Empty));
        assert_eq!(SigningKey::standard(&secret("")).err(), Some(InvalidSecret::Empty));
        assert_eq!(SigningKey::standard(&secret("whsec_")).err(), Some(InvalidSecret::Empty));
    }

    #[test]
    fn neither_a_fault_nor_a_key_tells_the_secret() {
        let fault = SigningKey::standard(&secret("whsec_no base64!")).expect_err("no base64");
        assert_eq!(fault.to_string(), "a signing secret that begins with whsec_ goes on in base64");
        assert_eq!(format!("{:?}", SigningKey::raw(&secret("hush"))), "Ok(***)");
    }
}
