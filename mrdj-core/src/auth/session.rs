//! The id of a session: whoever holds it is logged in.

use std::fmt::{self, Write};
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::chance::Chance;
use crate::secret::Secret;

/// Names a session towards its browser: 256 bits of chance in 64 signs. It prints as `***`.
///
/// ```
/// use mrdj_core::auth::SessionId;
/// # use mrdj_core::chance::Chance;
/// # struct Dice; impl Chance for Dice { fn bits(&self) -> u64 { 7 } }
///
/// let id = SessionId::new(&Dice);
/// assert_eq!(format!("{id:?}"), "***");
/// assert_eq!(id.reveal().parse::<SessionId>().expect("one of ours").digest(), id.digest());
/// ```
#[derive(Clone)]
pub struct SessionId(Secret);

/// The text is no id of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the id of a session has 64 signs from 0 to 9 and a to f")]
pub struct InvalidSessionId;

impl SessionId {
    /// Makes an id that nobody can guess.
    pub fn new(chance: &dyn Chance) -> Self {
        let mut text = String::with_capacity(64);
        for _ in 0..4 {
            write!(text, "{:016x}", chance.bits()).expect("a string takes everything");
        }
        Self(Secret::from(text))
    }

    /// The id itself; only where it leaves for its browser.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// What a store keeps it under (SHA-256), so that reading the store logs nobody in.
    pub fn digest(&self) -> String {
        let digest = Sha256::digest(self.reveal());
        digest.iter().fold(String::with_capacity(64), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a string takes everything");
            text
        })
    }
}

impl FromStr for SessionId {
    type Err = InvalidSessionId;

    fn from_str(text: &str) -> Result<Self, InvalidSessionId> {
        let sound = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if sound { Ok(Self(Secret::from(text.to_owned()))) } else { Err(InvalidSessionId) }
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_id_of_ours_is_refused() {
        assert!("0123456789abcdef".repeat(4).parse::<SessionId>().is_ok());
        for text in [String::new(), "0".repeat(63), "0".repeat(65), "A".repeat(64), "é".repeat(32), "g".repeat(64)] {
            assert!(text.parse::<SessionId>().is_err(), "{text:?}");
        }
    }
}
