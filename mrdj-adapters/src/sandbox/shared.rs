//! What the routes of a stand-in share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Knobs, Mode};

/// The knobs of a stand-in and the book of what it took; clones share both.
#[derive(Debug, Default)]
pub(crate) struct Shared<B> {
    pub(crate) knobs: Knobs,
    book: Arc<Mutex<B>>,
}

impl<B> Clone for Shared<B> {
    fn clone(&self) -> Self {
        Self { knobs: self.knobs.clone(), book: Arc::clone(&self.book) }
    }
}

impl<B: Default> Shared<B> {
    pub(crate) fn book(&self) -> MutexGuard<'_, B> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets everything and behaves.
    pub(crate) fn reset(&self) {
        *self.book() = B::default();
        self.knobs.set(Mode::Healthy);
    }
}
