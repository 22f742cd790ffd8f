//! Headers that keep browsers on the safe side.

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, STRICT_TRANSPORT_SECURITY};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

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
const HEADERS: [(HeaderName, HeaderValue); 7] = [
    pair("cross-origin-opener-policy", "same-origin"),
    pair("cross-origin-resource-policy", "same-origin"),
    pair("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    pair("referrer-policy", "no-referrer"),
    pair("x-content-type-options", "nosniff"),
    pair("x-frame-options", "DENY"),
    pair("x-permitted-cross-domain-policies", "none"),
];

const fn pair(name: &'static str, value: &'static str) -> (HeaderName, HeaderValue) {
    (HeaderName::from_static(name), HeaderValue::from_static(value))
}

/// Adds the headers of the table, the page's policy unless it has one, and HSTS where the visitor came by HTTPS.
pub(super) fn harden(headers: &mut HeaderMap, secure: bool) {
    // With the route's own and the request's id; growing by steps would sort them in anew each time.
    headers.reserve(HEADERS.len() + 8);
    for (name, value) in HEADERS {
        headers.insert(name, value);
    }
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(PAGE_POLICY));
    // Nearly every answer tells of a person or of this very moment.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if secure {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=15552000; includeSubDomains"));
    }
}
