//! What was taken in lately, for the time when the store cannot be asked.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::Spooled;
use crate::contacts::ContactKey;
use crate::idempotency::{IdempotencyKey, KEPT_FOR};

/// So many are remembered, a megabyte or two of them.
const MOST: usize = 512;

/// The last enquiries that this process brought into the store, so that whoever sends one again gets its receipt.
#[derive(Debug, Default)]
pub(super) struct Lately(VecDeque<Spooled>);

impl Lately {
    /// Remembers one more, in the shape in which it would have been spooled.
    pub(super) fn note(&mut self, taken: Spooled) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(taken);
    }

    /// The last of one person.
    pub(super) fn newest_of(&self, contact: &ContactKey) -> Option<Spooled> {
        self.0.iter().rev().find(|taken| taken.lead.contact == *contact).cloned()
    }

    /// The one that came under `key`.
    pub(super) fn find_key(&self, key: &IdempotencyKey, now: Timestamp) -> Option<Spooled> {
        let recent = |taken: &&Spooled| now.duration_since(taken.at()) <= KEPT_FOR;
        let under = |taken: &&Spooled| taken.key.as_ref().is_some_and(|(own, _)| own == key);
        self.0.iter().rev().filter(recent).find(under).cloned()
    }
}
