//! Notes who comes and gives the visit a name.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use mrdj_core::id::Id;
use tracing::{Instrument, info_span};

use crate::app::Shared;
use crate::extract::client_of;

const HEADER: &str = "x-request-id";

/// The name of one request, in its answer, its problem document and its log lines.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) HeaderValue);

impl RequestId {
    /// The name as text; empty only if it were no ASCII, which `arrive` never lets through.
    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

/// Notes the client and the request's id for everybody further in, and tells the id in the answer.
pub(crate) async fn arrive(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    let client = client_of(request.extensions(), request.headers(), &app.rules.trusted_proxies);
    let given = request.headers().get(HEADER).filter(|id| is_sane(id)).cloned();
    let id = RequestId(given.unwrap_or_else(|| make(&app)));
    request.extensions_mut().insert(client);
    request.extensions_mut().insert(id.clone());
    let span = info_span!("request", request.id = id.as_str());
    let mut response = next.run(request).instrument(span).await;
    response.headers_mut().insert(HEADER, id.0);
    response
}

fn make(app: &Shared) -> HeaderValue {
    let id = Id::<RequestId>::new(app.clock.now(), &*app.chance);
    HeaderValue::try_from(id.to_string()).expect("a UUID is ASCII")
}

/// A name that somebody else gave is kept when no log or page can be tricked with it.
fn is_sane(id: &HeaderValue) -> bool {
    let bytes = id.as_bytes();
    (8..=64).contains(&bytes.len())
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
