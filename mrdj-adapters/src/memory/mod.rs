//! Every port of record in the process's memory, with a limiter, a cache and a spool beside it.
//!
//! What is written here ends with the process: it is for tests, for trying things out, and as the plainest reading of
//! what the ports promise. Limiter and cache lose nothing of record, and serve wherever there is one process; both have
//! a ceiling, so that strangers cannot fill the memory.

mod cache;
mod contacts;
mod delivery;
mod desk;
mod idempotency;
mod leads;
mod limits;
mod post_office;
mod spool;
mod state;
mod store;

pub use state::Memory;
