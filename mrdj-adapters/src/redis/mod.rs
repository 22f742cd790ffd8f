//! Everything that is quick and shared: limits, cache, sessions, replay guard, and the bell between processes.
//!
//! Nothing of record lies here: a flush costs counts, cached values and logins, and no enquiry. [`Redis`] is the ports over
//! one line of commands: over sockets ([`Redis::connect`], with `fred`) or over REST for hosts without sockets (the folder
//! `upstash`, which has no bell). What to do while it is away is decided around it: `layers::Fallback`.
//!
//! Each call is one round trip; only forgetting goes through the keys (`SCAN`, never `KEYS`) and takes several. Ends of
//! windows and times of values are kept beside what they end, and count by the caller's clock; Redis' own expiry comes a
//! minute later and only clears away.
//!
//! | File | What is in it |
//! | --- | --- |
//! | `space.rs` | which keys are ours |
//! | `config.rs` | where Redis is, and how patient we are |
//! | `client.rs` | the sockets |
//! | `commands.rs` | what a line of commands is, sockets or REST |
//! | `error.rs` | its words for what went wrong, in ours |
//! | `open.rs` | the ports' common part |
//! | `limits.rs`, `cache.rs`, `auth.rs`, `webhooks.rs`, `observability.rs` | the ports |
//! | `bell.rs` | the bell |

mod auth;
#[cfg(feature = "redis")]
mod bell;
mod cache;
#[cfg(feature = "redis")]
mod client;
mod commands;
#[cfg(feature = "redis")]
mod config;
mod error;
mod limits;
mod observability;
mod open;
mod space;
mod stamp;
mod webhooks;

#[cfg(feature = "redis")]
pub use bell::RedisBell;
#[cfg(all(feature = "redis", feature = "upstash", feature = "sandbox"))]
pub(crate) use client::Sockets;
pub(crate) use commands::{Commands, Reply};
#[cfg(feature = "redis")]
pub use config::{Config, InvalidRedisUrl, RedisUrl};
pub(crate) use error::Fault;
pub use open::Redis;
pub use space::{InvalidSpace, Space};
