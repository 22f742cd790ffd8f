//! Records in lots, so that no visitor waits for a store.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::select;
use futures_util::lock::Mutex;
use jiff::SignedDuration;
use tracing::{info, warn};

use super::backlog::Backlog;
use super::{Exposure, ExposureLog};
use crate::clock::{Clock, Timer};
use crate::error::{ErrorKind, PortError};

/// How lots are gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecorderRule {
    /// So many leave together at most.
    pub lot: usize,
    /// For so long one waits for others at most.
    pub rest: SignedDuration,
    /// So many wait at most, under way or while the store is away.
    pub most: usize,
    /// So long after a store gave no answer it is tried again.
    pub pause: SignedDuration,
    /// So often a lot is tried that the store refuses, or that cannot leave while the recorder is closed.
    pub tries: u32,
}

impl Default for RecorderRule {
    /// A thousand, or what came in a second; fifty thousand in all, some ten megabytes; five tries, two seconds apart.
    fn default() -> Self {
        let (rest, pause) = (SignedDuration::from_secs(1), SignedDuration::from_secs(2));
        Self { lot: 1_000, rest, most: 50_000, pause, tries: 5 }
    }
}

/// What a recorder has in hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecorderFigures {
    /// So many wait to be recorded.
    pub waiting: usize,
    /// So many were dropped since the start: the store was away for too long, or refused them.
    pub dropped: u64,
}

/// What is recorded in lots.
#[async_trait]
pub trait Recorded: Clone + Send + Sync + 'static {
    /// Where it is recorded.
    type Log: ?Sized + Send + Sync + 'static;

    /// What many of it are called, for whoever reads the log.
    const MANY: &'static str;

    /// Counts a lot, all or none of it; what was told twice, because an answer was lost, counts once.
    async fn record(log: &Self::Log, lot: &[Self]) -> Result<u64, PortError>;
}

#[async_trait]
impl Recorded for Exposure {
    type Log = dyn ExposureLog;

    const MANY: &'static str = "exposures";

    async fn record(log: &Self::Log, lot: &[Self]) -> Result<u64, PortError> {
        log.record(lot).await
    }
}

/// Records exposures in lots. An exposure is a view of a page: what comes of it, an enquiry or a booking, is in no danger of
/// being lost here.
pub type ExposureRecorder = Recorder<Exposure>;

/// Records in lots; clones share one line.
///
/// Whoever tells of something is done once it stands in line. [`Recorder::run`], on a task of the composition, takes what
/// stands there to the store every second, or as soon as a lot is full.
///
/// **What can be lost.** Nothing at an orderly stop: [`Recorder::close`] waits until everything has arrived. A process that is
/// killed loses what came in during the last second and what was on its way. While the store is away things wait here, tried
/// again every two seconds; once [`RecorderRule::most`] of them wait, others are dropped and counted, and a kill then loses
/// all that wait. What arrived twice, because an answer was lost, counts once.
#[derive(Clone)]
pub struct Recorder<T: Recorded>(Arc<Inner<T>>);

struct Inner<T: Recorded> {
    log: Arc<T::Log>,
    clock: Arc<dyn Clock>,
    timer: Arc<dyn Timer>,
    rule: RecorderRule,
    backlog: Backlog<T>,
    /// One lot is under way at a time.
    turn: Mutex<()>,
}

/// How a lot fared.
#[derive(PartialEq, Eq)]
enum Fared {
    /// It need not be tried again.
    Settled,
    /// It waits for another try.
    Waits,
}

impl<T: Recorded> Recorder<T> {
    /// One that takes what it is told to `log` by `rule`.
    pub fn new(log: Arc<T::Log>, clock: Arc<dyn Clock>, timer: Arc<dyn Timer>, rule: RecorderRule) -> Self {
        let (backlog, turn) = (Backlog::default(), Mutex::new(()));
        Self(Arc::new(Inner { log, clock, timer, rule, backlog, turn }))
    }

    /// Puts something in line, and says whether there was a place for it. Where the line is full while the store is there,
    /// this waits for one; where it is full because the store is away, or after the end, it is dropped and counted.
    pub async fn record(&self, one: T) -> bool {
        let inner = &*self.0;
        inner.backlog.push(one, inner.clock.now(), inner.rule).await
    }

    /// Takes lot after lot to the store until the recorder is closed.
    pub async fn run(&self) {
        let inner = &*self.0;
        while let Some(came) = inner.backlog.first_came().await {
            let rest = inner.rule.rest.saturating_sub(inner.clock.now().duration_since(came));
            select(inner.timer.sleep(rest), Box::pin(inner.backlog.reaches(inner.rule.lot))).await;
            if self.carry().await == Fared::Waits {
                select(inner.timer.sleep(inner.rule.pause), Box::pin(inner.backlog.closing())).await;
            }
        }
    }

    /// Takes everything to the store that stands in line, whether [`Recorder::run`] goes on or not, and ends the
    /// recorder; says how many did not arrive, because the store was away and stayed so.
    pub async fn close(&self) -> u64 {
        let inner = &*self.0;
        inner.backlog.close();
        let mut tries = 0;
        while !inner.backlog.end_when_empty() {
            if self.carry().await == Fared::Settled {
                continue;
            }
            tries += 1;
            if tries >= inner.rule.tries {
                let left = inner.backlog.give_up();
                warn!(dropped = left, "{left} {} were dropped at the end: the store is away", T::MANY);
                return left;
            }
            inner.timer.sleep(inner.rule.pause).await;
        }
        0
    }

    /// What it has in hand.
    pub fn figures(&self) -> RecorderFigures {
        let (waiting, dropped) = self.0.backlog.counts();
        RecorderFigures { waiting, dropped }
    }

    /// Takes one lot to the store. It stands in line until it has arrived, so that whoever drops this loses nothing.
    async fn carry(&self) -> Fared {
        let Inner { log, rule, backlog, turn, .. } = &*self.0;
        let _turn = turn.lock().await;
        let lot = backlog.lot(rule.lot);
        if lot.is_empty() {
            return Fared::Settled;
        }
        match T::record(log, &lot).await {
            Ok(_) => {
                if backlog.arrived(lot.len()) {
                    let dropped = backlog.counts().1;
                    info!(dropped, "{} are recorded again; {dropped} were dropped since the start", T::MANY);
                }
                Fared::Settled
            }
            Err(error) if is_away(&error) => {
                warn!(error = %error, "{} wait, the store is away: {error}", T::MANY);
                backlog.away();
                Fared::Waits
            }
            Err(error) => {
                let many = lot.len();
                if !backlog.refused(many, rule.tries) {
                    warn!(error = %error, "{} wait, the store refuses them: {error}", T::MANY);
                    return Fared::Waits;
                }
                warn!(dropped = many, error = %error, "{many} {} were dropped, the store refuses them: {error}", T::MANY);
                Fared::Settled
            }
        }
    }
}

/// Whether it is the store, and not what it was given.
const fn is_away(error: &PortError) -> bool {
    matches!(error.kind, ErrorKind::Throttled | ErrorKind::Unavailable | ErrorKind::Misconfigured | ErrorKind::Full)
}
