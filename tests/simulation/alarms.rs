//! Waiting on a clock that is turned: time jumps from one alarm to the next.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::clock::{Clock, Timer};
use mrdj_core::mocks::FakeClock;

/// Everybody who waits for a moment; clones share them.
#[derive(Clone)]
pub(crate) struct Alarms {
    clock: FakeClock,
    set: Arc<Mutex<Set>>,
}

#[derive(Default)]
struct Set {
    wakers: BTreeMap<(Timestamp, u64), Waker>,
    count: u64,
}

impl Alarms {
    /// Nobody waits yet.
    pub(crate) fn on(clock: FakeClock) -> Self {
        Self { clock, set: Arc::default() }
    }

    /// The true time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Ends once `span` has passed.
    pub(crate) fn nap(&self, span: SignedDuration) -> Nap {
        let mut set = self.set();
        set.count += 1;
        let until = self.now().checked_add(span).unwrap_or(Timestamp::MAX);
        Nap { alarms: self.clone(), key: (until, set.count) }
    }

    /// Turns the clock to the next alarm and rings it; `false` when nobody waits.
    pub(crate) fn ring_next(&self) -> bool {
        let Some(((at, _), waker)) = self.set().wakers.pop_first() else {
            return false;
        };
        let span = at.duration_since(self.now());
        if span > SignedDuration::ZERO {
            self.clock.advance(span);
        }
        waker.wake();
        true
    }

    fn set(&self) -> MutexGuard<'_, Set> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Timer for Alarms {
    async fn sleep(&self, span: SignedDuration) {
        self.nap(span).await;
    }
}

/// One who waits.
pub(crate) struct Nap {
    alarms: Alarms,
    key: (Timestamp, u64),
}

impl Future for Nap {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.alarms.now() >= self.key.0 {
            return Poll::Ready(());
        }
        self.alarms.set().wakers.insert(self.key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Nap {
    fn drop(&mut self) {
        // Whoever gave up waiting would only stop the clock for nothing.
        self.alarms.set().wakers.remove(&self.key);
    }
}
