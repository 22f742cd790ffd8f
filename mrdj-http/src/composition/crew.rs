//! The crew: turns of workers, one after the other, until it is told to stop.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{OptionFuture, join};
use jiff::SignedDuration;
use mrdj_core::delivery::{Bell, TurnReport, Worker};
use mrdj_core::error::{ErrorKind, PortError};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use tracing::{error, info, warn};

use super::figures;
use super::spool::Drain;

/// How long the crew sleeps when nothing rings: the net under the bell.
const POLL: Duration = Duration::from_secs(1);
/// How long a queue rests after its store failed.
const REST: Duration = Duration::from_secs(2);

/// Works each queue by itself, so that a partner who stalls holds up nobody else's deliveries, and drains the spool.
pub struct Crew {
    workers: Vec<Arc<Worker>>,
    bell: Arc<dyn Bell>,
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
        Self { workers: workers.into_iter().map(Arc::new).collect(), bell, drain: None }
    }

    /// The same crew, which also drains the spool.
    pub(super) fn draining(self, drain: Option<Drain>) -> Self {
        Self { drain, ..self }
    }

    /// Starts working.
    pub fn start(mut self) -> CrewHandle {
        let (stop, stopped) = watch::channel(false);
        let drain = OptionFuture::from(self.drain.take().map(|drain| drain.run(stopped.clone())));
        let task = tokio::spawn(async move {
            join(self.work(stopped), drain).await;
        });
        CrewHandle { stop, task }
    }

    async fn work(self, mut stopped: watch::Receiver<bool>) {
        let mut turns = JoinSet::<Turn>::new();
        let mut busy = vec![false; self.workers.len()];
        let mut wanted = vec![true; self.workers.len()];
        while !*stopped.borrow() {
            for place in 0..self.workers.len() {
                if wanted[place] && !busy[place] {
                    (wanted[place], busy[place]) = (false, true);
                    turns.spawn(turn(place, Arc::clone(&self.workers[place])));
                }
            }
            tokio::select! {
                () = self.bell.wait() => wanted.fill(true),
                () = tokio::time::sleep(POLL) => wanted.fill(true),
                Some(Ok((place, report))) = turns.join_next() => {
                    busy[place] = false;
                    // A queue that had something to do may have more.
                    wanted[place] |= note(report);
                }
                _ = stopped.changed() => {}
            }
        }
        // What is under way is settled before the crew goes home.
        while let Some(turn) = turns.join_next().await {
            if let Ok((_, report)) = turn {
                note(report);
            }
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
