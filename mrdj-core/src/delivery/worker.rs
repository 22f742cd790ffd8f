//! The worker: one turn at a time.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{Either, join_all, select};
use jiff::Timestamp;
use tracing::{info, warn};

use super::held::{Held, Went};
use super::spare::{Spare, Spares};
use super::{
    Allowance, AttemptOutcome, Carried, Courier, Delivery, DeliveryQueue, Ending, Found, LeaseAsk, QueueName,
    QueueRule, QueueState, Rate, Recall, Settled, Settlement, unasked, verdict,
};
use crate::chance::Chance;
use crate::clock::{Clock, Timer};
use crate::error::{ErrorKind, PortError, Remedy};
use crate::limits::{Limit, Limiter};

/// Works the queues that have a courier; [`Worker::run_once`] is one turn, loops and sleep live in the composition.
pub struct Worker {
    queue: Arc<dyn DeliveryQueue>,
    lines: Vec<Line>,
    limiter: Arc<dyn Limiter>,
    clock: Arc<dyn Clock>,
    timer: Arc<dyn Timer>,
    chance: Arc<dyn Chance>,
}

struct Line {
    courier: Arc<dyn Courier>,
    rule: QueueRule,
    spares: Spares,
}

/// What one turn did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TurnReport {
    /// Leases of vanished workers that were taken back.
    pub rescued: u64,
    /// Per queue, what happened.
    pub queues: BTreeMap<QueueName, QueueReport>,
}

/// What one turn did in one queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueReport {
    /// Leased.
    pub leased: usize,
    /// Arrived, or found to have arrived earlier.
    pub delivered: usize,
    /// Not sent, for a good reason.
    pub skipped: usize,
    /// Put off or to be tried again.
    pub again: usize,
    /// Sent, with unknown end.
    pub in_doubt: usize,
    /// Given up, with the reason of each.
    pub dead: Vec<String>,
    /// Lost on the way, or settled too late: the lease had run out, or another worker had it.
    pub stale: usize,
    /// The breaker opened, for this reason.
    pub opened: Option<String>,
    /// The breaker closed: the partner is back.
    pub closed: bool,
}

impl TurnReport {
    /// Whether there was nothing to do, so that the loop may sleep.
    pub fn is_idle(&self) -> bool {
        self.queues.values().all(|queue| queue.leased == 0)
    }
}

/// How one try ended, before it is settled.
struct Tried {
    settlement: Settlement,
    outage: Option<String>,
    misconfigured: Option<String>,
    answered: bool,
}

impl Worker {
    /// A worker without couriers; add each with [`Worker::with_courier`].
    pub fn new(
        queue: Arc<dyn DeliveryQueue>,
        limiter: Arc<dyn Limiter>,
        clock: Arc<dyn Clock>,
        timer: Arc<dyn Timer>,
        chance: Arc<dyn Chance>,
    ) -> Self {
        Self { queue, lines: Vec::new(), limiter, clock, timer, chance }
    }

    /// The same worker, which also serves the queue of `courier` by `rule`.
    #[must_use]
    pub fn with_courier(mut self, courier: Arc<dyn Courier>, rule: QueueRule) -> Self {
        let rule = rule.fit_for(courier.recall());
        self.lines.push(Line { courier, rule, spares: Spares::default() });
        self
    }

    /// The queues it serves.
    pub fn queues(&self) -> Vec<QueueName> {
        self.lines.iter().map(|line| line.courier.queue()).collect()
    }

    /// Leases what is due, carries it, settles it, and reports; queues are worked side by side.
    pub async fn run_once(&self) -> Result<TurnReport, PortError> {
        let rescued = self.queue.rescue(self.clock.now()).await?;
        let states = self.queue.queues().await?;
        let turns = self.lines.iter().map(|line| {
            let name = line.courier.queue();
            let state = states.iter().find(|state| state.name == name).cloned();
            self.work(line, state.unwrap_or_else(|| QueueState::fresh(name)))
        });
        let mut report = TurnReport { rescued, queues: BTreeMap::new() };
        for (line, turn) in self.lines.iter().zip(join_all(turns).await) {
            report.queues.insert(line.courier.queue(), turn?);
        }
        Ok(report)
    }

    async fn work(&self, line: &Line, mut state: QueueState) -> Result<QueueReport, PortError> {
        let begun = self.clock.now();
        let leased = self.lease(line, &mut state).await?;
        let mut report = QueueReport { leased: leased.len(), ..QueueReport::default() };
        if leased.is_empty() {
            return Ok(report);
        }
        let tries: Vec<_> = self.carry_all(line, leased, begun).await.into_iter().flatten().collect();
        // What was lost on the way is not settled: it is another worker's, or will be.
        report.stale = report.leased - tries.len();
        let before = state.clone();
        for tried in &tries {
            report.note(tried, &mut state, line.rule.breaker, self.clock.now());
        }
        let settlements = tries.into_iter().map(|tried| tried.settlement).collect();
        let settled = self.queue.settle(settlements, self.clock.now()).await?;
        report.stale += settled.iter().filter(|settled| **settled == Settled::Stale).count();
        if state != before && !self.queue.keep(&state).await? {
            info!(queue = %state.name, "another worker has moved the state of queue {}", state.name);
        }
        Ok(report)
    }

    async fn lease(&self, line: &Line, state: &mut QueueState) -> Result<Vec<Delivery>, PortError> {
        let now = self.clock.now();
        let mut granted = Spare::default();
        let limit = match state.allowance(now) {
            Allowance::Nothing => return Ok(Vec::new()),
            Allowance::Everything => match line.rule.rate {
                None => line.rule.concurrency.max(1),
                Some(rate) => {
                    granted = self.granted(line, rate, now).await?;
                    granted.many
                }
            },
            Allowance::Probe => {
                // Whoever moves the state first has the only probe.
                state.breaker.probing(now.checked_add(line.rule.lease_term).unwrap_or(Timestamp::MAX));
                if !self.queue.keep(state).await? {
                    return Ok(Vec::new());
                }
                state.version += 1;
                1
            }
        };
        if limit == 0 {
            return Ok(Vec::new());
        }
        let ask = LeaseAsk { queue: state.name.clone(), limit, term: line.rule.lease_term, now };
        let leased = self.queue.lease(&ask).await?;
        line.spares.put_by(Spare { many: granted.many.saturating_sub(leased.len()), ..granted });
        Ok(leased)
    }

    /// As many starts as there is room for, if the rate allows; what an earlier turn had left over comes first.
    async fn granted(&self, line: &Line, rate: Rate, now: Timestamp) -> Result<Spare, PortError> {
        let room = line.rule.concurrency.max(1);
        let mut granted = line.spares.take(now);
        let limit = Limit { max: rate.max, window: rate.window };
        let key = format!("queue:{}", line.courier.queue());
        while granted.many < room {
            let ruling = self.limiter.take(&key, limit, now).await?;
            if !ruling.allowed {
                break;
            }
            granted = Spare { many: granted.many + 1, until: ruling.reset_at };
        }
        Ok(granted)
    }

    /// Carries side by side, and keeps every lease until the slowest has ended: they are settled together.
    async fn carry_all(&self, line: &Line, leased: Vec<Delivery>, begun: Timestamp) -> Vec<Option<Tried>> {
        // It is counted as leases are: from before they were asked for.
        let deadline = begun.checked_add(line.rule.deadline).unwrap_or(Timestamp::MAX);
        let held = Held::of(&leased, deadline);
        let guard = self.guard(line, &held).shared();
        join_all(leased.into_iter().map(|delivery| self.carry_in_time(line, delivery, &held, guard.clone()))).await
    }

    /// Extends leases every third of their term, and returns once the deadline has passed.
    async fn guard(&self, line: &Line, held: &Held) {
        let beat = (line.rule.lease_term / 3).max(jiff::SignedDuration::from_millis(1));
        loop {
            // By the clock: what a heartbeat takes puts no deadline off.
            self.timer.sleep(held.left(self.clock.now()).min(beat)).await;
            let now = self.clock.now();
            if held.left(now).is_zero() {
                return;
            }
            let until = now.checked_add(line.rule.lease_term).unwrap_or(Timestamp::MAX);
            match self.queue.extend(&held.tokens(), until).await {
                Ok(kept) => held.extended(&kept, until),
                Err(error) => {
                    let queue = line.courier.queue();
                    warn!(delivery.queue = %queue, error = %error, "could not extend the leases of queue {queue}");
                }
            }
        }
    }

    /// Carries while it holds the lease, and counts silence until `deadline`, or a panic, as an unanswered request; `None`
    /// when the lease was lost.
    async fn carry_in_time(
        &self,
        line: &Line,
        delivery: Delivery,
        held: &Held,
        deadline: impl Future<Output = ()> + Unpin,
    ) -> Option<Tried> {
        let started_at = self.clock.now();
        let lost =
            |kind, summary| Outcome::Failed(PortError::new(kind, "worker", "carry", summary).remedy(Remedy::AskFirst));
        let outcome = {
            let carry = held.go_on(delivery.token(), &*self.clock, self.carry(line, &delivery));
            let carry = pin!(AssertUnwindSafe(carry).catch_unwind());
            match select(carry, deadline).await {
                Either::Left((Ok(Went::Ended(outcome)), _)) => outcome,
                Either::Left((Ok(Went::Lost), _)) => return None,
                // One delivery that brings its courier down holds up no other.
                Either::Left((Err(_), _)) => lost(ErrorKind::Failed, "the courier panicked"),
                Either::Left((Ok(Went::Late), _)) | Either::Right(_) => {
                    lost(ErrorKind::Unavailable, "no answer before the deadline")
                }
            }
        };
        Some(self.judge(line, &delivery, outcome, started_at))
    }

    async fn carry(&self, line: &Line, delivery: &Delivery) -> Outcome {
        let now = self.clock.now();
        if delivery.asking() {
            match line.courier.recall() {
                Recall::SendAgain => {}
                Recall::Nothing => return Outcome::NobodyToAsk,
                Recall::LookUp => match line.courier.ask(delivery, now).await {
                    Ok(Found::Delivered { receipt }) => return Outcome::Found(receipt),
                    Ok(Found::Missing) if self.is_spent(line, delivery, now) => {
                        return Outcome::Spent;
                    }
                    Ok(Found::Missing) => {}
                    Err(error) => return Outcome::Unasked(error),
                },
            }
        }
        match line.courier.carry(delivery, now).await {
            Ok(carried) => Outcome::Carried(carried),
            Err(error) => Outcome::Failed(error),
        }
    }

    fn is_spent(&self, line: &Line, delivery: &Delivery, now: Timestamp) -> bool {
        delivery.failures > 0 && line.rule.retry.next(delivery.failures, now, 0.0).is_none()
    }

    fn judge(&self, line: &Line, delivery: &Delivery, outcome: Outcome, started_at: Timestamp) -> Tried {
        let now = self.clock.now();
        let is_question = matches!(outcome, Outcome::Unasked(_));
        let (mut outage, mut misconfigured, mut answered) = (None, None, true);
        let (ending, word, summary) = match outcome {
            Outcome::Carried(Carried::Delivered { receipt }) => {
                (Ending::Delivered { receipt }, AttemptOutcome::Delivered, String::new())
            }
            Outcome::Found(receipt) => {
                (Ending::Delivered { receipt }, AttemptOutcome::FoundDelivered, "had arrived before".to_owned())
            }
            Outcome::Carried(Carried::Skipped { reason }) => {
                answered = false;
                (Ending::Skipped { reason: reason.clone() }, AttemptOutcome::Skipped, reason)
            }
            Outcome::Carried(Carried::PutOff { at, reason }) => {
                answered = false;
                (Ending::Again { at, counted: false }, AttemptOutcome::PutOff, reason)
            }
            Outcome::NobodyToAsk => {
                answered = false;
                let summary = "the partner cannot be asked; a person decides".to_owned();
                (Ending::InDoubt { ask_at: None, counted: false }, AttemptOutcome::Unknown, summary)
            }
            Outcome::Spent => {
                let reason = format!("gave up after {} attempts: the partner does not have it", delivery.failures);
                (Ending::Dead { reason: reason.clone() }, AttemptOutcome::FoundMissing, reason)
            }
            Outcome::Failed(error) | Outcome::Unasked(error) => {
                let dice = self.chance.dice();
                let verdict = if is_question {
                    unasked(delivery, &error, &line.rule, now)
                } else {
                    verdict(delivery, &error, line.courier.recall(), &line.rule, now, dice)
                };
                answered = !verdict.outage && !verdict.misconfigured;
                outage = verdict.outage.then(|| error.summary.clone());
                misconfigured = verdict.misconfigured.then(|| error.summary.clone());
                log_failure(delivery, &error, &verdict.ending);
                let unknown = error.remedy == Remedy::AskFirst;
                let word = if unknown { AttemptOutcome::Unknown } else { AttemptOutcome::Failed(error.kind) };
                (verdict.ending, word, error.summary)
            }
        };
        let attempt = delivery.tried(word, started_at..now, summary);
        let settlement = Settlement { token: delivery.token(), ending, attempt };
        Tried { settlement, outage, misconfigured, answered }
    }
}

/// How a carry ended.
enum Outcome {
    Carried(Carried),
    Found(Option<String>),
    Spent,
    NobodyToAsk,
    Failed(PortError),
    Unasked(PortError),
}

fn log_failure(delivery: &Delivery, error: &PortError, ending: &Ending) {
    let (id, queue) = (delivery.id, &delivery.queue);
    match ending {
        Ending::Again { at, .. } => warn!(
            delivery.id = %id, delivery.queue = %queue, delivery.failures = delivery.failures, error = %error,
            "delivery {id} failed, next try at {at}"
        ),
        Ending::InDoubt { .. } => warn!(
            delivery.id = %id, delivery.queue = %queue, error = %error,
            "delivery {id} is in doubt"
        ),
        _ => warn!(
            delivery.id = %id, delivery.queue = %queue, error = %error,
            "delivery {id} is given up"
        ),
    }
}

impl QueueReport {
    fn note(&mut self, tried: &Tried, state: &mut QueueState, rule: super::BreakerRule, now: Timestamp) {
        match &tried.settlement.ending {
            Ending::Delivered { .. } => self.delivered += 1,
            Ending::Skipped { .. } => self.skipped += 1,
            Ending::Again { .. } => self.again += 1,
            Ending::InDoubt { .. } => self.in_doubt += 1,
            Ending::Dead { reason } => self.dead.push(reason.clone()),
        }
        if let Some(reason) = &tried.misconfigured {
            if state.breaker.trip(rule, reason, now) {
                self.opened = Some(reason.clone());
            }
        } else if let Some(reason) = &tried.outage {
            if state.breaker.outage(rule, reason, now) {
                self.opened = Some(reason.clone());
            }
        } else if tried.answered {
            self.closed |= state.breaker.answered();
        }
    }
}
