//! The scheduler: one turn at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::{Schedule, ScheduleBook, ScheduleName, Step, Tick};
use crate::chance::Chance;
use crate::error::PortError;
use crate::store::{Change, Changes, Commit, Expect, Store};

/// Owes what schedules owe; [`Scheduler::turn`] is one turn, loops and sleep live in the composition.
///
/// Any number of them may share a store: who ticks first owes, in one commit, and the others are refused.
pub struct Scheduler {
    schedules: Vec<Schedule>,
    book: Arc<dyn ScheduleBook>,
    store: Arc<dyn Store>,
    chance: Arc<dyn Chance>,
    /// The schedules that this scheduler has found to go on, or has begun.
    begun: Mutex<BTreeSet<ScheduleName>>,
}

/// What one turn did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScheduleReport {
    /// What was owed: which schedule, for which of its occurrences.
    pub fired: Vec<(ScheduleName, Timestamp)>,
    /// Schedules that began: new, edited, or set right after a clock was wrong.
    pub begun: Vec<ScheduleName>,
    /// Schedules for which another runner was first.
    pub outrun: Vec<ScheduleName>,
    /// Schedules whose step the store did not take, and why; the next turn tries again.
    pub failed: Vec<(ScheduleName, String)>,
    /// How far each of its schedules has come.
    pub ticks: BTreeMap<ScheduleName, Timestamp>,
    /// The first occurrence to come, of any.
    pub next: Option<Timestamp>,
}

impl Scheduler {
    /// A scheduler of `schedules`, whose names differ.
    pub fn new(
        schedules: Vec<Schedule>,
        book: Arc<dyn ScheduleBook>,
        store: Arc<dyn Store>,
        chance: Arc<dyn Chance>,
    ) -> Self {
        Self { schedules, book, store, chance, begun: Mutex::default() }
    }

    /// Owes what is due at `now`, each schedule's latest missed occurrence alone, and reports.
    ///
    /// A schedule that was never seen, or was edited since, begins at `now`: nothing of its past is owed.
    pub async fn turn(&self, now: Timestamp) -> Result<ScheduleReport, PortError> {
        let last = self.book.last_ticks().await?;
        let mut report = ScheduleReport::default();
        for schedule in &self.schedules {
            let last = last.iter().find(|tick| tick.schedule == *schedule.name());
            report.ticks.extend(last.map(|tick| (tick.schedule.clone(), tick.at)));
            if let Some(step) = self.step(schedule, last, now) {
                match self.store.commit(changes(&step)).await {
                    Ok(commit) => report.note(step, commit),
                    // One that the store refuses holds up none behind it.
                    Err(error) => report.failed.push((step.tick.schedule, error.to_string())),
                }
            }
        }
        self.begun().extend(report.begun.iter().cloned());
        report.next = self.schedules.iter().filter_map(|schedule| schedule.next_after(now)).min();
        Ok(report)
    }

    fn step(&self, schedule: &Schedule, last: Option<&Tick>, now: Timestamp) -> Option<Step> {
        let Some(last) = last.filter(|last| self.goes_on(schedule, last) && !last.is_astray(now)) else {
            return Some(schedule.begin(last, now));
        };
        let at = schedule.due(last.at, now)?;
        Some(schedule.fire(last, at, now, &*self.chance))
    }

    /// Whether `schedule` goes on from `last`. It begins anew at most once per scheduler: while two versions of a program
    /// run side by side, each with a line of its own, neither takes the other's ticks for an edit.
    fn goes_on(&self, schedule: &Schedule, last: &Tick) -> bool {
        let mut begun = self.begun();
        if schedule.goes_on_from(last) {
            begun.insert(schedule.name().clone());
        }
        begun.contains(schedule.name())
    }

    fn begun(&self) -> MutexGuard<'_, BTreeSet<ScheduleName>> {
        // A set of names is whole after any panic.
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ScheduleReport {
    fn note(&mut self, step: Step, commit: Commit) {
        let Tick { schedule, at, .. } = step.tick;
        if commit != Commit::Done {
            self.outrun.push(schedule);
            return;
        }
        self.ticks.insert(schedule.clone(), at);
        match step.owes {
            Some(_) => self.fired.push((schedule, at)),
            None => self.begun.push(schedule),
        }
    }
}

/// A step as a decision, in the belief that nobody has taken it yet.
fn changes(step: &Step) -> Changes {
    let belief = Expect::LastTick { schedule: step.tick.schedule.clone(), is: step.from };
    let facts = Changes::new().expect(belief).with(Change::Tick(step.tick.clone()));
    facts.with_all(step.owes.clone().map(Change::Deliver))
}
