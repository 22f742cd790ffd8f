//! What the benches share: a driver that posts over loopback, and a word about the machine.
//!
//! | Bench | What it measures | Beside what |
//! | --- | --- | --- |
//! | `rules` | nanoseconds per form, score and policy step | – (`criterion` keeps the last run) |
//! | `analysis` | microseconds per reading of an experiment's figures | – |
//! | `peeking` | how often looking early fools whom, and how soon a difference is found | the ordinary p-value |
//! | `delivery` | deliveries per second, lease to settled | bare SQL that does the same writes |
//! | `redis` | microseconds per limit check and per look into the cache | bare commands on a bare socket |
//! | `intake` | posts per second to a durable row, memory, start | the same server's empty answer, the old back end |
//! | `personalize` | `GET /personalize` per second, and what one costs | Express with the same look-up |
//! | `postgres_intake` | the same into Postgres | `pgbench` with the same inserts and as many clients |
//! | `postgres_delivery` | deliveries per second, pick-up, a million waiting | bare SQL that does the same writes |
//!
//! `growthbook/` is a workspace of its own: one assignment to a variant beside GrowthBook's own crate.

mod driver;
mod lane;
mod machine;
mod pages;
mod peer;
mod server;

pub use driver::{Load, Measured, drive};
pub use lane::{LANE, owe, telling_worker, work_off, worker};
pub use machine::{machine, processor_time};
pub use pages::{Pages, get};
pub use peer::Peer;
pub use server::{Memory, Server, build};
