//! Every port of record in the process's memory, with a limiter, a cache, sessions, a replay guard and a spool beside it.
//!
//! What is written here ends with the process: it is for tests, for trying things out, and as the plainest reading of
//! what the ports promise. What stands beside the record loses nothing of it, and serves wherever there is one process, or
//! while Redis is away; each has a ceiling, so that strangers cannot fill the memory.

mod auth;
mod bookings;
mod cache;
mod contacts;
mod delivery;
mod desk;
mod experiments;
mod funnel;
mod idempotency;
mod leads;
mod limits;
mod partners;
mod post_office;
mod spool;
mod state;
mod store;
mod webhooks;

pub use state::Memory;
