//! What all stand-ins share: a server on loopback that can be told to misbehave.
//!
//! A stand-in is a router that speaks a partner's dialect. [`Knobs::over`] lays the misbehaviour over its routes,
//! [`Knobs::routes`] lets it be turned from outside, [`Server`] puts it on a port, and [`Record`] keeps what came in.
//!
//! ```text
//! curl -X POST $STAND_IN/mode -H 'Content-Type: application/json' -d '{"mode":"answer","status":503,"times":2}'
//! curl -X POST $STAND_IN/mode -H 'Content-Type: application/json' -d '{"mode":"cut_after_accepting","times":1}'
//! ```

mod knobs;
mod line;
mod mode;
mod record;
mod server;
#[cfg(any(feature = "captcha", feature = "postmark", feature = "rentguy"))]
mod shared;

pub use knobs::Knobs;
pub use line::Line;
pub use mode::{Mode, Order};
pub use record::Record;
pub use server::Server;
#[cfg(any(feature = "captcha", feature = "postmark", feature = "rentguy"))]
pub(crate) use shared::Shared;
