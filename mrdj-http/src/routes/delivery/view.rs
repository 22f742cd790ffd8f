//! Queues and deliveries as operators see them.

use jiff::{SignedDuration, Timestamp};
use mrdj_core::delivery::{Attempt, AttemptOutcome, Delivery, Holding, QueueFigures, State, Status};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// How far a delivery has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StatusWord {
    /// Due, and waiting for its turn.
    Waiting,
    /// Ready at a later moment.
    Delayed,
    /// A worker has it.
    Active,
    /// Sent, with unknown end.
    InDoubt,
    /// Arrived or skipped.
    Done,
    /// Given up.
    Dead,
}

impl From<Status> for StatusWord {
    fn from(status: Status) -> Self {
        match status {
            Status::Waiting => Self::Waiting,
            Status::Delayed => Self::Delayed,
            Status::Active => Self::Active,
            Status::InDoubt => Self::InDoubt,
            Status::Done => Self::Done,
            Status::Dead => Self::Dead,
        }
    }
}

impl From<StatusWord> for Status {
    fn from(word: StatusWord) -> Self {
        match word {
            StatusWord::Waiting => Self::Waiting,
            StatusWord::Delayed => Self::Delayed,
            StatusWord::Active => Self::Active,
            StatusWord::InDoubt => Self::InDoubt,
            StatusWord::Done => Self::Done,
            StatusWord::Dead => Self::Dead,
        }
    }
}

/// A delivery: something owed to a partner.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobView {
    /// Its id.
    pub(crate) id: Uuid,
    /// Where it waits.
    #[schema(example = "crm")]
    pub(crate) queue: String,
    /// What is to be done.
    #[schema(example = "lead.card")]
    kind: String,
    /// The thing it is about: an enquiry's id.
    subject: Uuid,
    /// Which edition of that thing.
    edition: u32,
    /// How far it has come.
    pub(crate) status: StatusWord,
    /// When it became owed, in UTC.
    created_at: Timestamp,
    /// When it is due, asked about or back from its worker, in UTC; null when nothing is planned.
    #[schema(required = true)]
    due_at: Option<Timestamp>,
    /// When it was done or given up, in UTC.
    #[schema(required = true)]
    ended_at: Option<Timestamp>,
    /// How often it was tried.
    attempts: u32,
    /// How many tries count against the policy.
    failures: u32,
    /// The partner's own id for it.
    #[schema(required = true)]
    receipt: Option<String>,
    /// Why it was given up or not sent.
    #[schema(required = true)]
    reason: Option<String>,
}

impl JobView {
    /// `delivery` as it is at `now`.
    pub(crate) fn of(delivery: Delivery, now: Timestamp) -> Self {
        let status = delivery.status(now).into();
        let (due_at, ended_at, receipt, reason) = match delivery.state {
            State::Ready { at } => (Some(at), None, None, None),
            State::Leased { until, .. } => (Some(until), None, None, None),
            State::InDoubt { ask_at } => (ask_at, None, None, None),
            State::Done { at, receipt, skipped } => (None, Some(at), receipt, skipped),
            State::Dead { at, reason } => (None, Some(at), None, Some(reason)),
        };
        Self {
            id: delivery.id.uuid(),
            queue: delivery.queue.to_string(),
            kind: delivery.kind,
            subject: delivery.subject,
            edition: delivery.edition,
            status,
            created_at: delivery.created_at,
            due_at,
            ended_at,
            attempts: delivery.attempts,
            failures: delivery.failures,
            receipt,
            reason,
        }
    }
}

/// One try.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttemptView {
    /// The how-manieth, from 1.
    number: u32,
    /// When it began, in UTC.
    started_at: Timestamp,
    /// How long it took, in milliseconds.
    took_ms: u64,
    /// How it ended: `delivered`, `found_delivered`, `found_missing`, `skipped`, `put_off`, `unknown`, `abandoned`, or
    /// `failed: ` with the kind of error.
    #[schema(example = "failed: unavailable")]
    outcome: String,
    /// What the partner said.
    summary: String,
}

impl From<Attempt> for AttemptView {
    fn from(attempt: Attempt) -> Self {
        let outcome = match attempt.outcome {
            AttemptOutcome::Delivered => "delivered".to_owned(),
            AttemptOutcome::FoundDelivered => "found_delivered".to_owned(),
            AttemptOutcome::FoundMissing => "found_missing".to_owned(),
            AttemptOutcome::Skipped => "skipped".to_owned(),
            AttemptOutcome::PutOff => "put_off".to_owned(),
            AttemptOutcome::Failed(kind) => format!("failed: {kind}"),
            AttemptOutcome::Unknown => "unknown".to_owned(),
            AttemptOutcome::Abandoned => "abandoned".to_owned(),
        };
        let Attempt { number, started_at, took_ms, summary, .. } = attempt;
        Self { number, started_at, took_ms, outcome, summary }
    }
}

/// A delivery with every try.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JobWithHistory {
    /// The delivery.
    pub(crate) job: JobView,
    /// Its tries, oldest first.
    attempts: Vec<AttemptView>,
}

impl JobWithHistory {
    /// What an inspection found, as it is at `now`.
    pub(crate) fn of((delivery, attempts): (Delivery, Vec<Attempt>), now: Timestamp) -> Self {
        Self { job: JobView::of(delivery, now), attempts: attempts.into_iter().map(Into::into).collect() }
    }
}

/// A page of deliveries, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JobPage {
    /// The deliveries.
    jobs: Vec<JobView>,
    /// What to send as `after` for the next page; null on the last.
    #[schema(required = true)]
    next: Option<Uuid>,
}

impl JobPage {
    /// A page that has room for `limit`.
    pub(crate) fn of(deliveries: Vec<Delivery>, limit: usize, now: Timestamp) -> Self {
        let last = deliveries.last().map(|delivery| delivery.id.uuid());
        let next = last.filter(|_| deliveries.len() == limit);
        Self { jobs: deliveries.into_iter().map(|delivery| JobView::of(delivery, now)).collect(), next }
    }
}

/// How many deliveries are in which state.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueueCounts {
    /// Due, and waiting for their turn.
    waiting: u64,
    /// Ready at a later moment.
    delayed: u64,
    /// In the hands of a worker.
    active: u64,
    /// Waiting or delayed in a queue that lets nothing leave.
    held: u64,
    /// Sent, with unknown end.
    in_doubt: u64,
    /// Given up.
    dead: u64,
}

/// Why a queue lets nothing leave.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HoldingView {
    /// `not_configured`, `paused` or `breaker_open`.
    #[schema(example = "breaker_open")]
    reason: &'static str,
    /// Since when, in UTC.
    #[schema(required = true)]
    pub(crate) since: Option<Timestamp>,
    /// When the partner is tried next, in UTC.
    #[schema(required = true)]
    probe_at: Option<Timestamp>,
    /// What the partner said last.
    #[schema(required = true)]
    pub(crate) detail: Option<String>,
}

impl From<Holding> for HoldingView {
    fn from(holding: Holding) -> Self {
        let (reason, since, probe_at, detail) = match holding {
            Holding::NotConfigured => ("not_configured", None, None, None),
            Holding::Paused { since } => ("paused", Some(since), None, None),
            Holding::BreakerOpen { since, probe_at, reason } => {
                ("breaker_open", Some(since), Some(probe_at), Some(reason))
            }
        };
        Self { reason, since, probe_at, detail }
    }
}

/// A queue and its figures.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueueView {
    /// Its name.
    #[schema(example = "crm")]
    pub(crate) queue: String,
    /// Whether its partner is set up here.
    pub(crate) configured: bool,
    /// Why it lets nothing leave; null when it runs.
    #[schema(required = true)]
    pub(crate) holding: Option<HoldingView>,
    /// Waiting and delayed together.
    pub(crate) queue_size: u64,
    /// In the hands of a worker.
    pub(crate) active_jobs: u64,
    /// How many are in which state.
    pub(crate) counts: QueueCounts,
    /// Given up.
    pub(crate) dead_letter_count: u64,
    /// Done within the last minute.
    done_per_minute: u64,
    /// The age of the oldest that is not done, in milliseconds; 0 when there is none.
    pub(crate) oldest_age_ms: u64,
    /// The age that 95 in 100 of those do not reach, in milliseconds; 0 when there is none.
    #[serde(rename = "retryAgeP95")]
    pub(crate) retry_age_p95: u64,
    /// The most attempts any of those has behind it.
    most_attempts: u32,
}

impl QueueView {
    /// The figures of a queue, what holds it, and whether a courier serves it.
    pub(crate) fn of(figures: &QueueFigures, holding: Option<Holding>, configured: bool) -> Self {
        let queue_size = figures.waiting + figures.delayed;
        Self {
            queue: figures.queue.to_string(),
            configured,
            queue_size,
            active_jobs: figures.active,
            counts: QueueCounts {
                waiting: figures.waiting,
                delayed: figures.delayed,
                active: figures.active,
                held: if holding.is_some() { queue_size } else { 0 },
                in_doubt: figures.in_doubt,
                dead: figures.dead,
            },
            holding: holding.map(Into::into),
            dead_letter_count: figures.dead,
            done_per_minute: figures.done_last_minute,
            oldest_age_ms: millis(figures.oldest_age),
            retry_age_p95: millis(figures.p95_age),
            most_attempts: figures.most_attempts,
        }
    }
}

impl QueueCounts {
    /// Each state with its count.
    pub(crate) fn states(&self) -> [(&'static str, u64); 6] {
        let Self { waiting, delayed, active, held, in_doubt, dead } = *self;
        [
            ("waiting", waiting),
            ("delayed", delayed),
            ("active", active),
            ("held", held),
            ("in_doubt", in_doubt),
            ("dead", dead),
        ]
    }
}

fn millis(age: Option<SignedDuration>) -> u64 {
    age.and_then(|age| u64::try_from(age.as_millis()).ok()).unwrap_or(0)
}

/// Every queue.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueueList {
    /// The queues, by name.
    pub(crate) queues: Vec<QueueView>,
    /// When these figures were taken, in UTC.
    pub(crate) generated_at: Timestamp,
}
