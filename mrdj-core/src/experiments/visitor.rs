//! Who visits, as far as it may be known.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::chance::Chance;
use crate::secret::Secret;
use crate::webhooks::{InvalidSecret, SigningKey};

/// Names a visitor who agreed to be known again: 122 bits of chance and nothing about them. It prints as `***`.
///
/// ```
/// use mrdj_core::experiments::VisitorId;
///
/// let id: VisitorId = "3f2b8c1e-5d4a-4b6f-9a7e-0c1d2e3f4a5b".parse().expect("a random UUID");
/// assert_eq!(format!("{id:?}"), "***");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VisitorId(Uuid);

/// The text names no visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a visitor is named by a UUID of version 4")]
pub struct InvalidVisitorId;

impl VisitorId {
    /// Makes one that nobody can guess.
    pub fn new(chance: &dyn Chance) -> Self {
        let bits = (u128::from(chance.bits()) << 64) | u128::from(chance.bits());
        Self(uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid())
    }

    /// Takes one as a store gave it back.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The UUID inside; only for stores and for the visitor's own browser.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl FromStr for VisitorId {
    type Err = InvalidVisitorId;

    fn from_str(text: &str) -> Result<Self, InvalidVisitorId> {
        // Other versions say when or where they were made.
        let random = Uuid::parse_str(text).ok().filter(|uuid| uuid.get_version_num() == 4);
        random.map(Self).ok_or(InvalidVisitorId)
    }
}

impl fmt::Debug for VisitorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Whether a visitor agreed to be known again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Consent {
    /// They did.
    Given,
    /// They did not, or were not asked yet: nothing that names them is stored.
    #[default]
    Withheld,
}

impl Consent {
    /// Who is counted: with consent whoever is `known`, or somebody new; without it nobody, whatever a cookie says.
    pub fn visitor(self, known: Option<VisitorId>, chance: &dyn Chance) -> Option<VisitorId> {
        match self {
            Self::Given => Some(known.unwrap_or_else(|| VisitorId::new(chance))),
            Self::Withheld => None,
        }
    }
}

/// What every code is made of besides, so that it is worth nothing elsewhere.
const PURPOSE: &[u8] = b"cookieless";
/// So much of a browser's name counts, in bytes.
const MOST_OF_AGENT: usize = 512;

/// Tells visitors apart for a day without a cookie, so that one who did not consent sees the same page all day.
///
/// ```
/// use jiff::civil::date;
/// use mrdj_core::experiments::Cookieless;
/// use mrdj_core::secret::Secret;
///
/// let cookieless = Cookieless::new(&Secret::from("not-a-real-secret".to_owned())).expect("a secret");
/// let key = |day| cookieless.key(date(2026, 11, day), "203.0.113.7".parse().expect("an address"), "Firefox/140.0");
/// assert_eq!(key(21).as_str(), key(21).as_str());
/// assert_ne!(key(21).as_str(), key(22).as_str());
/// ```
pub struct Cookieless(SigningKey);

/// What a visitor is called for one day: it decides which variation they see in this moment, is the same at their next
/// request, and **is never stored**. It prints as `***`.
pub struct DayKey(String);

impl Cookieless {
    /// One that goes by `secret`; whoever knows it could tell which key an address gets.
    pub fn new(secret: &Secret) -> Result<Self, InvalidSecret> {
        SigningKey::raw(secret).map(Self)
    }

    /// What the visitor at `address` with the browser `agent` is called on `day` (HMAC-SHA256).
    pub fn key(&self, day: Date, address: IpAddr, agent: &str) -> DayKey {
        let (day, address) = (day.to_string(), as_ipv6(address).octets());
        let agent = &agent.as_bytes()[..agent.len().min(MOST_OF_AGENT)];
        // Of all parts the last alone has no fixed length, so that no two visitors share what is signed.
        DayKey(BASE64_URL_SAFE_NO_PAD.encode(self.0.code(&[PURPOSE, day.as_bytes(), &address, agent])))
    }
}

/// One address is one visitor, whichever way it is written.
fn as_ipv6(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    }
}

impl DayKey {
    /// What variations are chosen by.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Cookieless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cookieless(***)")
    }
}

impl fmt::Debug for DayKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    struct Dice(std::sync::atomic::AtomicU64);

    impl Chance for Dice {
        fn bits(&self) -> u64 {
            self.0.fetch_add(0x9E37_79B9_7F4A_7C15, std::sync::atomic::Ordering::Relaxed)
        }
    }

    fn dice() -> Dice {
        Dice(7.into())
    }

    #[test]
    fn an_id_is_random_and_nothing_else() {
        let (one, other) = (VisitorId::new(&dice()), VisitorId(Uuid::max()));
        assert_eq!(one.uuid().get_version_num(), 4);
        assert_eq!(one.uuid().to_string().parse(), Ok(one));
        assert_ne!(one, other);
        for text in ["", "1", "019aa5b0-0000-7000-8000-000000000001", &Uuid::nil().to_string()] {
            assert_eq!(text.parse::<VisitorId>(), Err(InvalidVisitorId), "{text:?}");
        }
        assert_eq!(format!("{one:?} {:?}", Some(one)), "*** Some(***)");
    }

    #[test]
    fn without_consent_nobody_is_known_whatever_a_cookie_says() {
        let known = VisitorId::new(&dice());
        assert_eq!(Consent::Given.visitor(Some(known), &dice()), Some(known));
        assert!(Consent::Given.visitor(None, &dice()).is_some());
        assert_eq!(Consent::Withheld.visitor(Some(known), &dice()), None);
        assert_eq!(Consent::default(), Consent::Withheld, "who was not asked did not agree");
    }

    #[test]
    fn a_day_s_key_differs_with_each_of_its_parts() {
        let key = |secret: &str, day, address: &str, agent: &str| {
            let cookieless = Cookieless::new(&Secret::from(secret.to_owned())).expect("a secret");
            cookieless.key(date(2026, 11, day), address.parse().expect("an address"), agent).0
        };
        let first = key("one", 21, "203.0.113.7", "Firefox");
        assert_eq!(key("one", 21, "::ffff:203.0.113.7", "Firefox"), first, "the same address in other words");
        let others = [
            key("two", 21, "203.0.113.7", "Firefox"),
            key("one", 22, "203.0.113.7", "Firefox"),
            key("one", 21, "203.0.113.8", "Firefox"),
            key("one", 21, "2001:db8::7", "Firefox"),
            key("one", 21, "203.0.113.7", "Safari"),
        ];
        assert!(others.iter().all(|other| *other != first));
        assert_eq!(key("one", 21, "203.0.113.7", &"é".repeat(1_000)).len(), first.len());
        assert!(!first.contains("203") && first.len() == 43, "{first}");
    }
}
