//! The proof of the ports: one suite, every adapter.
//!
//! A [`Case`] has the name of the promise it proves. A room lists its cases in `<room>/contract.rs`; an adapter's test
//! runs each on a fresh bench and reports it as `adapter::room::promise`. See `docs/adding/an-adapter.md`.

mod bench;
pub(crate) mod given;
pub mod idempotency;
pub mod store;

use std::future::Future;
use std::pin::Pin;

pub use bench::{House, Ports, Reopen, SpoolBench};

/// How a case ended; a broken promise panics with what was seen, an adapter's error comes back here.
pub type Outcome = Result<(), crate::error::PortError>;

/// A running case.
pub type Run = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// One promise with its proof on a bench of type `B`.
pub struct Case<B> {
    /// The promise's name.
    pub name: &'static str,
    /// Its proof.
    pub run: fn(B) -> Run,
}

/// Lists cases by the names of their functions.
#[macro_export]
macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        &[$($crate::contract::Case { name: stringify!($name), run: |bench| Box::pin($name(bench)) }),*]
    };
}
