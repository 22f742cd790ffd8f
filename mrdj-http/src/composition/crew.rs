//! The crew: turns of workers, one after the other, until it is told to stop.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, OptionFuture, join, join_all, ready};
use jiff::SignedDuration;
use mrdj_core::delivery::{Bell, TurnReport, Worker};
use mrdj_core::error::{ErrorKind, PortError};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use tracing::{error, info, warn};

use super::figures;
use super::servant::{Servant, attend};
use super::spool::Drain;

/// How long the crew sleeps when nothing rings: the net under the bell.
const POLL: Duration = Duration::from_secs(1);
/// How long a queue rests after its store failed.
const REST: Duration = Duration::from_secs(2);

/// Works each queue by itself, so that a partner who stalls holds up nobody else's deliveries, and drains the spool.
pub struct Crew {
    workers: Vec<Arc<Worker>>,
    bell: Arc<dyn Bell>,
    once: BoxFuture<'static, ()>,
    servants: Vec<Box<dyn Servant>>,
    drain: Option<Drain>,
}

/// A crew at work.
pub struct CrewHandle {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

type Turn = (usize, Result<TurnReport, PortError>);

impl Crew {
    /// A crew of `workers`, woken by `bell`; each should serve one queue.
    pub fn new(workers: Vec<Worker>, bell: Arc<dyn Bell>) -> Self {
        let workers = workers.into_iter().map(Arc::new).collect();
        Self { workers, bell, servants: Vec::new(), once: Box::pin(ready(())), drain: None }
    }

    /// The same crew, with `servants` beside it.
    #[must_use]
    pub(super) fn with_servants(self, servants: Vec<Box<dyn Servant>>) -> Self {
        Self { servants, ..self }
    }

    /// The same crew, which begins once `reached` has ended: leases are told by the clock of the store, which is not known
    /// before it was reached.
    #[must_use]
    pub fn once(self, reached: impl Future<Output = ()> + Send + 'static) -> Self {
        Self { once: Box::pin(reached), ..self }
    }

    /// The same crew, which also drains the spool.
    #[must_use]
    pub(super) fn draining(self, drain: Option<Drain>) -> Self {
        Self { drain, ..self }
    }

    /// Starts working.
    pub fn start(self) -> CrewHandle {
        let (stop, stopped) = watch::channel(false);
        let Self { workers, bell, servants, once, drain } = self;
        let drained = OptionFuture::from(drain.map(|drain| drain.run(stopped.clone())));
        let attended = servants.into_iter().map(|servant| attend(servant, stopped.clone())).collect::<Vec<_>>();
        let mut told = stopped.clone();
        let carried = async move {
            tokio::select! {
                () = once => {}
                _ = told.changed() => return,
            }
            join(work(workers, bell, stopped), join_all(attended)).await;
        };
        let task = tokio::spawn(async move {
            join(carried, drained).await;
        });
        CrewHandle { stop, task }
    }
}

async fn work(workers: Vec<Arc<Worker>>, bell: Arc<dyn Bell>, mut stopped: watch::Receiver<bool>) {
    let mut turns = JoinSet::<Turn>::new();
    let mut busy = vec![false; workers.len()];
    let mut wanted = vec![true; workers.len()];
    while !*stopped.borrow() {
        for place in 0..workers.len() {
            if wanted[place] && !busy[place] {
                (wanted[place], busy[place]) = (false, true);
                turns.spawn(turn(place, Arc::clone(&workers[place])));
            }
        }
        tokio::select! {
            () = bell.wait() => wanted.fill(true),
            () = tokio::time::sleep(POLL) => wanted.fill(true),
            Some(Ok((place, report))) = turns.join_next() => {
                busy[place] = false;
                // A queue that had something to do may have more.
                wanted[place] |= note(report);
            }
            Ok(()) = stopped.changed() => {}
        }
    }
    // What is under way is settled before the crew goes home.
    while let Some(turn) = turns.join_next().await {
        if let Ok((_, report)) = turn {
            note(report);
        }
    }
}

async fn turn(place: usize, worker: Arc<Worker>) -> Turn {
    // A turn that panics is over like any other: a queue nobody gives back would never be worked again.
    let report = AssertUnwindSafe(worker.run_once()).catch_unwind().await;
    let report = report.unwrap_or_else(|_| Err(PortError::new(ErrorKind::Failed, "crew", "work", "the turn panicked")));
    if report.is_err() {
        tokio::time::sleep(REST).await;
    }
    (place, report)
}

/// Counts and tells what a turn did, and says whether it did anything.
fn note(report: Result<TurnReport, PortError>) -> bool {
    let report = match report {
        Ok(report) => report,
        Err(error) => {
            error!(error = %error, cause = ?error.cause, "a turn failed: {error}");
            return false;
        }
    };
    if report.rescued > 0 {
        warn!(deliveries.rescued = report.rescued, "took back {} deliveries of a vanished worker", report.rescued);
    }
    for (queue, did) in &report.queues {
        if let Some(reason) = &did.opened {
            warn!(queue = %queue, "queue {queue} is held, its partner is away: {reason}");
        }
        if did.closed {
            info!(queue = %queue, "queue {queue} goes on, its partner is back");
        }
    }
    figures::count(&report);
    !report.is_idle()
}

impl CrewHandle {
    /// Finishes what is under way and goes home; what takes longer than `patience` is left to the leases.
    pub async fn stop(mut self, patience: SignedDuration) {
        // The crew may have ended already; then nobody listens and nothing is left to do.
        let _ = self.stop.send(true);
        let patience = Duration::try_from(patience).unwrap_or_default();
        if timeout(patience, &mut self.task).await.is_err() {
            warn!("some deliveries were under way when time was up; they are asked about when their leases run out");
            self.task.abort();
        }
    }
}
