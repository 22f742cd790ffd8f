//! Locks on things that may not be there yet, such as the person of a first enquiry.
//!
//! Two processes that decide about one thing at once must see each other. A row that is not there cannot be locked, so a
//! number that follows from its name is: until the transaction ends, and in rising order, so that no two wait for each
//! other.

use std::collections::BTreeSet;

use mrdj_core::idempotency::Fingerprint;

/// The numbers that a transaction locks.
#[derive(Default)]
pub(super) struct Locks(BTreeSet<i64>);

impl Locks {
    /// Adds the lock of what is called `name` in `room`; two names that share a number only wait for each other.
    pub(super) fn add(&mut self, room: &str, name: &[u8]) {
        let Fingerprint(digest) = Fingerprint::of(&[room.as_bytes(), b":", name].concat());
        let head = digest.first_chunk().expect("a digest has 32 bytes");
        self.0.insert(i64::from_be_bytes(*head));
    }

    /// Begins a transaction that holds all of them, and tells its name; numbers alone, so that it is one message to the
    /// server. The rows of a list are worked through as they stand there.
    pub(super) fn begin(&self) -> String {
        let numbers: Vec<_> = self.0.iter().map(i64::to_string).collect();
        let list = numbers.join(",");
        format!(
            "BEGIN; SELECT count(pg_advisory_xact_lock(number)) AS locks, pg_current_xact_id()::text AS name
                FROM unnest('{{{list}}}'::bigint[]) AS number"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_rise_and_come_once() {
        let mut locks = Locks::default();
        for name in ["b", "a", "b"] {
            locks.add("contact", name.as_bytes());
        }
        let sql = locks.begin();
        let list = sql.split(['{', '}']).nth(1).expect("a list");
        let numbers: Vec<i64> = list.split(',').map(|number| number.parse().expect("a number")).collect();
        assert_eq!(numbers.len(), 2);
        assert!(numbers.is_sorted());
    }
}
