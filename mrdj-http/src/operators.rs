//! Who may see the operator's routes.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use argon2::Argon2;
use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::chance::Chance;
use mrdj_core::limits::Limit;
use mrdj_core::secret::Secret;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use tracing::error;

use crate::extract::{Client, Credentials};

/// For so long a password that was right is not hashed again.
const REMEMBERED_FOR: SignedDuration = SignedDuration::from_mins(5);
/// A hash takes some 20 MB and 30 ms; two at once bound what a guesser can make us spend.
const HASHES_AT_ONCE: usize = 2;

/// Who may see the operator's routes: one user, from listed addresses.
#[derive(Clone)]
pub struct Operators(Option<Arc<Lodge>>);

pub(crate) struct Lodge {
    allowed: Vec<IpNet>,
    user: [u8; 32],
    salt: [u8; 16],
    password: Secret,
    /// Of the password; made with the first try, since a hash takes more memory than everything else at rest.
    hash: OnceLock<Option<[u8; 32]>>,
    key: [u8; 32],
    /// The digest of the credentials that were right last, and until when that is believed.
    remembered: Mutex<Option<([u8; 32], Timestamp)>>,
    turns: Semaphore,
    /// How many passwords one address may try.
    pub(crate) tries: Limit,
    /// How long an answer to a wrong password is held back.
    pub(crate) pause: Duration,
}

/// The password cannot be hashed: argon2 takes at most 4 GiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operator's password cannot be hashed")]
pub struct UnusablePassword;

impl Operators {
    /// Nobody; every operator route answers 404.
    pub fn disabled() -> Self {
        Self(None)
    }

    /// `user` with `password`, from addresses in `allowed`; five wrong tries a minute and address.
    ///
    /// What is given is compared as a salted hash (Argon2id). An address that cannot be known, because the router was
    /// served without [`ConnectInfo`](axum::extract::ConnectInfo), is let in by a net of length zero alone (`0.0.0.0/0`).
    pub fn new(
        user: &str,
        password: &Secret,
        allowed: Vec<IpNet>,
        chance: &dyn Chance,
    ) -> Result<Self, UnusablePassword> {
        let key = random(chance);
        let salt = random(chance);
        Ok(Self(Some(Arc::new(Lodge {
            allowed,
            user: keyed(&key, &[user.as_bytes()]),
            salt,
            password: usable(password)?,
            hash: OnceLock::new(),
            key,
            remembered: Mutex::new(None),
            turns: Semaphore::new(HASHES_AT_ONCE),
            tries: Limit { max: 5, window: SignedDuration::from_mins(1) },
            pause: Duration::from_millis(500),
        }))))
    }

    /// The nets of this machine alone.
    pub fn loopback() -> Vec<IpNet> {
        let four = IpNet::new_assert(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8);
        vec![four, IpNet::new_assert(IpAddr::V6(Ipv6Addr::LOCALHOST), 128)]
    }

    pub(crate) fn lodge(&self) -> Option<&Arc<Lodge>> {
        self.0.as_ref()
    }
}

impl Lodge {
    /// Whether operators may come from where `client` is.
    pub(crate) fn admits(&self, client: &Client) -> bool {
        match client.address {
            // Behind a proxy nobody told us of, every visitor seems to be that proxy.
            _ if client.forwarded_by_stranger => self.allowed.iter().any(|net| net.prefix_len() == 0),
            Some(address) => self.allowed.iter().any(|net| net.contains(&address)),
            None => self.allowed.iter().any(|net| net.prefix_len() == 0),
        }
    }

    /// Whether these credentials were right a moment ago.
    pub(crate) fn remembers(&self, credentials: &Credentials, now: Timestamp) -> bool {
        let digest = self.digest(credentials);
        let remembered = *self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.is_some_and(|(right, until)| bool::from(right.ct_eq(&digest)) && now < until)
    }

    /// Whether these credentials are right; the same work for a wrong name as for a wrong password.
    pub(crate) async fn knows(self: Arc<Self>, credentials: Credentials, now: Timestamp) -> bool {
        let Ok(_turn) = self.turns.acquire().await else {
            return false;
        };
        let lodge = Arc::clone(&self);
        let checked = tokio::task::spawn_blocking(move || lodge.check(&credentials, now)).await;
        checked.unwrap_or_else(|cause| {
            error!(error = %cause, "a password could not be checked");
            false
        })
    }

    fn check(&self, credentials: &Credentials, now: Timestamp) -> bool {
        let user = keyed(&self.key, &[credentials.user.as_bytes()]).ct_eq(&self.user);
        let hashed = self.hash.get_or_init(|| hash(self.password.reveal().as_bytes(), &self.salt));
        let (Some(right), Some(hash)) = (hashed, hash(credentials.password.reveal().as_bytes(), &self.salt)) else {
            return false;
        };
        let right = bool::from(user & hash.ct_eq(right));
        if right {
            let until = now.checked_add(REMEMBERED_FOR).unwrap_or(Timestamp::MAX);
            let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
            *remembered = Some((self.digest(credentials), until));
        }
        right
    }

    fn digest(&self, credentials: &Credentials) -> [u8; 32] {
        keyed(&self.key, &[credentials.user.as_bytes(), credentials.password.reveal().as_bytes()])
    }
}

fn random<const N: usize>(chance: &dyn Chance) -> [u8; N] {
    let mut bytes = [0; N];
    for chunk in bytes.chunks_mut(8) {
        chunk.copy_from_slice(&chance.bits().to_be_bytes()[..chunk.len()]);
    }
    bytes
}

/// A digest that only this process can make; each part goes in with its length, so that no two lists are alike.
fn keyed(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let start = Sha256::new_with_prefix(key);
    let all = parts.iter().fold(start, |digest, part| digest.chain_update(part.len().to_be_bytes()).chain_update(part));
    all.finalize().into()
}

/// The password, if argon2 takes one of its length.
fn usable(password: &Secret) -> Result<Secret, UnusablePassword> {
    let fits = u32::try_from(password.reveal().len()).is_ok();
    if fits { Ok(password.clone()) } else { Err(UnusablePassword) }
}

fn hash(password: &[u8], salt: &[u8; 16]) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    Argon2::default().hash_password_into(password, salt, &mut out).ok()?;
    Some(out)
}

impl fmt::Debug for Operators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Operators(one user)" } else { "Operators(disabled)" })
    }
}
