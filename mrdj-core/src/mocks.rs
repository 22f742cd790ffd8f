//! Doubles for tests: a clock and dice that a test turns by hand, and a log that it reads.
//!
//! The double of each port lies in its room, e.g. [`MockStore`](crate::store::MockStore).

use std::fmt::{Debug, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::chance::Chance;
use crate::clock::{Clock, Timer};

/// A clock that stands still until it is turned; clones share one time. It is also the timer of that time.
#[derive(Clone, Debug)]
pub struct FakeClock(Arc<Mutex<Face>>);

#[derive(Debug)]
struct Face {
    now: Timestamp,
    sleepers: Vec<(Timestamp, Waker)>,
}

impl FakeClock {
    /// A clock that shows `now`.
    pub fn at(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(Face { now, sleepers: Vec::new() })))
    }

    /// Turns it forward by `span` and wakes whoever slept until then.
    pub fn advance(&self, span: SignedDuration) {
        let mut face = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        face.now = face.now.checked_add(span).unwrap_or(Timestamp::MAX);
        for (_, sleeper) in face.sleepers.drain(..) {
            sleeper.wake();
        }
    }

    /// Whether somebody sleeps until it is turned; nobody does right after a turn, until they have looked at it.
    pub fn is_slept_upon(&self) -> bool {
        !self.0.lock().unwrap_or_else(PoisonError::into_inner).sleepers.is_empty()
    }
}

impl Default for FakeClock {
    /// Shows noon of 21 November 2026, UTC.
    fn default() -> Self {
        Self::at(Timestamp::constant(1_795_262_400, 0))
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).now
    }
}

#[async_trait]
impl Timer for FakeClock {
    async fn sleep(&self, span: SignedDuration) {
        let until = self.now().checked_add(span).unwrap_or(Timestamp::MAX);
        std::future::poll_fn(|context| {
            let mut face = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if face.now >= until {
                return Poll::Ready(());
            }
            face.sleepers.push((until, context.waker().clone()));
            Poll::Pending
        })
        .await;
    }
}

/// Dice that follow from a seed (SplitMix64); clones share one sequence.
#[derive(Clone, Debug)]
pub struct FakeChance(Arc<AtomicU64>);

impl FakeChance {
    /// The dice of `seed`.
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(AtomicU64::new(seed)))
    }
}

impl Chance for FakeChance {
    fn bits(&self) -> u64 {
        let state = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed).wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

/// A log that keeps its lines, each the level and every field; clones share one. Set it as tracing's default subscriber.
#[derive(Clone, Debug)]
pub struct FakeLog {
    least: Level,
    lines: Arc<Mutex<Vec<String>>>,
}

impl FakeLog {
    /// One that keeps what is told from `least` up.
    pub fn from_level(least: Level) -> Self {
        Self { least, lines: Arc::default() }
    }

    /// What was told so far.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct LogLine(String);

impl Visit for LogLine {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").expect("a string takes everything");
    }
}

impl Subscriber for FakeLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.least
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = LogLine(event.metadata().level().to_string());
        event.record(&mut line);
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line.0);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
