//! The document as it is sent.

use axum::body::Bytes;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::page::{STYLE, render};
use crate::middleware::PAGE_POLICY;

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
        let style = BASE64_STANDARD.encode(Sha256::digest(STYLE));
        Self {
            json: serde_json::to_vec(document).expect("a document is plain data").into(),
            html: render(document).into(),
            policy: format!("{PAGE_POLICY}; style-src 'sha256-{style}'"),
        }
    }
}
