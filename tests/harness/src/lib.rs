//! Real processes of mrdj, the partners they call and a client that may say anything, for the tests over them.
//!
//! `tests/process` has one server with its file; `tests/chaos` has servers and workers on one database.

mod http;
mod partners;
mod process;
mod program;
mod run;
mod server;
mod settings;
mod wait;

pub use http::{Answer, Line, deaf_post, post, request, talk};
pub use partners::Partners;
pub use process::{Ended, Process, rescued};
pub use program::Program;
pub use run::{needs, trial};
pub use server::{Server, enquiry};
pub use settings::settings;
pub use wait::until;
