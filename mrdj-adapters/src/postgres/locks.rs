//! Locks on things that may not be there yet, such as the person of a first enquiry.
//!
//! Two processes that decide about one thing at once must see each other. A row that is not there cannot be locked, so a
//! number that follows from its name is: until the transaction ends, and in rising order, so that no two wait for each
//! other.

use std::collections::BTreeSet;
use std::fmt::Write;

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

    /// Begins a transaction that holds all of them; numbers alone, so that it is one message to the server.
    pub(super) fn begin(&self) -> String {
        let mut sql = String::with_capacity(16 + 48 * self.0.len());
        sql.push_str("BEGIN");
        for lock in &self.0 {
            write!(sql, "; SELECT pg_advisory_xact_lock({lock})").expect("a string takes everything");
        }
        sql
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
        let numbers: Vec<i64> = sql
            .split("lock(")
            .skip(1)
            .map(|part| part.split(')').next().and_then(|number| number.parse().ok()).expect("a number"))
            .collect();
        assert_eq!(numbers.len(), 2);
        assert!(numbers.is_sorted());
    }
}
