//! Who is logged in.

#[cfg(feature = "contract")]
pub mod contract;
mod ports;
mod session;

#[cfg(feature = "mocks")]
pub use ports::MockSessionStore;
pub use ports::{MAX_SESSION_BYTES, SessionStore};
pub use session::{InvalidSessionId, SessionId};
