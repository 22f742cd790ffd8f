//! What we owe others leaves the house, at least once, and as they see it once.
//!
//! A [`Delivery`] is a row written by the same commit as the fact that causes it. A [`Worker`] turn leases what is due,
//! lets the [`Courier`] of its queue carry it, and settles how that ended. The room knows no lead and no partner.
//!
//! ```text
//!            ┌────────── held (partner not configured, paused, or breaker open) ◀─┐
//!            ▼                                                                     │
//! written ▶ ready(at) ──lease──▶ leased(until, fence) ──delivered──▶ done          │
//!            ▲   ▲                   │   │                                         │
//!            │   └──try again────────┘   ├──ask first──▶ in doubt ──found──▶ done  │
//!            │      (policy, Retry-After)│                   └──not found──▶ ready │
//!            └──replay── dead ◀──give up─┘                                         │
//!                 ▲          └── or policy spent ──────────────────────────────────┘
//! ```
//!
//! *Held* is a state of the queue, not of the delivery: nothing is written to a million rows when a partner goes away.
//! An outage, however long, spends no delivery's attempts; a partner that answers with errors does.
//!
//! What is owed by the clock is a [`Schedule`]: a [`Scheduler`] turn owes its latest occurrence, in one commit with the
//! [`Tick`] that keeps any other runner from owing it, too.

mod breaker;
#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "contract")]
pub mod contract_desk;
#[cfg(feature = "contract")]
pub mod contract_schedules;
mod courier;
mod cron;
mod desk;
mod held;
mod occurrences;
mod owed;
mod policy;
mod ports;
mod queue;
mod row;
mod schedule;
mod scheduler;
mod spare;
mod verdict;
mod worker;

pub use breaker::{Allowance, Breaker, BreakerRule, Open};
#[cfg(feature = "mocks")]
pub use courier::MockCourier;
pub use courier::{Carried, Courier, Found, Recall};
pub use desk::{Desk, Flushed};
pub use owed::{Owed, Owes};
#[cfg(feature = "mocks")]
pub use policy::MockRetryPolicy;
pub use policy::{Backoff, RetryPolicy};
pub use ports::{
    Bell, DeliveryDesk, DeliveryQueue, Filter, LeaseAsk, LeaseToken, Order, QueueFigures, ScheduleBook, Settled,
    Settlement,
};
#[cfg(feature = "mocks")]
pub use ports::{MockBell, MockDeliveryDesk, MockDeliveryQueue, MockScheduleBook};
pub use queue::{Holding, QueueName, QueueRule, QueueState, Rate};
pub use row::{Attempt, AttemptOutcome, Delivery, DeliveryId, Ending, NotLeased, OrderRefused, State, Status};
pub use schedule::{InvalidSchedule, Schedule, ScheduleName, Step, Tick};
pub use scheduler::{ScheduleReport, Scheduler};
pub use verdict::{Verdict, unasked, verdict};
pub use worker::{QueueReport, TurnReport, Worker};
