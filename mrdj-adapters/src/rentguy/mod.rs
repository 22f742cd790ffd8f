//! The CRM RentGuy: one card per enquiry through `POST {base}/leads`.
//!
//! What it stores of a card is reference, person, source, status and event type; day, package and message reach its staff
//! in a mail and are then forgotten there, so our own store stays the one that knows. It recognises a repeated reference,
//! whatever the tenant, and its first write wins.
//!
//! | File | What is in it |
//! | --- | --- |
//! | `config.rs` | where it is, which key, which tenant |
//! | `client.rs` | the calls |
//! | `wire.rs` | its words |
//! | `error.rs` | its answers, one by one |
//! | `crm.rs` | the port |
//! | `sandbox.rs` | a stand-in that speaks its dialect |

mod client;
mod config;
mod crm;
mod error;
#[cfg(feature = "sandbox")]
mod sandbox;
mod wire;

pub use config::{Config, InvalidWorkspace, Workspace};
pub use crm::RentGuy;
#[cfg(feature = "sandbox")]
pub use sandbox::{Mailed, Sandbox, SeenRequest, StoredCard};
