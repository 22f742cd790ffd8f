//! What a worker holds while it carries, as far as it knows.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use jiff::Timestamp;

use super::{Delivery, LeaseToken, State};
use crate::clock::Clock;

/// The leases of one lot, each until when.
///
/// A process may be stopped for longer than its leases run, and a store may be away for as long: by then somebody else
/// carries what it held. It goes on with nothing that it does not know to be its own.
pub(super) struct Held(Mutex<HashMap<LeaseToken, Timestamp>>);

impl Held {
    /// The leases of what was just leased.
    pub(super) fn of(leased: &[Delivery]) -> Self {
        let until = |delivery: &Delivery| match delivery.state {
            State::Leased { until, .. } => Some((delivery.token(), until)),
            _ => None,
        };
        Self(Mutex::new(leased.iter().filter_map(until).collect()))
    }

    /// Those that are not known to be lost.
    pub(super) fn tokens(&self) -> Vec<LeaseToken> {
        self.leases().keys().copied().collect()
    }

    /// The store has extended `kept` until `until`, and nothing else: the rest is lost.
    pub(super) fn extended(&self, kept: &[LeaseToken], until: Timestamp) {
        *self.leases() = kept.iter().map(|token| (*token, until)).collect();
    }

    /// Goes on with `work` for as long as the lease runs, and answers with `None` when it turns out to have run out.
    pub(super) async fn go_on<F: Future>(&self, token: LeaseToken, clock: &dyn Clock, work: F) -> Option<F::Output> {
        let mut work = pin!(work);
        poll_fn(|context| {
            // Looked at before every step: whatever woke this may have come after a long sleep.
            let runs = self.leases().get(&token).is_some_and(|until| clock.now() < *until);
            if runs { work.as_mut().poll(context).map(Some) } else { Poll::Ready(None) }
        })
        .await
    }

    fn leases(&self) -> MutexGuard<'_, HashMap<LeaseToken, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
