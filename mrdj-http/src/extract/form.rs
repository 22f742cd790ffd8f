//! A form that somebody sent.

use axum::extract::{FromRequest, Request};
use mrdj_core::idempotency::Fingerprint;
use mrdj_core::leads::EnquiryForm;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{RawBody, SaidShown, read_object};
use crate::app::Shared;
use crate::problem::{Kind, Problem};

/// A form that somebody sent, with the fingerprint of the body it came in.
pub(crate) struct Submitted<F = EnquiryForm> {
    pub(crate) form: F,
    pub(crate) fingerprint: Fingerprint,
    /// What the page says that its sender had seen.
    pub(crate) shown: SaidShown,
}

impl<F: DeserializeOwned> FromRequest<Shared> for Submitted<F> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Problem> {
        let headers = request.headers().clone();
        let RawBody(body) = RawBody::from_request(request, app).await?;
        let object = read_object(&headers, &body)?;
        let shown = SaidShown::of(&object);
        // Every field takes any value, so that only two spellings of one field at once are left to complain about.
        let form = F::deserialize(Value::Object(object))
            .map_err(|_| Problem::new(Kind::Unreadable, "a field comes under two of its names"))?;
        Ok(Self { form, fingerprint: Fingerprint::of(&body), shown })
    }
}
