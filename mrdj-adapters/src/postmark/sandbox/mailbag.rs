//! What the stand-in has taken.

use std::collections::{BTreeMap, HashSet};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Serialize, Serializer};

use super::dialect::{File, Message};
use crate::sandbox::Record;

/// A mail as the stand-in took it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SentMail {
    /// Its own id.
    pub message_id: String,
    /// Who sent it.
    pub from: String,
    /// To whom.
    pub to: String,
    /// Who is answered.
    pub reply_to: Option<String>,
    /// The subject.
    pub subject: String,
    /// The plain form.
    pub text: Option<String>,
    /// The HTML form.
    pub html: Option<String>,
    /// What it is.
    pub tag: Option<String>,
    /// The stream that it left by.
    pub stream: String,
    /// What was stored with it.
    pub metadata: BTreeMap<String, String>,
    /// What went along with it.
    pub attachments: Vec<SentFile>,
}

/// A file as the stand-in took it; it shows what it holds in base64.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SentFile {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub content_type: String,
    /// What it holds.
    #[serde(serialize_with = "in_base64")]
    pub content: Vec<u8>,
}

fn in_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&BASE64_STANDARD.encode(bytes))
}

impl From<File> for SentFile {
    fn from(file: File) -> Self {
        Self { content: file.bytes().unwrap_or_default(), name: file.name, content_type: file.content_type }
    }
}

/// Everything it has taken, and the addresses it writes to no more.
#[derive(Debug, Default)]
pub(super) struct Mailbag {
    pub(super) sent: Record<SentMail>,
    pub(super) inactive: HashSet<String>,
    /// How many requests for a message came in, whatever became of them.
    pub(super) received: u64,
    numbers: u64,
}

impl Mailbag {
    /// A new id: a GUID that counts.
    pub(super) fn number(&mut self) -> String {
        self.numbers += 1;
        format!("00000000-0000-4000-8000-{:012x}", self.numbers)
    }

    /// Keeps `message` under a new id.
    pub(super) fn keep(&mut self, message: Message) -> String {
        let message_id = self.number();
        self.sent.push(SentMail {
            message_id: message_id.clone(),
            from: message.from,
            to: message.to,
            reply_to: message.reply_to,
            subject: message.subject.unwrap_or_default(),
            text: message.text_body,
            html: message.html_body,
            tag: message.tag,
            stream: message.message_stream,
            metadata: message.metadata,
            attachments: message.attachments.into_iter().map(SentFile::from).collect(),
        });
        message_id
    }

    /// The mails that carry all of `metadata`, newest first.
    pub(super) fn search<'a>(&'a self, metadata: &'a [(&'a str, &'a str)]) -> impl Iterator<Item = &'a SentMail> {
        self.sent.iter().rev().filter(move |mail| {
            metadata.iter().all(|(key, value)| mail.metadata.get(*key).is_some_and(|found| found == value))
        })
    }

    /// Which of `recipients` get nothing.
    pub(super) fn inactive_of<'a>(&self, recipients: &[&'a str]) -> Vec<&'a str> {
        recipients.iter().copied().filter(|address| self.inactive.contains(&address.to_lowercase())).collect()
    }
}
