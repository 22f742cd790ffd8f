//! A bell that workers in the same process hear, and others do not.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use async_trait::async_trait;
use futures_util::future::select;
use jiff::SignedDuration;
use mrdj_core::delivery::Bell;

use crate::alarms::Alarms;

/// Rings for everybody who listens.
#[derive(Default)]
pub(crate) struct HouseBell(Mutex<Rings>);

#[derive(Default)]
struct Rings {
    count: u64,
    listeners: Vec<Waker>,
}

impl HouseBell {
    /// How often it rang.
    pub(crate) fn count(&self) -> u64 {
        self.rings().count
    }

    /// Returns when it rang more often than `heard`, or when `span` has passed.
    pub(crate) async fn doze(&self, heard: u64, alarms: &Alarms, span: SignedDuration) {
        select(Box::pin(self.beyond(heard)), alarms.nap(span)).await;
    }

    async fn beyond(&self, heard: u64) {
        std::future::poll_fn(|context| {
            let mut rings = self.rings();
            if rings.count > heard {
                return Poll::Ready(());
            }
            rings.listeners.push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    fn rings(&self) -> MutexGuard<'_, Rings> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Bell for HouseBell {
    fn ring(&self) {
        let mut rings = self.rings();
        rings.count += 1;
        rings.listeners.drain(..).for_each(Waker::wake);
    }

    async fn wait(&self) {
        self.beyond(self.count()).await;
    }
}
