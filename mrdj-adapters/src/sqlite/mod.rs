//! The embedded store of record: one SQLite file, every port of record; and the spool, in a file of its own.
//!
//! One connection writes, a few read. Decisions that arrive while a transaction is on its way wait for the next and go
//! together: no delay when idle, a multiple of the throughput when busy. When one of them cannot be true, the others are
//! committed without it. The file runs in WAL mode with `synchronous=FULL`: what was answered is on disk.

mod bookings;
mod bulk;
mod contacts;
mod delivery;
mod desk;
mod error;
mod experiments;
mod exposures;
mod funnel;
mod idempotency;
mod leads;
mod observability;
mod open;
mod partners;
mod post_office;
mod row;
mod schedules;
mod spool;
mod store;
mod webhooks;
mod writer;

pub use open::{Config, Migrations, Sqlite};
pub use spool::SqliteSpool;
