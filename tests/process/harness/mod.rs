//! What the tests over a real server process share: the server, its partners, a client that may say anything.

mod http;
mod load;
mod partners;
mod program;
mod run;
mod server;
mod tally;
mod wait;

pub(crate) use http::{Answer, Line, deaf_post, post, request, talk};
pub(crate) use load::Load;
pub(crate) use partners::Partners;
pub(crate) use run::{needs, trial};
pub(crate) use server::{House, Server, enquiry};
pub(crate) use tally::Tally;
pub(crate) use wait::until;
