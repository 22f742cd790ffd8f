//! The store of record in Postgres, for more than one process or machine: every port of record.
//!
//! Each process has one connection that commits decisions, many in one transaction; whatever else is written goes through
//! a pool, each transaction on a task of its own, so that a caller who goes away leaves none open. What two processes
//! must not decide at once is held by advisory locks that end with the transaction.
//!
//! Opening waits for nothing: a server starts while Postgres is away, and the schema is brought up to date by the first
//! call that reaches it.

mod bell;
mod bookings;
mod clock;
mod config;
mod contacts;
mod delivery;
mod desk;
mod error;
mod experiments;
mod exposures;
mod funnel;
mod idempotency;
mod leads;
mod locks;
mod migrations;
mod observability;
mod open;
mod outcome;
mod partners;
mod post_office;
mod row;
mod schedules;
mod session;
mod store;
mod webhooks;
mod writer;

pub use bell::PostgresBell;
pub use clock::PostgresClock;
pub use config::{Config, InvalidUrl, PoolMode};
pub use migrations::Migrations;
pub use open::Postgres;
