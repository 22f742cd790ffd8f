//! What hangs over everybody: whether faults still happen, how many did, and the story of what happened.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use mrdj_core::clock::Clock;
use mrdj_core::mocks::FakeClock;

use crate::dice::Dice;
use crate::fault::{Fault, Faults};

/// One sky over one seed.
pub(crate) struct Sky {
    clock: FakeClock,
    clear: AtomicBool,
    /// When nearly every call of ours breaks, as when a disk or a network is away.
    storms: Vec<(Timestamp, Timestamp)>,
    faults: Mutex<Faults>,
    /// Told only where somebody wants to read it: it costs more than all the rest.
    story: Option<Mutex<Vec<String>>>,
}

impl Sky {
    /// A sky with some storms before `end`.
    pub(crate) fn over(clock: FakeClock, dice: &Dice, end: Timestamp, telling: bool) -> Self {
        let lasts = end.duration_since(clock.now()).as_secs();
        let storms = (0..dice.below(5)).map(|_| {
            let from = clock.now() + dice.seconds(0, lasts);
            (from, from + dice.seconds(5, 180))
        });
        let (storms, story) = (storms.collect(), telling.then(Mutex::default));
        Self { clock, clear: AtomicBool::new(false), storms, faults: Mutex::default(), story }
    }

    /// Whether nearly every call breaks.
    pub(crate) fn is_stormy(&self) -> bool {
        let now = self.clock.now();
        self.storms.iter().any(|(from, until)| *from <= now && now < *until)
    }

    /// From now on nothing goes wrong.
    pub(crate) fn clear_up(&self) {
        self.clear.store(true, Ordering::Relaxed);
        self.tell(|| "the sky is clear".to_owned());
    }

    /// Whether nothing goes wrong any more.
    pub(crate) fn is_clear(&self) -> bool {
        self.clear.load(Ordering::Relaxed)
    }

    /// Counts one fault.
    pub(crate) fn count(&self, fault: Fault) {
        *self.faults.lock().unwrap_or_else(PoisonError::into_inner).entry(fault).or_default() += 1;
    }

    /// Every fault there was.
    pub(crate) fn faults(&self) -> Faults {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adds a line to the story.
    pub(crate) fn tell(&self, line: impl FnOnce() -> String) {
        if let Some(story) = &self.story {
            let line = format!("{} {}", self.clock.now(), line());
            story.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    }

    /// The story so far.
    pub(crate) fn story(&self) -> Vec<String> {
        let told = self.story.as_ref().map(|story| story.lock().unwrap_or_else(PoisonError::into_inner).clone());
        told.unwrap_or_default()
    }
}
