//! Names of things: typed, ordered by time, safe to hand out.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::chance::Chance;

/// The id of a `T`: a UUID of version 7, so that ids sort by the moment they were made.
///
/// ```
/// use mrdj_core::id::Id;
/// struct Evening;
///
/// let id: Id<Evening> = "019aa5b0-0000-7000-8000-000000000001".parse().expect("a UUID");
/// assert_eq!(id.to_string(), "019aa5b0-0000-7000-8000-000000000001");
/// ```
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// Makes a new id from the moment, to a quarter of a microsecond, and from 62 bits of chance.
    ///
    /// The twelve bits after the millisecond hold its fraction (RFC 9562, 6.2, method 3), so that what was made one
    /// after the other sorts that way within a millisecond, too.
    pub fn new(now: Timestamp, chance: &dyn Chance) -> Self {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let nanos = now.as_nanosecond().rem_euclid(1_000_000) as u64;
        let fraction = (nanos * 4_096 / 1_000_000) as u16;
        let mut bytes = [0; 10];
        bytes[..2].copy_from_slice(&fraction.to_be_bytes());
        bytes[2..].copy_from_slice(&chance.bits().to_be_bytes());
        Self::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
    }

    /// Takes a UUID that was an id of this kind before.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The moment it was made, to the millisecond.
    pub fn made_at(self) -> Timestamp {
        let millis = i64::try_from(self.0.as_u128() >> 80).expect("48 bits fit");
        Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
    }

    /// The UUID inside.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

/// The text is no UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is a UUID, like 019aa5b0-0000-7000-8000-000000000001")]
pub struct InvalidId;

impl<T> FromStr for Id<T> {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Uuid::parse_str(text).map(Self::from_uuid).map_err(|_| InvalidId)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    struct Falling(std::sync::atomic::AtomicU64);

    impl Chance for Falling {
        fn bits(&self) -> u64 {
            self.0.fetch_sub(1, std::sync::atomic::Ordering::Relaxed)
        }
    }

    #[test]
    fn ids_sort_by_the_microsecond_they_were_made_in() {
        let chance = Falling(u64::MAX.into());
        let at = |micros| Timestamp::UNIX_EPOCH + SignedDuration::from_micros(micros);
        let ids: Vec<Id<()>> = (0..5_000).map(|micros| Id::new(at(micros), &chance)).collect();
        assert!(ids.is_sorted());
        assert!(ids.iter().all(|id| id.uuid().get_version_num() == 7));
        assert_eq!((ids[999].made_at(), ids[1_000].made_at()), (at(0), at(1_000)));
    }
}
