//! Database servers for tests and benches, started from the programs that are installed.
//!
//! The contract suite and most tests share the server that `TEST_POSTGRES_URL` names, each with a [`Database`] of its own;
//! tests that stop, kill or measure a server start a [`PostgresServer`] for themselves, and a [`Pooler`] stands before either.

mod database;
mod pooler;
mod postgres;
mod redis;

pub use database::{Database, TEST_POSTGRES_URL};
pub use pooler::Pooler;
pub use postgres::{PostgresServer, StopMode, programs};
pub use redis::{RedisServer, has_redis};
