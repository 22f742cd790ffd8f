//! Starts that a rate granted and no delivery used.

use std::mem::take;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// So many starts, until the window they belong to ends.
#[derive(Clone, Copy, Default)]
pub(super) struct Spare {
    pub(super) many: usize,
    pub(super) until: Timestamp,
}

/// What earlier turns had left over.
#[derive(Default)]
pub(super) struct Spares(Mutex<Spare>);

impl Spares {
    /// Takes what is left over of the running window.
    pub(super) fn take(&self, now: Timestamp) -> Spare {
        let spare = take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if spare.until > now { spare } else { Spare::default() }
    }

    /// Keeps what a turn did not use.
    pub(super) fn put_by(&self, left: Spare) {
        if left.many == 0 {
            return;
        }
        let mut spare = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = if spare.until == left.until { spare.many } else { 0 };
        *spare = Spare { many: before + left.many, ..left };
    }
}
