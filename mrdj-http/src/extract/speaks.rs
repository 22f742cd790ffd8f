//! The visitor's language.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use mrdj_core::messages::Language;

/// The language that the visitor's browser asks for.
#[derive(Clone, Copy)]
pub(crate) struct Speaks(pub(crate) Language);

impl Speaks {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self::wishing(headers.get(ACCEPT_LANGUAGE))
    }

    /// The language that the value of an `Accept-Language` asks for.
    pub(crate) fn wishing(wishes: Option<&HeaderValue>) -> Self {
        let wishes = wishes.and_then(|wishes| wishes.to_str().ok());
        Self(wishes.map(Language::prefer).unwrap_or_default())
    }
}

impl<S: Sync> FromRequestParts<S> for Speaks {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}
