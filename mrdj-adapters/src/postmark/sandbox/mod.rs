//! A stand-in for Postmark: its dialect over real HTTP on loopback.
//!
//! | Route | What it does |
//! | --- | --- |
//! | `POST /email` | takes a message, or refuses it as the real one does |
//! | `GET /messages/outbound` | searches what it took by metadata |
//! | `GET /mode`, `POST /mode` | show and turn how it misbehaves ([`Mode`](crate::sandbox::Mode)) |
//! | `POST /inactive` | adds `{"addresses":[…]}` that get nothing, as after a bounce |
//! | `GET /sent` | shows every mail it took, oldest first |
//! | `POST /reset` | forgets everything and behaves |
//!
//! It takes one token of its own, and Postmark's test token, whose mails pass every check and are kept nowhere. Unlike the
//! real one it refuses fields it does not know, so that a misspelt one is noticed. Its clock stands still.

mod dialect;
mod mailbag;
mod stand_in;

pub use mailbag::{SentFile, SentMail};
pub use stand_in::Sandbox;
