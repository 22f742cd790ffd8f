//! Redis over Upstash's REST protocol, for hosts that open no sockets.
//!
//! A command is a JSON array in a `POST`, the reply an object with `result` or `error`. [`Upstash::connect`] gives the same
//! [`Redis`](crate::redis::Redis) as sockets do, with the same keys and the same one round trip per call. What it cannot do:
//! REST has no subscription, so there is no bell; workers in other processes then find what is due by their poll.
//!
//! | File | What is in it |
//! | --- | --- |
//! | `config.rs` | where it is, which token |
//! | `client.rs` | the calls |
//! | `wire.rs` | its words |
//! | `sandbox.rs` | a stand-in that speaks the protocol and hands the commands to a real Redis |

mod client;
mod config;
#[cfg(all(feature = "redis", feature = "sandbox"))]
mod sandbox;
mod wire;

pub use client::Upstash;
pub use config::Config;
#[cfg(all(feature = "redis", feature = "sandbox"))]
pub use sandbox::{NotStarted, Sandbox};
