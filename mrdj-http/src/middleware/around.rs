//! What happens around every route, in one step: a layer of its own for each would cost every answer a few allocations.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument, info_span};

use super::access_log::Line;
use super::arrival::arrive;
use super::problems::Writer;
use super::security_headers::harden;
use crate::app::Shared;

/// Names the request, lets the routes answer, and sees the answer out: problems written, browsers warned, a line logged.
pub(crate) async fn attend(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    let (client, id) = arrive(&app, &mut request);
    let span = info_span!("request", request.id = id.as_str());
    let answer = async {
        let (line, writer) = (Line::begin(&request), Writer::of(&request));
        let mut response = next.run(request).await;
        writer.write(&mut response, &id);
        harden(response.headers_mut(), client.secure);
        line.end(&response);
        response
    };
    let mut response = answer.instrument(span).await;
    id.tell(response.headers_mut());
    response
}
