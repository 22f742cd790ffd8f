//! The one HTTP client of the house.
//!
//! Every partner is called through [`Outbound`]: one budget of time for a whole call, no redirect followed, no answer
//! larger than agreed, `Retry-After` read, and no address, query or body in any log or error. What a caller needs to know
//! of a failure is whether the request may have arrived, and [`OutboundError::sent`] says so.

mod answer;
mod base_url;
mod client;
mod error;
mod stranger;

pub use answer::Answer;
pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use client::{Call, Config, Outbound};
pub use error::{Fault, OutboundError};
pub use stranger::Stranger;
