//! What is recorded in lots: carried while the house serves, and taken to the store before that closes.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join;
use jiff::SignedDuration;
use mrdj_adapters::system::SystemClock;
use mrdj_core::clock::Clock;
use mrdj_core::experiments::funnel::PageEventRecorder;
use mrdj_core::experiments::{ExposureRecorder, Recorded, Recorder, RecorderFigures, RecorderRule};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tracing::{error, warn};

use super::record::Ports;

/// How long a recorder rests after it panicked.
const AFTER_A_PANIC: Duration = Duration::from_secs(2);

/// Everything that is recorded in lots; clones share each line.
#[derive(Clone)]
pub struct Recorders {
    /// Who saw what.
    pub exposures: ExposureRecorder,
    /// What pages tell of their steps.
    pub page_events: PageEventRecorder,
}

/// Recorders at work.
#[must_use = "what waits when it is dropped is lost; stop it"]
pub struct RecordersHandle {
    recorders: Recorders,
    running: JoinSet<()>,
}

impl Recorders {
    /// Those that take what they are told to `ports`.
    pub(super) fn over(ports: &Ports, clock: &Arc<dyn Clock>) -> Self {
        let exposures = recorder(ports.exposures.clone(), clock);
        Self { exposures, page_events: recorder(ports.funnel.clone(), clock) }
    }

    /// Starts taking to the store what is told.
    pub fn start(self) -> RecordersHandle {
        let mut running = JoinSet::new();
        running.spawn(carry(self.exposures.clone()));
        running.spawn(carry(self.page_events.clone()));
        RecordersHandle { recorders: self, running }
    }

    /// What each has in hand, by what it records.
    pub fn figures(&self) -> [(&'static str, RecorderFigures); 2] {
        [("exposure", self.exposures.figures()), ("page_event", self.page_events.figures())]
    }

    /// Takes everything to the store, and ends.
    async fn close(&self) {
        join(self.exposures.close(), self.page_events.close()).await;
    }
}

impl RecordersHandle {
    /// Takes everything to the store that was told, and ends; what takes longer than `patience` is lost, and told in the log
    /// as a number. Whoever tells of something is to have stopped before, and the store closes afterwards.
    pub async fn stop(mut self, patience: SignedDuration) {
        let patience = Duration::try_from(patience).unwrap_or_default();
        if timeout(patience, self.recorders.close()).await.is_err() {
            for (what, figures) in self.recorders.figures() {
                warn!(what, lost = figures.waiting, "time was up before {} of {what} were recorded", figures.waiting);
            }
        }
        self.running.shutdown().await;
    }
}

fn recorder<T: Recorded>(log: Arc<T::Log>, clock: &Arc<dyn Clock>) -> Recorder<T> {
    Recorder::new(log, clock.clone(), Arc::new(SystemClock), RecorderRule::default())
}

/// Carries lots until the recorder is closed, whatever a store does.
async fn carry<T: Recorded>(recorder: Recorder<T>) {
    while AssertUnwindSafe(recorder.run()).catch_unwind().await.is_err() {
        error!("a recorder of {} panicked", T::MANY);
        sleep(AFTER_A_PANIC).await;
    }
}
