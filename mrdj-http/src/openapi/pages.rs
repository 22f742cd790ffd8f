//! The document as it is sent.

use std::sync::OnceLock;

use axum::body::Bytes;
use serde_json::Value;

use super::document;
use super::page::{STYLE, render};
use crate::middleware::page_policy;

/// The document, written when somebody first asks for it: no start waits for that.
pub(crate) struct Pages {
    mounted_at: String,
    written: OnceLock<Written>,
}

/// The document as it is sent.
pub(crate) struct Written {
    /// The document itself.
    pub(crate) json: Bytes,
    /// The page about it.
    pub(crate) html: Bytes,
    /// What the page may do: nothing but wear its own style.
    pub(crate) policy: String,
}

impl Pages {
    /// That of a router which is nested under `mounted_at`.
    pub(crate) const fn below(mounted_at: String) -> Self {
        Self { mounted_at, written: OnceLock::new() }
    }

    /// What is sent.
    pub(crate) fn written(&self) -> &Written {
        self.written.get_or_init(|| Written::of(&document(&self.mounted_at)))
    }
}

impl Written {
    /// Writes `document` out.
    fn of(document: &Value) -> Self {
        Self {
            json: serde_json::to_vec(document).expect("a document is plain data").into(),
            html: render(document).into(),
            policy: page_policy(STYLE, false),
        }
    }
}
