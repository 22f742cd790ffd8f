//! Keeps text for a while, for this process.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::cache::{Cache, MAX_VALUE_BYTES};
use mrdj_core::error::PortError;

use super::Memory;

/// How much is kept; above either, the oldest goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ceiling {
    pub(super) entries: usize,
    pub(super) bytes: usize,
}

const CEILING: Ceiling = Ceiling { entries: 4_096, bytes: 16 * 1024 * 1024 };

/// What is kept.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    by_key: BTreeMap<String, Entry>,
    /// The keys in the order they were put here.
    by_age: BTreeMap<u64, String>,
    bytes: usize,
    puts: u64,
}

#[derive(Debug)]
struct Entry {
    value: String,
    until: Timestamp,
    put: u64,
}

impl Shelf {
    pub(super) fn get(&mut self, key: &str, now: Timestamp) -> Option<String> {
        let entry = self.by_key.get(key)?;
        if entry.until > now {
            return Some(entry.value.clone());
        }
        self.forget(key);
        None
    }

    pub(super) fn put(&mut self, key: &str, value: String, until: Timestamp, ceiling: Ceiling) {
        self.forget(key);
        if value.len() > MAX_VALUE_BYTES {
            return;
        }
        self.puts += 1;
        self.bytes += key.len() + value.len();
        self.by_age.insert(self.puts, key.to_owned());
        self.by_key.insert(key.to_owned(), Entry { value, until, put: self.puts });
        while self.by_key.len() > ceiling.entries || self.bytes > ceiling.bytes {
            let Some(oldest) = self.by_age.first_key_value().map(|(_, key)| key.clone()) else {
                return;
            };
            self.forget(&oldest);
        }
    }

    pub(super) fn forget(&mut self, key: &str) {
        if let Some(entry) = self.by_key.remove(key) {
            self.by_age.remove(&entry.put);
            self.bytes -= key.len() + entry.value.len();
        }
    }

    fn forget_all(&mut self, prefix: &str) {
        let begins = self.by_key.range::<str, _>((std::ops::Bound::Included(prefix), std::ops::Bound::Unbounded));
        let keys: Vec<_> = begins.map(|(key, _)| key.clone()).take_while(|key| key.starts_with(prefix)).collect();
        for key in keys {
            self.forget(&key);
        }
    }
}

#[async_trait]
impl Cache for Memory {
    async fn get(&self, key: &str, now: Timestamp) -> Result<Option<String>, PortError> {
        Ok(self.shelf().get(key, now))
    }

    async fn put(&self, key: &str, value: String, ttl: SignedDuration, now: Timestamp) -> Result<(), PortError> {
        let until = now.checked_add(ttl).unwrap_or(Timestamp::MAX);
        self.shelf().put(key, value, until, CEILING);
        Ok(())
    }

    async fn forget(&self, prefix: &str) -> Result<(), PortError> {
        self.shelf().forget_all(prefix);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALWAYS: Timestamp = Timestamp::MAX;

    fn filled(ceiling: Ceiling) -> Shelf {
        let mut shelf = Shelf::default();
        for key in ["a", "b", "a", "c", "d"] {
            shelf.put(key, "123".to_owned(), ALWAYS, ceiling);
        }
        shelf
    }

    #[test]
    fn above_the_number_of_entries_the_oldest_goes() {
        let shelf = filled(Ceiling { entries: 3, bytes: usize::MAX });
        assert_eq!(shelf.by_key.keys().collect::<Vec<_>>(), ["a", "c", "d"], "putting again makes it young");
        assert_eq!((shelf.by_age.len(), shelf.bytes), (3, 12));
    }

    #[test]
    fn above_the_number_of_bytes_the_oldest_goes() {
        let shelf = filled(Ceiling { entries: usize::MAX, bytes: 8 });
        assert_eq!(shelf.by_key.keys().collect::<Vec<_>>(), ["c", "d"]);
        assert_eq!((shelf.by_age.len(), shelf.bytes), (2, 8));
    }

    #[test]
    fn what_is_too_old_leaves_the_shelf_when_it_is_asked_for() {
        let mut shelf = Shelf::default();
        shelf.put("a", "1".to_owned(), Timestamp::UNIX_EPOCH, CEILING);
        assert_eq!(shelf.get("a", Timestamp::UNIX_EPOCH), None);
        assert_eq!((shelf.by_key.len(), shelf.bytes), (0, 0));
    }
}
