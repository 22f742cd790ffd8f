//! Decorators for any port: the same promises, with something around each call.
//!
//! [`Wrapped`] is every port that it wraps, and [`Around`] says what happens before and after a call: [`Traced`] tells
//! the log, [`Timed`] hands durations to a [`Recorder`], [`Faulty`] breaks calls by a seed. Layers stack, and the order
//! matters: `Timed` around `Faulty` counts the faults, `Faulty` around `Timed` hides them from the count.
//!
//! [`Fallback`] and [`CacheFallback`] stand between a server that may be away and a second in the process; [`Outage`] is what
//! they know of it together.
//!
//! ```
//! use std::sync::Arc;
//! use mrdj_adapters::layers::{Traced, Wrapped};
//! use mrdj_core::{clock::Clock, store::Store};
//!
//! fn traced(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Arc<dyn Store> {
//!     Arc::new(Wrapped::new(store, Arc::new(Traced), clock))
//! }
//! ```

mod around;
mod fallback;
mod fallback_cache;
mod faulty;
mod outage;
mod ports;
mod timed;
mod traced;
mod wrapped;

pub use around::{Around, Call};
pub use fallback::Fallback;
pub use fallback_cache::CacheFallback;
pub use faulty::{Faulty, Rates};
pub use outage::Outage;
pub use timed::{Recorder, Timed};
pub use traced::Traced;
pub use wrapped::Wrapped;
