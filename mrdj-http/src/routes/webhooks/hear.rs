//! Partners tell what happened.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use mrdj_core::partners::{Hearing, HearingError, Message};
use mrdj_core::webhooks::{PartnerName, Refusal};
use tracing::{info, warn};

use crate::app::{App, Shared};
use crate::extract::{Client, Path, RawBody};
use crate::problem::{Kind, Problem};

/// How long an answer to a wrong signature is held back.
const PAUSE: Duration = Duration::from_millis(500);

/// Take a signed event of a partner.
///
/// The signature is made over the bytes as they are sent. An event is kept before it is answered, together with what it
/// says of an enquiry or booking of ours; one that comes again is answered like the first time and changes nothing. What
/// happened is told by `type` or `event`, and kept whether we know what to do with it or not. Anything but 204 is to be
/// sent again.
#[utoipa::path(
    post, path = "/integrations/{partner}/webhook", tag = "integrations", operation_id = "hearEvent",
    security(("signature" = [])),
    params(("partner" = String, Path, description = "`rentguy`, `personalization`, `n8n` or `github`", example = "rentguy")),
    request_body(content = Object, content_type = "application/json", description = "An event, as its sender writes it: `{\"type\": \"status.updated\", \"bookingId\": \"bk-…\", \"status\": \"agreed\"}`"),
    responses(
        (status = 204, description = "The event is kept, or was before"),
        (status = 401, description = "The signature is not believed; `code` says why", body = crate::ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "There is no such partner", body = crate::ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "Too many wrong signatures from one address", body = crate::ProblemDocument, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn hear_event(
    State(app): State<Shared>,
    client: Client,
    Path(partner): Path<String>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<StatusCode, Problem> {
    let door = app.doors.find(&partner).ok_or_else(|| Problem::not_found("webhook"))?;
    let (partner, now) = (door.partner().clone(), app.clock.now());
    let admitted = match door.admit(&headers, &body, now) {
        Ok(admitted) => admitted,
        Err(refusal) => return Err(refuse(&app, &client, &partner, refusal, now).await),
    };
    let (verified, kind) = (admitted.verified, admitted.kind);
    let message = Message { partner, id: verified.message, signed_at: verified.at, kind, body: &body };
    let (partner, secret) = (message.partner.clone(), verified.secret);
    let hearing = app.listener.hear(message).await.map_err(unheard)?;
    let repeated = hearing == Hearing::Repeated;
    info!(webhook.partner = %partner, webhook.secret = secret, webhook.repeated = repeated, "an event of {partner} was signed with secret {secret}");
    Ok(StatusCode::NO_CONTENT)
}

/// Answers a message that is not believed; whoever sends many of them from one address has to wait.
async fn refuse(app: &App, client: &Client, partner: &PartnerName, refusal: Refusal, now: Timestamp) -> Problem {
    let code = refusal.code();
    warn!(webhook.partner = %partner, webhook.code = code, "an event of {partner} was refused: {code}");
    if refusal == Refusal::MissingSecret {
        return Problem::new(Kind::NoSecret, refusal.to_string()).code(code).retry_after(300);
    }
    let key = client.limit_key().unwrap_or_else(|| "unknown".to_owned());
    let ruling = app.limiter.take(&format!("signature:{key}"), app.rules.wrong_signatures, now).await;
    // A limiter that is away makes nobody believed.
    if let Ok(ruling) = ruling
        && !ruling.allowed
    {
        let wait = ruling.reset_at.duration_since(now).as_secs().max(1).unsigned_abs();
        return Problem::new(Kind::TooMany, "too many wrong signatures came from there").retry_after(wait);
    }
    tokio::time::sleep(PAUSE).await;
    Problem::new(Kind::SignatureRefused, refusal.to_string()).code(code)
}

fn unheard(error: HearingError) -> Problem {
    match error {
        HearingError::NoEvent(fault) => Problem::new(Kind::Unreadable, fault.to_string()).code(fault.code()),
        HearingError::Store(cause) => Problem::for_visitor(cause),
    }
}
