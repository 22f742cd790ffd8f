//! How Postmark reads a message, and what it says about one it does not take.

use std::collections::{BTreeMap, HashSet};

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};

const MAX_BODY_BYTES: usize = 5 * 1024 * 1024;
const MAX_RECIPIENTS: usize = 50;

/// A message as it reads one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Message {
    pub(super) from: String,
    pub(super) to: String,
    #[serde(default)]
    pub(super) cc: String,
    #[serde(default)]
    pub(super) bcc: String,
    pub(super) reply_to: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) text_body: Option<String>,
    pub(super) html_body: Option<String>,
    pub(super) tag: Option<String>,
    #[serde(default = "Message::default_stream")]
    pub(super) message_stream: String,
    #[serde(default)]
    pub(super) metadata: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) attachments: Vec<File>,
}

/// A file as it reads one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) content: String,
    pub(super) content_type: String,
    #[serde(rename = "ContentID")]
    _content_id: Option<String>,
}

/// Files of these kinds it never sends.
const FORBIDDEN: [&str; 9] = ["bat", "cmd", "com", "exe", "js", "msi", "pif", "scr", "vbs"];

impl File {
    /// What it holds; `None` when it is no base64.
    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        BASE64_STANDARD.decode(&self.content).ok()
    }

    fn is_forbidden(&self) -> bool {
        let ending = self.name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
        ending.is_some_and(|ending| FORBIDDEN.contains(&ending.as_str()))
    }

    fn is_whole(&self) -> bool {
        !self.name.is_empty() && self.content_type.contains('/') && self.bytes().is_some()
    }
}

/// Why it takes none: its own number and its own words.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) code: i64,
    pub(super) message: String,
}

impl Refusal {
    /// The ordinary one, 422.
    pub(super) fn new(code: i64, message: impl Into<String>) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, code, message: message.into() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "ErrorCode": self.code, "Message": self.message }))).into_response()
    }
}

const FIELDS: [&str; 16] = [
    "From",
    "To",
    "Cc",
    "Bcc",
    "Subject",
    "HtmlBody",
    "TextBody",
    "ReplyTo",
    "Tag",
    "Metadata",
    "Headers",
    "TrackOpens",
    "TrackLinks",
    "Attachments",
    "MessageStream",
    "InlineCss",
];

/// Reads `body`.
pub(super) fn read(body: &[u8]) -> Result<Message, Refusal> {
    let fields: Map<String, Value> =
        serde_json::from_slice(body).map_err(|_| Refusal::new(402, "Received invalid JSON input."))?;
    if let Some(unknown) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(invalid_field(unknown));
    }
    if fields.get("Metadata").is_some_and(|metadata| !is_texts(metadata)) {
        return Err(invalid_field("Metadata"));
    }
    for name in ["From", "To"] {
        if fields.get(name).is_none_or(Value::is_null) {
            return Err(Refusal::new(300, format!("Invalid '{name}' address: ''.")));
        }
    }
    let message: Message = serde_json::from_value(Value::Object(fields)).map_err(|_| invalid_field("?"))?;
    message.check()?;
    Ok(message)
}

fn is_texts(metadata: &Value) -> bool {
    metadata.as_object().is_some_and(|entries| entries.values().all(Value::is_string))
}

fn invalid_field(name: &str) -> Refusal {
    Refusal::new(403, format!("Invalid request field(s): $.{name}"))
}

impl Message {
    fn default_stream() -> String {
        "outbound".to_owned()
    }

    /// Everybody it is for.
    pub(super) fn recipients(&self) -> Vec<&str> {
        let lists = [&self.to, &self.cc, &self.bcc];
        lists.into_iter().flat_map(|list| list.split(',')).map(str::trim).filter(|one| !one.is_empty()).collect()
    }

    fn check(&self) -> Result<(), Refusal> {
        let recipients = self.recipients();
        let too_long = |body: &Option<String>| body.as_ref().is_some_and(|body| body.len() > MAX_BODY_BYTES);
        let bodies = [&self.text_body, &self.html_body];
        let fault = match () {
            () if !self.from.contains('@') => "Invalid 'From' address.",
            () if recipients.iter().any(|address| !address.contains('@')) => "Invalid 'To' address.",
            () if recipients.is_empty() => "Zero recipients specified",
            () if recipients.len() > MAX_RECIPIENTS => "Too many recipients specified.",
            () if bodies.iter().all(|body| body.as_ref().is_none_or(String::is_empty)) => {
                "Provide either email TextBody or HtmlBody or both."
            }
            () if bodies.into_iter().any(too_long) => "The body is too long.",
            () if self.tag.as_ref().is_some_and(|tag| tag.chars().count() > 1_000) => "The tag is too long.",
            () if !self.attachments.iter().all(File::is_whole) => "An attachment is not valid.",
            () if !self.metadata_fits() => "Invalid metadata content.",
            () if self.attachments.iter().any(File::is_forbidden) => {
                return Err(Refusal::new(411, "The attachment's file type is not allowed."));
            }
            () => return self.check_stream(),
        };
        Err(Refusal::new(300, fault))
    }

    fn metadata_fits(&self) -> bool {
        let keys: HashSet<String> = self.metadata.keys().map(|key| key.to_lowercase()).collect();
        let fits = |(key, value): (&String, &String)| key.chars().count() <= 20 && value.chars().count() <= 80;
        keys.len() == self.metadata.len() && keys.len() <= 10 && self.metadata.iter().all(fits)
    }

    fn check_stream(&self) -> Result<(), Refusal> {
        match self.message_stream.as_str() {
            "outbound" | "broadcast" => Ok(()),
            "inbound" => Err(Refusal::new(1236, "The stream provided does not support sending.")),
            _ => Err(Refusal::new(1235, "The stream provided: 'MessageStream' does not exist on this server.")),
        }
    }
}
