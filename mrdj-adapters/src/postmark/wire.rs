//! Postmark's words.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use mrdj_core::messages::{Attachment, Mail};
use serde::{Deserialize, Serialize};

use super::Config;

/// The longest value of metadata, in characters.
const MAX_METADATA_CHARS: usize = 80;

/// A message as it takes one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct NewMessage<'a> {
    from: String,
    to: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<&'a str>,
    subject: &'a str,
    text_body: &'a str,
    html_body: &'a str,
    tag: &'a str,
    message_stream: &'a str,
    /// No pixel and no rewritten link: nobody is followed.
    track_opens: bool,
    track_links: &'static str,
    metadata: Metadata<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<File<'a>>,
}

/// A file as it takes one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct File<'a> {
    name: &'a str,
    /// In base64.
    content: String,
    content_type: &'a str,
}

/// At most ten entries, keys of at most 20 characters.
#[derive(Debug, Serialize)]
struct Metadata<'a> {
    /// The delivery's id, by which the message is found again.
    delivery: String,
    reference: &'a str,
}

impl<'a> NewMessage<'a> {
    pub(super) fn of(mail: &'a Mail, config: &'a Config) -> Self {
        let reply_to = mail.reply_to.as_ref().or(config.reply_to.as_ref());
        Self {
            from: config.from.to_string(),
            to: mail.to.as_str(),
            reply_to: reply_to.map(|address| address.as_str()),
            subject: &mail.subject,
            text_body: &mail.text,
            html_body: &mail.html,
            tag: &mail.kind,
            message_stream: &config.stream,
            track_opens: false,
            track_links: "None",
            metadata: Metadata { delivery: mail.delivery.to_string(), reference: fit(&mail.reference) },
            attachments: mail.attachments.iter().map(File::from).collect(),
        }
    }
}

impl<'a> From<&'a Attachment> for File<'a> {
    fn from(file: &'a Attachment) -> Self {
        let content = BASE64_STANDARD.encode(file.bytes());
        Self { name: file.name(), content, content_type: file.media_type() }
    }
}

fn fit(text: &str) -> &str {
    text.char_indices().nth(MAX_METADATA_CHARS).map_or(text, |(end, _)| &text[..end])
}

/// What it answers to a message, and whenever it refuses.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    pub(super) error_code: Option<i64>,
    #[serde(default)]
    message: String,
    #[serde(rename = "MessageID")]
    pub(super) message_id: Option<String>,
}

impl Reply {
    /// Reads `body`, of which nothing is certain.
    pub(super) fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_default()
    }

    /// Whether a success names addresses that get nothing all the same; the text lists them, so it is not passed on.
    pub(super) fn leaves_somebody_out(&self) -> bool {
        self.message.contains("inactive addresses")
    }
}

/// What its search answers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Found {
    pub(super) messages: Vec<FoundMessage>,
}

/// One message that it took.
#[derive(Debug, Deserialize)]
pub(super) struct FoundMessage {
    #[serde(rename = "MessageID")]
    pub(super) message_id: String,
    #[serde(rename = "Metadata")]
    metadata: Option<FoundMetadata>,
}

#[derive(Debug, Deserialize)]
struct FoundMetadata {
    delivery: Option<String>,
}

impl FoundMessage {
    /// Whether it may be the message of `delivery`: a filter that is not applied returns anybody's.
    pub(super) fn is_of(&self, delivery: &str) -> bool {
        let found = self.metadata.as_ref().and_then(|metadata| metadata.delivery.as_deref());
        found.is_none_or(|found| found == delivery)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use mrdj_core::contacts::EmailAddress;
    use mrdj_core::id::Id;
    use mrdj_core::mocks::FakeChance;
    use mrdj_core::secret::Secret;
    use serde_json::json;

    use super::*;

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text).expect("an address")
    }

    fn mail() -> Mail {
        Mail {
            delivery: Id::new(Timestamp::UNIX_EPOCH, &FakeChance::seeded(1)),
            kind: "lead.notice".to_owned(),
            reference: "web-20261121-0abc".to_owned(),
            to: address("info@example.com"),
            reply_to: Some(address("jan@example.com")),
            subject: "Nieuwe aanvraag".to_owned(),
            text: "tekst".to_owned(),
            html: "<p>tekst</p>".to_owned(),
            attachments: Vec::new(),
        }
    }

    fn config() -> Config {
        let from = "Voorbeeld <dj@example.com>".parse().expect("a sender");
        let reply_to = Some(address("antwoord@example.com"));
        Config { reply_to, ..Config::new(Secret::from("not-a-real-token".to_owned()), from) }
    }

    #[test]
    fn a_mail_is_written_in_their_words() {
        let (mail, config) = (mail(), config());
        let written = serde_json::to_value(NewMessage::of(&mail, &config)).expect("JSON");
        let expected = json!({
            "From": "\"Voorbeeld\" <dj@example.com>", "To": "info@example.com", "ReplyTo": "jan@example.com",
            "Subject": "Nieuwe aanvraag", "TextBody": "tekst", "HtmlBody": "<p>tekst</p>", "Tag": "lead.notice",
            "MessageStream": "outbound", "TrackOpens": false, "TrackLinks": "None",
            "Metadata": { "delivery": mail.delivery.to_string(), "reference": "web-20261121-0abc" },
        });
        assert_eq!(written, expected);
        assert_eq!(mail.delivery.to_string().len(), 36);
    }

    #[test]
    fn a_file_is_written_in_their_words() {
        let media_type = "text/calendar; charset=utf-8; method=PUBLISH";
        let file =
            Attachment::new("booking.ics", media_type, vec![0xFB, 0xFF, 0xFE, 0x0D, 0x0A]).expect("an attachment");
        let (mail, config) = (Mail { attachments: vec![file], ..mail() }, config());
        let written = serde_json::to_value(NewMessage::of(&mail, &config)).expect("JSON");
        let expected = json!([{ "Name": "booking.ics", "Content": "+//+DQo=", "ContentType": media_type }]);
        assert_eq!(written["Attachments"], expected);
    }

    #[test]
    fn a_mail_that_names_nobody_is_answered_to_the_setting() {
        let (mail, config) = (Mail { reply_to: None, ..mail() }, config());
        let written = serde_json::to_value(NewMessage::of(&mail, &config)).expect("JSON");
        assert_eq!(written["ReplyTo"], "antwoord@example.com");
        let config = Config { reply_to: None, ..config };
        let written = serde_json::to_value(NewMessage::of(&mail, &config)).expect("JSON");
        assert_eq!(written.get("ReplyTo"), None);
    }

    #[test]
    fn metadata_is_cut_by_characters() {
        assert_eq!(fit(&"é".repeat(81)).chars().count(), 80);
        assert_eq!(fit("web-1"), "web-1");
    }
}
