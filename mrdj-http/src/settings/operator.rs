//! Secrets that are made on the first start: the operator's password, and what signs the links of clients.

use std::fmt;
use std::io;

use mrdj_core::chance::Chance;
use mrdj_core::secret::Secret;

use super::Settings;

const KEY: &str = "CONFIG_DASHBOARD_PASS";
const LINK_KEY: &str = "CLIENT_LINK_SECRET";

/// Nothing in it is mistaken for something else when read aloud or copied by hand.
const ALPHABET: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// About 119 bits.
const LENGTH: usize = 24;

/// The operator's password, and whether it was made just now.
#[derive(Clone)]
pub struct MadePassword {
    /// The password that holds.
    pub password: Secret,
    /// Whether it was made by this call, so that it is time to tell it.
    pub made: bool,
}

impl fmt::Debug for MadePassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MadePassword").field("made", &self.made).finish_non_exhaustive()
    }
}

/// Gives the operator's password: the one that is set, else one made by `chance` and kept in the managed file.
///
/// Processes that start together agree on one.
pub fn ensure_operator_password(settings: &Settings, chance: &dyn Chance) -> io::Result<MadePassword> {
    if let Some(password) = &settings.dashboard.password {
        return Ok(MadePassword { password: password.clone(), made: false });
    }
    let (password, made) = kept_or_made(settings, KEY, chance)?;
    Ok(MadePassword { password, made })
}

/// Gives what signs the links of clients: the secret that is set, else one made by `chance` and kept in the managed file.
pub fn ensure_link_secret(settings: &Settings, chance: &dyn Chance) -> io::Result<Secret> {
    match &settings.business.link_secret {
        Some(secret) => Ok(secret.clone()),
        None => kept_or_made(settings, LINK_KEY, chance).map(|(secret, _)| secret),
    }
}

/// What the managed file keeps under `key`, else a new one that it keeps from now on, and whether it is new.
fn kept_or_made(settings: &Settings, key: &str, chance: &dyn Chance) -> io::Result<(Secret, bool)> {
    settings.managed.change(|values| {
        let kept = values.get(key).filter(|word| !word.trim().is_empty()).cloned();
        let made = kept.is_none();
        let word = kept.unwrap_or_else(|| make(chance));
        values.insert(key.to_owned(), word.clone());
        (Secret::from(word), made)
    })
}

fn make(chance: &dyn Chance) -> String {
    let size = ALPHABET.len() as u64;
    let letter = |_| char::from(ALPHABET[usize::try_from(chance.bits() % size).expect("below 31")]);
    (0..LENGTH).map(letter).collect()
}
