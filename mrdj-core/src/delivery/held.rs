//! What a worker holds while it carries, as far as it knows.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use jiff::{SignedDuration, Timestamp};

use super::{Delivery, LeaseToken, State};
use crate::clock::Clock;

/// The leases of one lot, each until when.
///
/// A process may be stopped for longer than its leases run, and a store may be away for as long: by then somebody else
/// carries what it held. It goes on with nothing that it does not know to be its own.
pub(super) struct Held {
    leases: Mutex<HashMap<LeaseToken, Timestamp>>,
    /// It lets go of everything then, even of what it still holds.
    deadline: Timestamp,
}

/// How work under a lease went.
pub(super) enum Went<T> {
    /// It came to this end.
    Ended(T),
    /// The deadline had passed before it ended.
    Late,
    /// The lease had run out before it ended.
    Lost,
}

impl Held {
    /// The leases of what was just leased, to be carried until `deadline`.
    pub(super) fn of(leased: &[Delivery], deadline: Timestamp) -> Self {
        let until = |delivery: &Delivery| match delivery.state {
            State::Leased { until, .. } => Some((delivery.token(), until)),
            _ => None,
        };
        Self { leases: Mutex::new(leased.iter().filter_map(until).collect()), deadline }
    }

    /// How long it is until the deadline.
    pub(super) fn left(&self, now: Timestamp) -> SignedDuration {
        self.deadline.duration_since(now).max(SignedDuration::ZERO)
    }

    /// Those that are not known to be lost.
    pub(super) fn tokens(&self) -> Vec<LeaseToken> {
        self.leases().keys().copied().collect()
    }

    /// The store has extended `kept` until `until`, and nothing else: the rest is lost.
    pub(super) fn extended(&self, kept: &[LeaseToken], until: Timestamp) {
        *self.leases() = kept.iter().map(|token| (*token, until)).collect();
    }

    /// Goes on with `work` for as long as the lease runs and the deadline has not passed.
    pub(super) async fn go_on<F: Future>(&self, token: LeaseToken, clock: &dyn Clock, work: F) -> Went<F::Output> {
        let mut work = pin!(work);
        poll_fn(|context| {
            // Looked at before every step: whatever woke this may have come after a long sleep.
            let now = clock.now();
            if self.leases().get(&token).is_none_or(|until| now >= *until) {
                return Poll::Ready(Went::Lost);
            }
            if self.left(now).is_zero() {
                Poll::Ready(Went::Late)
            } else {
                work.as_mut().poll(context).map(Went::Ended)
            }
        })
        .await
    }

    fn leases(&self) -> MutexGuard<'_, HashMap<LeaseToken, Timestamp>> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
