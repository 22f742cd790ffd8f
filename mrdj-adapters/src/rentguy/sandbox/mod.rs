//! A stand-in for RentGuy: its dialect over real HTTP on loopback.
//!
//! | Route | What it does |
//! | --- | --- |
//! | `POST /v1/leads` | takes a card, as the real one does, faults included |
//! | `POST /api/v1/auth/login` | gives the one account a token |
//! | `GET`, `POST /api/v1/projects`, `GET /api/v1/projects/{id}`, `PUT …/{id}/dates` | keep projects, whole and for whom is logged in |
//! | `POST /bookings` | takes a booking, as RentGuy's own mock does |
//! | `GET /healthz`, `GET /readyz` | tell whether it lives, and whether its database does |
//! | `GET /mode`, `POST /mode` | show and turn how it misbehaves ([`Mode`](crate::sandbox::Mode)) |
//! | `GET /reading/mode`, `POST /reading/mode` | the same for its login and for what only asks |
//! | `GET /deliveries` | shows every request for a card it received, and every card, project and booking it has |
//! | `POST /reset` | forgets everything and behaves |
//!
//! Like the real one it checks no key of a card, makes a tenant of any name, and answers 500 to what its database cannot hold.

mod book;
mod dialect;
mod mock;
mod planning;
mod project;
mod stand_in;

pub use book::{Mailed, SeenRequest, StoredCard};
pub use project::StoredProject;
pub use stand_in::Sandbox;
