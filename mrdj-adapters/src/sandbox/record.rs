//! What came in.

use std::collections::VecDeque;

/// The newest things that came in, and how many there were in all.
#[derive(Debug)]
pub struct Record<T> {
    newest: VecDeque<T>,
    total: u64,
}

impl<T> Record<T> {
    /// So many are kept, so that a load test does not fill the memory.
    pub const KEPT: usize = 10_000;

    /// Adds one, and forgets the oldest when there are too many.
    pub fn push(&mut self, one: T) {
        if self.newest.len() == Self::KEPT {
            self.newest.pop_front();
        }
        self.newest.push_back(one);
        self.total += 1;
    }

    /// How many came in.
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// The newest, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.newest.iter()
    }
}

impl<T> Default for Record<T> {
    fn default() -> Self {
        Self { newest: VecDeque::new(), total: 0 }
    }
}
