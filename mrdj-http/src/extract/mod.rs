//! What routes take out of a request; whatever cannot be taken is a problem document.

mod body;
mod client;
mod cookie;
mod credentials;
mod form;
mod key;
mod known;
mod object;
mod operator;
mod params;
mod shown;
mod speaks;
mod visitor;

pub(crate) use body::{BeaconBody, RawBody};
pub(crate) use client::{Client, client_of};
pub(crate) use cookie::{cookie, set_cookie};
pub(crate) use credentials::Credentials;
pub(crate) use form::Submitted;
pub(crate) use key::Key;
pub(crate) use known::has_already;
pub(crate) use object::{decode, read_object, read_told};
pub(crate) use operator::Operator;
pub(crate) use params::{Parts, Path, Query};
pub(crate) use shown::SaidShown;
pub(crate) use speaks::Speaks;
pub(crate) use visitor::Visiting;
