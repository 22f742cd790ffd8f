//! A worker at work, and the clock of one whose clock is wrong.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use mrdj_core::clock::Clock;
use mrdj_core::delivery::Worker;
use mrdj_core::mocks::FakeClock;

use crate::alarms::Alarms;
use crate::bell::HouseBell;
use crate::sky::Sky;

/// Whoever was busy looks again after this.
const FIRST_DOZE: SignedDuration = SignedDuration::from_secs(8);
/// Nobody sleeps longer than this without a look.
const LONGEST_DOZE: SignedDuration = SignedDuration::from_mins(30);
/// How long one rests after a turn that failed.
const REST: SignedDuration = SignedDuration::from_secs(2);

/// A clock that is ahead of the true one, or behind it.
pub(crate) struct Ahead {
    /// The true one.
    pub(crate) clock: FakeClock,
    /// By how much.
    pub(crate) by: SignedDuration,
}

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        self.clock.now() + self.by
    }
}

/// Turns for ever; who finds nothing to do looks more and more seldom, or when the bell rings.
pub(crate) async fn work(name: usize, worker: Worker, bell: Arc<HouseBell>, alarms: Alarms, sky: Arc<Sky>) {
    let mut doze = FIRST_DOZE;
    loop {
        let heard = bell.count();
        let turn = worker.run_once().await;
        match &turn {
            Ok(report) if report.is_idle() => {
                bell.doze(heard, &alarms, doze).await;
                doze = (doze * 8).min(LONGEST_DOZE);
            }
            Ok(report) => {
                sky.tell(|| format!("worker {name} {report:?}"));
                doze = FIRST_DOZE;
            }
            Err(error) => {
                sky.tell(|| format!("worker {name} {error}"));
                alarms.nap(REST).await;
            }
        }
    }
}
