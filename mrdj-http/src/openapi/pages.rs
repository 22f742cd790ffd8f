//! The document as it is sent.

use axum::body::Bytes;
use serde_json::Value;

use super::page::{STYLE, render};
use crate::middleware::page_policy;

/// The document as it is sent, written once.
pub(crate) struct Pages {
    /// The document itself.
    pub(crate) json: Bytes,
    /// The page about it.
    pub(crate) html: Bytes,
    /// What the page may do: nothing but wear its own style.
    pub(crate) policy: String,
}

impl Pages {
    /// Writes `document` out.
    pub(crate) fn of(document: &Value) -> Self {
        Self {
            json: serde_json::to_vec(document).expect("a document is plain data").into(),
            html: render(document).into(),
            policy: page_policy(STYLE, false),
        }
    }
}
