//! What the tests of Postmark are given.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_adapters::outbound::{self, Outbound};
use mrdj_adapters::postmark::{Postmark, Sandbox, Sender, SentFile};
use mrdj_adapters::sandbox::Mode;
use mrdj_core::contacts::EmailAddress;
use mrdj_core::delivery::DeliveryId;
use mrdj_core::id::Id;
use mrdj_core::messages::contract::{ArrivedMail, FarMailbox, MailerBench, Misbehaviour};
use mrdj_core::messages::{Attachment, Mail};
use mrdj_core::mocks::FakeChance;

pub(crate) const NOW: Timestamp = Timestamp::constant(1_795_262_400, 0);

pub(crate) async fn stand_in() -> Sandbox {
    Sandbox::start().await.expect("a free port")
}

pub(crate) fn sender() -> Sender {
    "Voorbeeld <dj@example.com>".parse().expect("a sender")
}

pub(crate) fn mailer_of(far: &Sandbox) -> Postmark {
    Postmark::new(far.config(sender()), Outbound::new(outbound::Config::default()))
}

pub(crate) fn id(seed: u64) -> DeliveryId {
    Id::new(NOW, &FakeChance::seeded(seed))
}

pub(crate) fn mail(seed: u64) -> Mail {
    Mail {
        delivery: id(seed),
        kind: "lead.notice".to_owned(),
        reference: "web-20261121-0abc".to_owned(),
        to: EmailAddress::parse("info@example.com").expect("an address"),
        reply_to: None,
        subject: "Nieuwe aanvraag".to_owned(),
        text: "tekst".to_owned(),
        html: "<p>tekst</p>".to_owned(),
        attachments: Vec::new(),
    }
}

pub(crate) fn answer(status: u16, body: &str) -> Mode {
    Mode::Answer { status, retry_after_s: None, body: Some(body.to_owned()) }
}

pub(crate) fn refusal(status: u16, code: i64, message: &str) -> Mode {
    answer(status, &format!(r#"{{"ErrorCode":{code},"Message":"{message}"}}"#))
}

pub(crate) async fn bench() -> MailerBench {
    let far = stand_in().await;
    MailerBench { mailer: Arc::new(mailer_of(&far)), far: Arc::new(Far(far)) }
}

fn attachment(file: SentFile) -> Attachment {
    Attachment::new(file.name, file.content_type, file.content).expect("what we sent was one")
}

struct Far(Sandbox);

#[async_trait]
impl FarMailbox for Far {
    async fn arrived(&self) -> Vec<ArrivedMail> {
        let sent = self.0.sent().into_iter();
        sent.map(|mail| ArrivedMail {
            to: mail.to,
            reply_to: mail.reply_to,
            subject: mail.subject,
            text: mail.text.unwrap_or_default(),
            html: mail.html.unwrap_or_default(),
            attachments: mail.attachments.into_iter().map(attachment).collect(),
        })
        .collect()
    }

    async fn misbehave(&self, how: Misbehaviour) {
        let mode = match how {
            Misbehaviour::Refuses => refusal(422, 300, "Invalid 'To' address: 'info@example.com'."),
            Misbehaviour::RefusesTheKey => refusal(401, 10, "Request does not contain a valid Server token."),
            Misbehaviour::Throttles => refusal(429, 429, "Too many requests."),
            Misbehaviour::Fails => refusal(500, 0, "Internal Server Error"),
            Misbehaviour::CutsTheLine => Mode::CutAfterAccepting,
        };
        self.0.knobs().set_for(mode, 1);
    }
}
