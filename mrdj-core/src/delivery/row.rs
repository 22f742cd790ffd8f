//! One delivery and its life.

use std::ops::Range;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{LeaseToken, Order, Owed, QueueName};
use crate::chance::Chance;
use crate::error::ErrorKind;
use crate::id::Id;

/// The id of a [`Delivery`].
pub type DeliveryId = Id<Delivery>;

/// Something owed to somebody outside, and how far it has come.
///
/// It holds ids, not copies: what is sent is read when it is sent. The business fact it stands for is
/// `(subject, queue, kind, edition)`; a store keeps one delivery per fact, so owing twice is owing once.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// Its id; ids sort by age, and a queue serves the oldest first.
    pub id: DeliveryId,
    /// Where it waits.
    pub queue: QueueName,
    /// What the courier is to do, e.g. `lead.confirmation`.
    pub kind: String,
    /// The thing it is about, e.g. a lead's id.
    pub subject: Uuid,
    /// Which edition of that thing; a changed lead may owe a second notice.
    pub edition: u32,
    /// Further ids the courier needs; no personal data.
    pub payload: Value,
    /// When it became owed.
    pub created_at: Timestamp,
    /// How far it has come.
    pub state: State,
    /// How often it was tried, outages included.
    pub attempts: u32,
    /// How many tries count against the policy.
    pub failures: u32,
    /// Grows with each lease; a settlement with an older fence changes nothing.
    pub fence: u64,
}

/// The life of a delivery.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Waits for its moment, and then for its turn.
    Ready {
        /// Not before.
        at: Timestamp,
    },
    /// A worker has it.
    Leased {
        /// Until then, unless a heartbeat extends it.
        until: Timestamp,
        /// An earlier try ended in doubt: the courier asks before it sends.
        asking: bool,
    },
    /// It left the house and nobody knows how that ended.
    InDoubt {
        /// When the partner is asked; `None` when it cannot be, and a person has to decide.
        ask_at: Option<Timestamp>,
    },
    /// It arrived, or there was a good reason not to send it.
    Done {
        /// When.
        at: Timestamp,
        /// The partner's own id for it, if it gave one.
        receipt: Option<String>,
        /// Why it was not sent, when it was not.
        skipped: Option<String>,
    },
    /// Nobody will try again by himself.
    Dead {
        /// When it was given up.
        at: Timestamp,
        /// Why; no personal data.
        reason: String,
    },
}

/// The name of a state, as figures and filters use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
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

impl Status {
    /// Every status, in the order of a life.
    pub const ALL: [Self; 6] = [Self::Waiting, Self::Delayed, Self::Active, Self::InDoubt, Self::Done, Self::Dead];

    /// Its word, as it appears in addresses and figures.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delayed => "delayed",
            Self::Active => "active",
            Self::InDoubt => "in_doubt",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }
}

/// How a lease ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// The partner has it.
    Delivered {
        /// Its own id for it, if it gave one.
        receipt: Option<String>,
    },
    /// There was a good reason not to send it.
    Skipped {
        /// Which; no personal data.
        reason: String,
    },
    /// Another turn.
    Again {
        /// Not before.
        at: Timestamp,
        /// Whether this try counts against the policy.
        counted: bool,
    },
    /// Nobody knows how it ended.
    InDoubt {
        /// When to ask; `None` when the partner cannot be asked.
        ask_at: Option<Timestamp>,
        /// Whether this try counts against the policy.
        counted: bool,
    },
    /// Nobody will try again by himself.
    Dead {
        /// Why; no personal data.
        reason: String,
    },
}

/// The delivery is not in the hands of a worker, so no lease can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a delivery that is not leased cannot be settled")]
pub struct NotLeased;

/// A worker has the delivery, or its state leaves nothing for that order to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the delivery is not in a state for that order")]
pub struct OrderRefused;

impl Delivery {
    /// A delivery of what is `owed` by `subject` from `now` on.
    pub fn new(owed: Owed, subject: Uuid, now: Timestamp, chance: &dyn Chance) -> Self {
        let at = now.checked_add(owed.after).unwrap_or(Timestamp::MAX);
        Self {
            id: Id::new(now, chance),
            queue: owed.queue,
            kind: owed.kind,
            subject,
            edition: owed.edition,
            payload: owed.payload,
            created_at: now,
            state: State::Ready { at },
            attempts: 0,
            failures: 0,
            fence: 0,
        }
    }

    /// The token of the running lease.
    pub fn token(&self) -> LeaseToken {
        LeaseToken { id: self.id, fence: self.fence }
    }

    /// Whether an earlier try ended in doubt and the courier has to ask first.
    pub fn asking(&self) -> bool {
        matches!(self.state, State::Leased { asking: true, .. })
    }

    /// The name of its state at `now`.
    pub fn status(&self, now: Timestamp) -> Status {
        match self.state {
            State::Ready { at } if at > now => Status::Delayed,
            State::Ready { .. } => Status::Waiting,
            State::Leased { .. } => Status::Active,
            State::InDoubt { .. } => Status::InDoubt,
            State::Done { .. } => Status::Done,
            State::Dead { .. } => Status::Dead,
        }
    }

    /// Gives it into the hands of a worker until `until`.
    #[must_use]
    pub fn lease(mut self, until: Timestamp) -> Self {
        let asking = matches!(self.state, State::InDoubt { .. });
        self.state = State::Leased { until, asking };
        self.fence += 1;
        self
    }

    /// Ends a lease at `now`.
    pub fn settle(mut self, ending: Ending, now: Timestamp) -> Result<Self, NotLeased> {
        if !matches!(self.state, State::Leased { .. }) {
            return Err(NotLeased);
        }
        self.attempts += 1;
        self.state = match ending {
            Ending::Delivered { receipt } => State::Done { at: now, receipt, skipped: None },
            Ending::Skipped { reason } => State::Done { at: now, receipt: None, skipped: Some(reason) },
            Ending::Again { at, counted } => {
                self.failures += u32::from(counted);
                State::Ready { at }
            }
            Ending::InDoubt { ask_at, counted } => {
                self.failures += u32::from(counted);
                State::InDoubt { ask_at }
            }
            Ending::Dead { reason } => State::Dead { at: now, reason },
        };
        Ok(self)
    }

    /// Takes back a lease that ran out by `now`, with the line it adds to the history; `None` when none did.
    ///
    /// It may have been carried, so it is asked about at once; the partner is not to blame, so no failure is counted.
    #[must_use]
    pub fn rescue(&self, now: Timestamp) -> Option<(Self, Attempt)> {
        let State::Leased { until, .. } = self.state else {
            return None;
        };
        if until > now {
            return None;
        }
        let rescued = self.clone().settle(Ending::InDoubt { ask_at: Some(now), counted: false }, now).ok()?;
        // When the try began is not known; the lease's end is the last that is.
        Some((rescued, self.tried(AttemptOutcome::Abandoned, until..until, "the worker vanished")))
    }

    /// The try under the lease that runs, as the history keeps it; `summary` holds no personal data.
    #[must_use]
    pub fn tried(&self, outcome: AttemptOutcome, during: Range<Timestamp>, summary: impl Into<String>) -> Attempt {
        Attempt {
            delivery: self.id,
            number: self.attempts + 1,
            started_at: during.start,
            took_ms: u64::try_from(during.end.duration_since(during.start).as_millis()).unwrap_or(0),
            outcome,
            summary: summary.into(),
        }
    }

    /// Carries out an operator's order at `now`; `None` when it is forgotten by that.
    pub fn obey(self, order: Order, now: Timestamp) -> Result<Option<Self>, OrderRefused> {
        match (order, &self.state) {
            (_, State::Leased { .. }) | (Order::Replay, State::Done { .. }) => Err(OrderRefused),
            (Order::Remove, _) => Ok(None),
            (Order::Replay, _) => Ok(Some(Self { state: State::Ready { at: now }, failures: 0, ..self })),
            (Order::Accept, State::InDoubt { .. }) => {
                Ok(Some(Self { state: State::Done { at: now, receipt: None, skipped: None }, ..self }))
            }
            (Order::Accept, _) => Err(OrderRefused),
        }
    }

    /// The same, ready at `now`, where it was put off or dead; a dead one starts with no failures.
    #[must_use]
    pub fn hurry(self, now: Timestamp) -> Option<Self> {
        let failures = match self.state {
            State::Ready { at } if at > now => self.failures,
            State::Dead { .. } => 0,
            _ => return None,
        };
        Some(Self { state: State::Ready { at: now }, failures, ..self })
    }
}

/// One try, as the history keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Which delivery.
    pub delivery: DeliveryId,
    /// The how-manieth try, from 1.
    pub number: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// What the partner said, in words an operator may read; no personal data.
    pub summary: String,
}

/// How one try ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptOutcome {
    /// The partner has it.
    Delivered,
    /// It had it already, from an earlier try.
    FoundDelivered,
    /// The partner was asked and does not have it.
    FoundMissing,
    /// There was a good reason not to send it.
    Skipped,
    /// Put off without counting, as when a budget is spent for the hour.
    PutOff,
    /// It failed for this reason.
    Failed(ErrorKind),
    /// Nobody knows.
    Unknown,
    /// The worker vanished while it had the lease.
    Abandoned,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    use crate::delivery::Owed;

    struct Fixed;
    impl Chance for Fixed {
        fn bits(&self) -> u64 {
            7
        }
    }

    fn owed() -> Delivery {
        Delivery::new(Owed::now(QueueName::new("crm"), "lead.card"), Uuid::nil(), Timestamp::UNIX_EPOCH, &Fixed)
    }

    fn later(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    #[test]
    fn what_is_not_leased_cannot_be_settled() {
        assert_eq!(owed().settle(Ending::Delivered { receipt: None }, later(1)), Err(NotLeased));
    }

    #[test]
    fn an_outage_counts_as_an_attempt_and_not_as_a_failure() {
        let ending = Ending::Again { at: later(15), counted: false };
        let delivery = owed().lease(later(60)).settle(ending, later(1)).expect("leased");
        assert_eq!((delivery.attempts, delivery.failures, delivery.fence), (1, 0, 1));
        assert_eq!((delivery.status(later(1)), delivery.status(later(15))), (Status::Delayed, Status::Waiting));
    }

    #[test]
    fn a_lease_runs_out_at_its_end_and_blames_nobody() {
        let leased = owed().lease(later(60));
        assert_eq!(leased.rescue(later(59)), None);
        let (rescued, attempt) = leased.rescue(later(60)).expect("run out");
        assert_eq!(rescued.state, State::InDoubt { ask_at: Some(later(60)) });
        assert_eq!((rescued.attempts, rescued.failures, attempt.number), (1, 0, 1));
    }

    #[test]
    fn only_a_doubt_is_taken_as_arrived() {
        let dead =
            Delivery { state: State::Dead { at: later(1), reason: "refused".to_owned() }, failures: 5, ..owed() };
        assert_eq!(dead.clone().obey(Order::Accept, later(2)), Err(OrderRefused));
        let replayed = dead.obey(Order::Replay, later(2)).expect("dead").expect("kept");
        assert_eq!((replayed.state, replayed.failures), (State::Ready { at: later(2) }, 0));
    }

    #[test]
    fn hurrying_gives_no_further_tries_to_what_was_put_off() {
        let put_off = Delivery { state: State::Ready { at: later(60) }, failures: 4, ..owed() };
        let hurried = put_off.hurry(later(5)).expect("put off");
        assert_eq!((hurried.state.clone(), hurried.failures), (State::Ready { at: later(5) }, 4));
        assert_eq!(hurried.hurry(later(5)), None, "due already");
    }
}
