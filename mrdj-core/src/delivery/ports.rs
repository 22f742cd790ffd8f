//! What delivery needs of a store, as promises; each bears the name of its case in [`contract`](super).

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{Attempt, Delivery, DeliveryId, Ending, QueueName, QueueState, Status, Tick};
use crate::error::PortError;

/// What a worker asks of a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct LeaseAsk {
    /// Which queue.
    pub queue: QueueName,
    /// At most so many.
    pub limit: usize,
    /// For so long.
    pub term: SignedDuration,
    /// The present moment.
    pub now: Timestamp,
}

/// Proof of holding a lease; it is worth nothing once the delivery was leased again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LeaseToken {
    /// Which delivery.
    pub id: DeliveryId,
    /// The fence it was leased under.
    pub fence: u64,
}

/// How one lease ended, with the line it adds to the history.
#[derive(Clone, Debug, PartialEq)]
pub struct Settlement {
    /// The lease.
    pub token: LeaseToken,
    /// How it ended.
    pub ending: Ending,
    /// The try, for the history.
    pub attempt: Attempt,
}

/// What became of a [`Settlement`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is recorded.
    Recorded,
    /// The lease was no longer this worker's; nothing changed.
    Stale,
}

/// Deliveries waiting for their turn, shared by every worker.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait DeliveryQueue: Send + Sync {
    /// Leases deliveries of one queue that are due, or in doubt and due to be asked about.
    ///
    /// - `lease_takes_the_oldest_first`: at most `limit`, by id, those put off into the future left out.
    /// - `lease_is_exclusive`: no delivery is in two running leases.
    /// - `lease_raises_the_fence`: each lease of a delivery has a higher fence than the one before.
    /// - `lease_says_whether_to_ask`: what was in doubt comes back as asking.
    async fn lease(&self, ask: &LeaseAsk) -> Result<Vec<Delivery>, PortError>;

    /// Extends leases until `until`; the answer names those still held.
    ///
    /// - `heartbeat_keeps_a_lease`: an extended lease outlives its first term.
    /// - `heartbeat_tells_of_a_lost_lease`: a stale token is not extended and not in the answer.
    async fn extend(&self, leases: &[LeaseToken], until: Timestamp) -> Result<Vec<LeaseToken>, PortError>;

    /// Records how leases ended, each for itself, and answers in the same order.
    ///
    /// - `settle_records_every_ending`: each [`Ending`] leads to the state that [`Delivery::settle`] gives.
    /// - `settle_writes_the_history`: each attempt can be read back.
    /// - `stale_settle_changes_nothing`: a lease that was taken over is [`Settled::Stale`], neighbours are recorded.
    async fn settle(&self, settlements: Vec<Settlement>, now: Timestamp) -> Result<Vec<Settled>, PortError>;

    /// Takes back leases that ran out, and answers with how many.
    ///
    /// - `rescue_puts_lost_leases_in_doubt`: an expired lease may have been carried, so it is asked about first, as
    ///   [`Delivery::rescue`] says, and the history tells of the vanished worker.
    /// - `rescue_leaves_running_leases`: a running lease stays where it is.
    async fn rescue(&self, now: Timestamp) -> Result<u64, PortError>;

    /// What all workers share about each queue that was ever touched.
    async fn queues(&self) -> Result<Vec<QueueState>, PortError>;

    /// Keeps `state` with its version raised by one, and answers whether it was the newest.
    ///
    /// - `queue_state_is_kept`: what was kept comes back, with the next version.
    /// - `queue_state_moves_once`: of two states with one version only the first is kept.
    async fn keep(&self, state: &QueueState) -> Result<bool, PortError>;

    /// Forgets up to `limit` deliveries that were done before `before`, those done first first, and answers with how many.
    ///
    /// - `prune_forgets_the_done`: with their history, and their facts may be owed again; what is open, in doubt, dead or
    ///   younger stays as it is.
    async fn prune(&self, before: Timestamp, limit: usize) -> Result<u64, PortError>;
}

/// Which deliveries an operator wants to see.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Only of this queue.
    pub queue: Option<QueueName>,
    /// Only in this state.
    pub status: Option<Status>,
    /// Only about this thing.
    pub subject: Option<Uuid>,
    /// Only those after this one: the last of the page before.
    pub after: Option<DeliveryId>,
}

/// What an operator wants done with one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Make it ready now with its count of failures at zero; a doubt is taken as "it did not arrive".
    Replay,
    /// Take it as arrived; for a doubt that a person has cleared up.
    Accept,
    /// Forget it, history and all.
    Remove,
}

/// The figures of one queue.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueFigures {
    /// Which queue.
    pub queue: QueueName,
    /// Due, and waiting for their turn.
    pub waiting: u64,
    /// Ready at a later moment.
    pub delayed: u64,
    /// In the hands of a worker.
    pub active: u64,
    /// Sent, with unknown end.
    pub in_doubt: u64,
    /// Given up.
    pub dead: u64,
    /// Done within the last minute.
    pub done_last_minute: u64,
    /// The age of the oldest that is waiting, delayed, active or in doubt.
    pub oldest_age: Option<SignedDuration>,
    /// Of those, the age that 95 in 100 do not reach.
    pub p95_age: Option<SignedDuration>,
    /// The most attempts any of those has behind it.
    pub most_attempts: u32,
}

/// What an operator sees and does.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait DeliveryDesk: Send + Sync {
    /// Finds one delivery.
    async fn find(&self, id: DeliveryId) -> Result<Option<Delivery>, PortError>;

    /// Lists at most `limit` deliveries, oldest first.
    ///
    /// - `list_filters_and_pages`: every filter holds, and following `after` shows each once.
    async fn list(&self, filter: &Filter, limit: usize, now: Timestamp) -> Result<Vec<Delivery>, PortError>;

    /// The history of one delivery, oldest try first.
    async fn attempts(&self, id: DeliveryId) -> Result<Vec<Attempt>, PortError>;

    /// Carries out an order and answers with the delivery as it was before, or `None` when it is not there.
    ///
    /// - `replay_wakes_the_dead`: a dead delivery is ready again, its failures at zero, its history kept.
    /// - `accept_settles_a_doubt`: a delivery in doubt is done.
    /// - `remove_forgets`: neither the delivery nor its history is found, and its fact may be owed again.
    /// - `orders_leave_active_deliveries`: what a worker holds is a `Conflict`, as is whatever else
    ///   [`Delivery::obey`] refuses: replaying what is done, accepting what is in no doubt.
    async fn order(&self, id: DeliveryId, order: Order, now: Timestamp) -> Result<Option<Delivery>, PortError>;

    /// Makes up to `limit` delayed and dead deliveries of a queue ready now, oldest first, and answers with their ids.
    ///
    /// - `hurry_takes_the_delayed_and_the_dead`: each is as [`Delivery::hurry`] makes it; whatever else is left alone.
    async fn hurry(&self, queue: &QueueName, limit: usize, now: Timestamp) -> Result<Vec<DeliveryId>, PortError>;

    /// The figures of every queue that holds a delivery.
    ///
    /// - `figures_count_each_state`: a delivery is counted once, under its status at `now`.
    async fn figures(&self, now: Timestamp) -> Result<Vec<QueueFigures>, PortError>;
}

/// How far schedules have come; [`Store::commit`](crate::store::Store::commit) moves them on.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ScheduleBook: Send + Sync {
    /// The last tick of every schedule that ever had one, by name.
    ///
    /// - `last_ticks_come_back_as_committed`: one for each schedule, to the microsecond, with the line it had.
    async fn last_ticks(&self) -> Result<Vec<Tick>, PortError>;
}

/// Wakes whoever waits for deliveries; only a hint, for which a poll is the net.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Bell: Send + Sync {
    /// Says that something is due.
    fn ring(&self);

    /// Returns at the next ring, or at once when it rang since the last wait.
    async fn wait(&self);
}
