//! Which operator acts.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::problem::{Kind, Problem};

/// The operator's name; the gate before operators' routes hands it on.
#[derive(Clone)]
pub(crate) struct Operator(pub(crate) String);

impl<S: Sync> FromRequestParts<S> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let operator = parts.extensions.get::<Self>().cloned();
        operator.ok_or_else(|| Problem::new(Kind::Fault, "this route lies behind no gate"))
    }
}
