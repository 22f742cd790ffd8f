//! Subscribers to what happens here, such as n8n: Standard Webhooks out.
//!
//! | File | What is in it |
//! | --- | --- |
//! | `config.rs` | where it is, which secrets |
//! | `hook.rs` | the port |
//! | `error.rs` | its answers → kind and remedy |
//! | `sandbox.rs` | a stand-in that verifies what it is told |

mod config;
mod error;
mod hook;
#[cfg(feature = "sandbox")]
mod sandbox;

pub use config::{Config, HookUrl, InvalidHookUrl};
pub use hook::Hook;
#[cfg(feature = "sandbox")]
pub use sandbox::{HeardEvent, Sandbox};
