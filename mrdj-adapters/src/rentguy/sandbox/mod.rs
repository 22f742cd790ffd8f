//! A stand-in for RentGuy: its dialect over real HTTP on loopback.
//!
//! | Route | What it does |
//! | --- | --- |
//! | `POST /v1/leads` | takes a card, as the real one does, faults included |
//! | `GET /healthz`, `GET /readyz` | tell whether it lives, and whether its database does |
//! | `GET /mode`, `POST /mode` | show and turn how it misbehaves ([`Mode`](crate::sandbox::Mode)) |
//! | `GET /deliveries` | shows every request it received, and every card it has |
//! | `POST /reset` | forgets everything and behaves |
//!
//! Like the real one it checks no key, makes a tenant of any name, and answers 500 to what its database cannot hold.

mod book;
mod dialect;
mod stand_in;

pub use book::{Mailed, SeenRequest, StoredCard};
pub use stand_in::Sandbox;
