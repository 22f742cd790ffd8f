//! The caller's idempotency key.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use mrdj_core::idempotency::IdempotencyKey;

use crate::problem::{Kind, Problem};

const HEADER: &str = "idempotency-key";

/// The caller's idempotency key, not yet bound to an operation.
pub(crate) struct Key(Option<String>);

impl Key {
    /// The key within `operation`, if the caller gave one.
    pub(crate) fn within(self, operation: &str) -> Result<Option<IdempotencyKey>, Problem> {
        let parsed = self.0.map(|text| IdempotencyKey::parse(operation, &text)).transpose();
        parsed.map_err(|fault| Problem::new(Kind::Unreadable, fault.to_string()))
    }
}

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all(HEADER).iter();
        let (first, second) = (values.next(), values.next());
        if second.is_some() {
            return Err(Problem::new(Kind::Unreadable, "a request has one idempotency key"));
        }
        // What is no ASCII becomes something that `parse` refuses.
        Ok(Self(first.map(|value| value.to_str().unwrap_or_default().to_owned())))
    }
}
