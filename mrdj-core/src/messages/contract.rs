//! The proof of the promises of this room: mailers.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Attachment, Mail, Mailer};
use crate::cases;
use crate::clock::Clock;
use crate::contacts::EmailAddress;
use crate::contract::{Case, Outcome};
use crate::delivery::{DeliveryId, Recall};
use crate::error::{ErrorKind, PortError, Remedy};
use crate::id::Id;
use crate::mocks::{FakeChance, FakeClock};

/// How the far side of a mailer can be told to misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misbehaviour {
    /// It will never take what it is sent.
    Refuses,
    /// It does not know the key.
    RefusesTheKey,
    /// It asks for fewer mails.
    Throttles,
    /// It answers with an error of its own.
    Fails,
    /// It takes the mail and the line dies before it says so.
    CutsTheLine,
}

/// A mail as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrivedMail {
    /// To whom.
    pub to: String,
    /// Who is answered.
    pub reply_to: Option<String>,
    /// The subject.
    pub subject: String,
    /// The plain form.
    pub text: String,
    /// The HTML form.
    pub html: String,
    /// What went along with it.
    pub attachments: Vec<Attachment>,
}

/// The far side of a mailer: what came in there, and how it behaves.
#[async_trait]
pub trait FarMailbox: Send + Sync {
    /// The mails that arrived, oldest first.
    async fn arrived(&self) -> Vec<ArrivedMail>;

    /// Misbehaves for the next request, and behaves after it.
    async fn misbehave(&self, how: Misbehaviour);
}

/// What the cases of a mailer run on: nothing has arrived yet, and nobody else writes there.
#[derive(Clone)]
pub struct MailerBench {
    /// The mailer under proof.
    pub mailer: Arc<dyn Mailer>,
    /// Its far side.
    pub far: Arc<dyn FarMailbox>,
}

/// Every promise of [`Mailer`].
pub const MAILER_CASES: &[Case<MailerBench>] = cases![
    mail_arrives_as_written,
    attachment_arrives_to_the_byte,
    refused_mail_is_given_up,
    wrong_key_is_a_setting,
    busy_mailer_is_tried_again,
    cut_line_is_asked_about,
    taken_mail_is_found,
    other_mail_is_not_found,
];

fn now() -> Timestamp {
    FakeClock::default().now()
}

fn id(seed: u64) -> DeliveryId {
    Id::new(now(), &FakeChance::seeded(seed))
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("cases write to real addresses")
}

fn mail(seed: u64) -> Mail {
    Mail {
        delivery: id(seed),
        kind: "lead.notice".to_owned(),
        reference: "web-20261121-0123456789abcde".to_owned(),
        to: address("info@example.com"),
        reply_to: Some(address("zoe@example.com")),
        subject: "Nieuwe aanvraag: één – “bruiloft” 🎉".to_owned(),
        text: "Regel één\n\n> . \n\"aangehaald\" \\ & <b>".to_owned(),
        html: "<p>Regel één &amp; \"twee\"</p>".to_owned(),
        attachments: Vec::new(),
    }
}

impl MailerBench {
    /// The error of one mail sent while the far side misbehaves.
    async fn refusal(&self, how: Misbehaviour) -> PortError {
        self.far.misbehave(how).await;
        match self.mailer.send(&mail(1), now()).await {
            Ok(receipt) => panic!("a mailer whose far side {how:?} took a mail: {receipt:?}"),
            Err(error) => error,
        }
    }
}

async fn mail_arrives_as_written(bench: MailerBench) -> Outcome {
    let (first, second) = (mail(1), Mail { reply_to: None, to: address("jan@example.com"), ..mail(2) });
    bench.mailer.send(&first, now()).await?;
    bench.mailer.send(&second, now()).await?;
    let arrived = bench.far.arrived().await;
    assert_eq!(arrived.len(), 2, "each mail arrives once");
    for (there, here) in arrived.iter().zip([&first, &second]) {
        assert_eq!(there.to, here.to.as_str());
        assert_eq!((&there.subject, &there.text, &there.html), (&here.subject, &here.text, &here.html));
    }
    assert_eq!(arrived[0].reply_to.as_deref(), Some("zoe@example.com"));
    assert_ne!(arrived[1].reply_to.as_deref(), Some("zoe@example.com"), "an answer address belongs to its mail");
    Ok(())
}

async fn attachment_arrives_to_the_byte(bench: MailerBench) -> Outcome {
    let calendar = "BEGIN:VCALENDAR\r\nSUMMARY:Zoë\\, “één” 🎉\r\nEND:VCALENDAR\r\n".as_bytes().to_vec();
    let every_byte: Vec<u8> = (0..=u8::MAX).rev().cycle().take(100_003).collect();
    let file = |name: &str, media_type: &str, bytes| Attachment::new(name, media_type, bytes).expect("an attachment");
    let attachments = vec![
        file("booking.ics", "text/calendar; charset=utf-8; method=PUBLISH", calendar),
        file("plan.bin", "application/octet-stream", every_byte),
        file("empty.txt", "text/plain", Vec::new()),
    ];
    bench.mailer.send(&Mail { attachments: attachments.clone(), ..mail(1) }, now()).await?;
    bench.mailer.send(&mail(2), now()).await?;
    let arrived = bench.far.arrived().await;
    assert_eq!(arrived.len(), 2, "each mail arrives once");
    assert!(arrived[0].attachments == attachments, "the files are others: {:?}", arrived[0].attachments);
    assert_eq!(arrived[1].attachments, [], "an attachment belongs to its mail");
    Ok(())
}

async fn refused_mail_is_given_up(bench: MailerBench) -> Outcome {
    let error = bench.refusal(Misbehaviour::Refuses).await;
    assert_eq!((error.kind, error.remedy), (ErrorKind::Rejected, Remedy::GiveUp));
    assert!(!error.to_string().contains('@'), "no address belongs in what an operator reads: {error}");
    assert_eq!(bench.far.arrived().await, []);
    Ok(())
}

async fn wrong_key_is_a_setting(bench: MailerBench) -> Outcome {
    let error = bench.refusal(Misbehaviour::RefusesTheKey).await;
    assert_eq!(error.kind, ErrorKind::Misconfigured);
    assert_eq!(bench.far.arrived().await, []);
    Ok(())
}

async fn busy_mailer_is_tried_again(bench: MailerBench) -> Outcome {
    let throttled = bench.refusal(Misbehaviour::Throttles).await;
    assert_eq!(throttled.kind, ErrorKind::Throttled);
    assert!(matches!(throttled.remedy, Remedy::TryAgain { .. }), "{throttled:?}");
    let failed = bench.refusal(Misbehaviour::Fails).await;
    assert_ne!(failed.remedy, Remedy::GiveUp, "{failed:?}");
    bench.mailer.send(&mail(1), now()).await?;
    assert_eq!(bench.far.arrived().await.len(), 1);
    Ok(())
}

async fn cut_line_is_asked_about(bench: MailerBench) -> Outcome {
    let error = bench.refusal(Misbehaviour::CutsTheLine).await;
    assert_eq!(error.remedy, Remedy::AskFirst);
    assert_eq!(bench.far.arrived().await.len(), 1, "it was taken, and nobody said so");
    Ok(())
}

async fn taken_mail_is_found(bench: MailerBench) -> Outcome {
    let receipt = bench.mailer.send(&mail(1), now()).await?;
    bench.far.misbehave(Misbehaviour::CutsTheLine).await;
    bench.mailer.send(&mail(2), now()).await.expect_err("the line was cut");
    let (first, second) = (bench.mailer.find_sent(id(1), now()).await?, bench.mailer.find_sent(id(2), now()).await?);
    // A mailer that cannot be asked says so, and finds nothing.
    let asked = bench.mailer.recall() == Recall::LookUp;
    assert_eq!((first.is_some(), second.is_some()), (asked, asked));
    assert!(!asked || second != Some(receipt), "the second is another mail");
    Ok(())
}

async fn other_mail_is_not_found(bench: MailerBench) -> Outcome {
    assert_eq!(bench.mailer.find_sent(id(1), now()).await?, None);
    bench.mailer.send(&mail(1), now()).await?;
    assert_eq!(bench.mailer.find_sent(id(2), now()).await?, None);
    Ok(())
}
