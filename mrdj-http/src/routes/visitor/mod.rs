//! What a visitor chose so far, kept for a day under a cookie of his own.

mod cookie;
mod session;
mod wizard;

pub(crate) use session::*;
pub(crate) use wizard::*;
