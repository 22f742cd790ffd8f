//! Headers that keep browsers on the safe side.

use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, STRICT_TRANSPORT_SECURITY};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use crate::extract::Client;

/// The policy of pages before they add their own style: nothing from anywhere, in nobody's frame.
const PAGE_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The policy of a page with a `style` of its own, and with forms that come back to us if it has `forms`.
pub(crate) fn page_policy(style: &str, forms: bool) -> String {
    let policy =
        if forms { PAGE_POLICY.replace("form-action 'none'", "form-action 'self'") } else { PAGE_POLICY.to_owned() };
    let digest = BASE64_STANDARD.encode(Sha256::digest(style));
    format!("{policy}; style-src 'sha256-{digest}'")
}

/// Goes out with every answer.
const HEADERS: [(&str, &str); 7] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("x-permitted-cross-domain-policies", "none"),
];

/// Adds the headers of the table, the page's policy unless it has one, and HSTS where the visitor came by HTTPS.
pub(crate) async fn harden(client: Client, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(PAGE_POLICY));
    // Nearly every answer tells of a person or of this very moment.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if client.secure {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=15552000; includeSubDomains"));
    }
    response
}
