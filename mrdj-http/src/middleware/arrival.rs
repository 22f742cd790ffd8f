//! Notes who comes and gives the visit a name.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use mrdj_core::id::Id;

use crate::app::App;
use crate::extract::{Client, client_of};

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The name of one request, in its answer, its problem document and its log lines.
#[derive(Debug)]
pub(super) struct RequestId(HeaderValue);

impl RequestId {
    /// The name as text; empty only if it were no ASCII, which `arrive` never lets through.
    pub(super) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    /// Tells the name in an answer.
    pub(super) fn tell(self, headers: &mut HeaderMap) {
        headers.insert(HEADER, self.0);
    }
}

/// Notes the client for everybody further in, and names the request.
pub(super) fn arrive(app: &App, request: &mut Request) -> (Client, RequestId) {
    let client = client_of(request.extensions(), request.headers(), &app.rules.trusted_proxies);
    let given = request.headers().get(HEADER).filter(|id| is_sane(id)).cloned();
    request.extensions_mut().insert(client);
    (client, RequestId(given.unwrap_or_else(|| make(app))))
}

fn make(app: &App) -> HeaderValue {
    let id = Id::<RequestId>::new(app.clock.now(), &*app.chance);
    HeaderValue::try_from(id.to_string()).expect("a UUID is ASCII")
}

/// A name that somebody else gave is kept when no log or page can be tricked with it.
fn is_sane(id: &HeaderValue) -> bool {
    let bytes = id.as_bytes();
    (8..=64).contains(&bytes.len())
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
