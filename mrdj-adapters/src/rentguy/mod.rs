//! The CRM RentGuy: one card per enquiry through `POST {base}/leads`.
//!
//! What it stores of a card is reference, person, source, status and event type; day, package and message reach its staff
//! in a mail and are then forgotten there, so our own store stays the one that knows. It recognises a repeated reference,
//! whatever the tenant, and its first write wins.
//!
//! A booking has no route of its own there, and becomes a project: [`Projects`]. A CRM that speaks the dialect of RentGuy's
//! mock takes it as such: [`PostedBookings`].
//!
//! | File | What is in it |
//! | --- | --- |
//! | `config.rs` | where it is, which key, which tenant |
//! | `client.rs`, `session.rs` | the calls, with a key and with a login |
//! | `wire.rs`, `wire_booking.rs`, `wire_project.rs` | its words |
//! | `notes.rs` | our mark in the notes of a project |
//! | `error.rs` | its answers, one by one |
//! | `crm.rs`, `bookings.rs`, `projects.rs` | the ports |
//! | `sandbox.rs` | a stand-in that speaks its dialect |

mod bookings;
mod client;
mod config;
mod crm;
mod error;
mod notes;
mod projects;
#[cfg(feature = "sandbox")]
mod sandbox;
mod session;
mod wire;
mod wire_booking;
mod wire_project;

pub use bookings::PostedBookings;
pub use config::{Config, InvalidWorkspace, ServiceAccount, Workspace};
pub use crm::RentGuy;
pub use projects::Projects;
#[cfg(feature = "sandbox")]
pub use sandbox::{Mailed, Sandbox, SeenRequest, StoredCard, StoredProject};
