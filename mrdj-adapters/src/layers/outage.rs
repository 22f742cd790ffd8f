//! What is known of a server that may be away.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::{Either, select};
use jiff::{SignedDuration, Timestamp};
use mrdj_core::clock::{Clock, Timer};
use mrdj_core::delivery::{Allowance, Breaker, BreakerRule};
use mrdj_core::error::{ErrorKind, PortError};
use tracing::warn;

/// One call that is not answered, and for a second nobody else waits; then one call tries.
const RULE: BreakerRule = BreakerRule { failures: 1, cooldown: SignedDuration::from_secs(1) };
/// A call that waits longer goes on without an answer.
const PATIENCE: SignedDuration = SignedDuration::from_millis(250);
/// A try that somebody dropped is over by then.
const TRY: SignedDuration = SignedDuration::from_secs(2);
/// An outage is told once in so long, however often it comes and goes.
const QUIET: SignedDuration = SignedDuration::from_mins(5);

/// Remembers whether a server is away, for all the ports that it carries.
///
/// Whoever asks while it is away does not wait for it; whoever meets an outage tells the log, one line in five minutes.
pub struct Outage {
    server: &'static str,
    clock: Arc<dyn Clock>,
    timer: Arc<dyn Timer>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    breaker: Breaker,
    told_at: Option<Timestamp>,
    /// How many outages there have been.
    count: u64,
}

impl Outage {
    /// Of `server`, as the log shall call it, which is there until a call says otherwise.
    pub fn new(server: &'static str, clock: Arc<dyn Clock>, timer: Arc<dyn Timer>) -> Self {
        Self { server, clock, timer, state: Mutex::default() }
    }

    /// The answer to `call`, or `None` when the server is away, or slow: then another has to answer.
    pub(super) async fn ask<T>(
        &self,
        call: impl Future<Output = Result<T, PortError>>,
    ) -> Option<Result<T, PortError>> {
        let in_time = async {
            match select(pin!(call), self.timer.sleep(PATIENCE)).await {
                Either::Left((answer, _)) => answer,
                Either::Right(_) => Err(slow()),
            }
        };
        self.ask_patiently(in_time).await
    }

    /// The same for a call that may take its time.
    pub(super) async fn ask_patiently<T>(
        &self,
        call: impl Future<Output = Result<T, PortError>>,
    ) -> Option<Result<T, PortError>> {
        if !self.may_ask() {
            return None;
        }
        let answer = call.await;
        match answer.as_ref().err().filter(|error| is_outage(error.kind)) {
            Some(error) => self.note(error),
            None => drop(self.state().breaker.answered()),
        }
        answer.map_or_else(|error| (!is_outage(error.kind)).then_some(Err(error)), |answer| Some(Ok(answer)))
    }

    /// How many outages there have been so far.
    pub(super) fn count(&self) -> u64 {
        self.state().count
    }

    /// The present moment.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn may_ask(&self) -> bool {
        let mut state = self.state();
        if state.breaker.open.is_none() {
            return true;
        }
        let now = self.clock.now();
        let may = state.breaker.allowance(now) != Allowance::Nothing;
        if may {
            state.breaker.probing(now.checked_add(TRY).unwrap_or(Timestamp::MAX));
        }
        may
    }

    fn note(&self, error: &PortError) {
        let now = self.clock.now();
        let mut state = self.state();
        state.count += u64::from(state.breaker.outage(RULE, error.kind.word(), now));
        let quiet = state.told_at.is_some_and(|at| now.duration_since(at) < QUIET);
        if !quiet {
            state.told_at = Some(now);
            drop(state);
            let server = self.server;
            warn!(server, error.kind = error.kind.word(), cause = ?error.cause, "{server} is away, so this process goes on by itself: {error}");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether it is the server that is in a bad way, and not the one thing that was asked of it.
const fn is_outage(kind: ErrorKind) -> bool {
    !matches!(kind, ErrorKind::NotFound | ErrorKind::Conflict | ErrorKind::Rejected | ErrorKind::Corrupt)
}

fn slow() -> PortError {
    PortError::new(ErrorKind::Unavailable, "fallback", "ask", "no answer in time")
}
