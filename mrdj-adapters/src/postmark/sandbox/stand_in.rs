//! The stand-in on its port.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use mrdj_core::secret::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::dialect::{self, Message, Refusal};
use super::mailbag::{Mailbag, SentMail};
use crate::outbound::BaseUrl;
use crate::postmark::{Config, Sender};
use crate::sandbox::{Knobs, Server, Shared};

/// Postmark's own token for tests.
const TEST_TOKEN: &str = "POSTMARK_API_TEST";
const MAX_MESSAGE_BYTES: usize = 10 * 1024 * 1024;
const SUBMITTED_AT: &str = "2026-11-21T12:00:00.0000000+00:00";

/// A running stand-in for Postmark; it goes away when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    server: Server,
    state: Shared<Mailbag>,
}

impl Sandbox {
    /// The token it takes.
    pub const TOKEN: &str = "stand-in-server-token";

    /// Starts on any free port of loopback.
    pub async fn start() -> io::Result<Self> {
        Self::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await
    }

    /// Starts on `address`.
    pub async fn start_at(address: SocketAddr) -> io::Result<Self> {
        let state = Shared::<Mailbag>::default();
        let server = Server::start(address, router(&state)).await?;
        Ok(Self { server, state })
    }

    /// Where it listens, without a slash at its end.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The base for [`Config`].
    pub fn base(&self) -> BaseUrl {
        self.url().parse().expect("an address that is listened on is a base")
    }

    /// How to reach it, sending as `from`.
    pub fn config(&self, from: Sender) -> Config {
        Config { base: self.base(), ..Config::new(Secret::from(Self::TOKEN.to_owned()), from) }
    }

    /// What it is told to do wrong.
    pub const fn knobs(&self) -> &Knobs {
        &self.state.knobs
    }

    /// The newest mails it took, oldest first.
    pub fn sent(&self) -> Vec<SentMail> {
        self.state.book().sent.iter().cloned().collect()
    }

    /// How many mails it took.
    pub fn sent_count(&self) -> u64 {
        self.state.book().sent.total()
    }

    /// How many requests to take a mail reached it, whatever became of them.
    pub fn request_count(&self) -> u64 {
        self.state.book().received
    }

    /// Writes to `address` no more, as after a bounce.
    pub fn deactivate(&self, address: &str) {
        self.state.book().inactive.insert(address.to_lowercase());
    }

    /// Forgets everything and behaves.
    pub fn reset(&self) {
        self.state.reset();
    }

    /// Goes away: the port is closed and every line is cut.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

fn router(state: &Shared<Mailbag>) -> Router {
    let partner = Router::new().route("/email", post(take_mail)).route("/messages/outbound", get(search));
    let own = Router::new()
        .route("/sent", get(sent))
        .route("/inactive", post(deactivate))
        .route("/reset", post(reset))
        .fallback(async || StatusCode::NOT_FOUND);
    let own = own.with_state(state.clone());
    // What is too large for it, it says itself.
    let partner = partner.layer(DefaultBodyLimit::disable()).with_state(state.clone());
    state.knobs.over(partner).merge(own).merge(state.knobs.routes())
}

async fn take_mail(State(state): State<Shared<Mailbag>>, headers: HeaderMap, body: Bytes) -> Response {
    state.book().received += 1;
    match check(&headers).and_then(|token| Ok((token, read(&headers, &body)?))) {
        Ok((token, message)) => accept(&state, &token, message),
        Err(refusal) => refusal.into_response(),
    }
}

/// The token comes before everything else.
fn check(headers: &HeaderMap) -> Result<String, Refusal> {
    let token = text(headers, &HeaderName::from_static("x-postmark-server-token"));
    if token == Sandbox::TOKEN || token == TEST_TOKEN {
        return Ok(token.to_owned());
    }
    let message = "Request does not contain a valid Server token.";
    Err(Refusal { status: StatusCode::UNAUTHORIZED, code: 10, message: message.to_owned() })
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<Message, Refusal> {
    if [ACCEPT, CONTENT_TYPE].iter().any(|name| !text(headers, name).starts_with("application/json")) {
        let message = "The 'Accept' and 'Content-Type' headers must both be application/json.";
        return Err(Refusal { status: StatusCode::UNSUPPORTED_MEDIA_TYPE, code: 409, message: message.to_owned() });
    }
    if body.len() > MAX_MESSAGE_BYTES {
        let message = "The request is larger than 10 MB.".to_owned();
        return Err(Refusal { status: StatusCode::PAYLOAD_TOO_LARGE, code: 300, message });
    }
    dialect::read(body)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn accept(state: &Shared<Mailbag>, token: &str, message: Message) -> Response {
    let mut mailbag = state.book();
    let recipients = message.recipients();
    let inactive = mailbag.inactive_of(&recipients);
    if inactive.len() == recipients.len() {
        let text = format!(
            "You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: {}. \
             Inactive recipients are ones that have generated a hard bounce or a spam complaint.",
            inactive.join(", ")
        );
        return Refusal::new(406, text).into_response();
    }
    let text = match inactive.is_empty() {
        true if token == TEST_TOKEN => "Test job accepted".to_owned(),
        true => "OK".to_owned(),
        false => format!("Message OK, but will not deliver to these inactive addresses: {}.", inactive.join(", ")),
    };
    let to = message.to.clone();
    let id = if token == TEST_TOKEN { mailbag.number() } else { mailbag.keep(message) };
    let body = json!({ "To": to, "SubmittedAt": SUBMITTED_AT, "MessageID": id, "ErrorCode": 0, "Message": text });
    Json(body).into_response()
}

async fn search(
    State(state): State<Shared<Mailbag>>,
    headers: HeaderMap,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    if let Err(refusal) = check(&headers) {
        return refusal.into_response();
    }
    let number = |name: &str| asked.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.parse().ok());
    let (Some(count @ 1..=500), Some(offset)) = (number("count"), number("offset")) else {
        return Refusal::new(700, "The 'count' and 'offset' parameters are required.").into_response();
    };
    let metadata: Vec<(&str, &str)> =
        asked.iter().filter_map(|(key, value)| Some((key.strip_prefix("metadata_")?, value.as_str()))).collect();
    let mailbag = state.book();
    let found: Vec<Value> = mailbag.search(&metadata).map(row).collect();
    let page: Vec<&Value> = found.iter().skip(offset).take(count).collect();
    Json(json!({ "TotalCount": found.len(), "Messages": page })).into_response()
}

fn row(mail: &SentMail) -> Value {
    json!({
        "Tag": mail.tag, "MessageID": mail.message_id, "To": [{ "Email": mail.to, "Name": null }], "Cc": [], "Bcc": [],
        "Recipients": [mail.to], "ReceivedAt": SUBMITTED_AT, "From": mail.from, "Subject": mail.subject,
        "Attachments": mail.attachments.iter().map(|file| &file.name).collect::<Vec<_>>(), "Status": "Sent", "TrackOpens": false, "TrackLinks": "None", "Metadata": mail.metadata,
        "Sandboxed": false, "MessageStream": mail.stream,
    })
}

async fn sent(State(state): State<Shared<Mailbag>>) -> Json<Value> {
    let mailbag = state.book();
    let mails: Vec<&SentMail> = mailbag.sent.iter().collect();
    Json(json!({ "received": mailbag.received, "sent": mailbag.sent.total(), "mails": mails }))
}

#[derive(Deserialize)]
struct Inactive {
    addresses: Vec<String>,
}

async fn deactivate(State(state): State<Shared<Mailbag>>, Json(inactive): Json<Inactive>) -> StatusCode {
    state.book().inactive.extend(inactive.addresses.iter().map(|address| address.to_lowercase()));
    StatusCode::NO_CONTENT
}

async fn reset(State(state): State<Shared<Mailbag>>) -> StatusCode {
    state.reset();
    StatusCode::NO_CONTENT
}
