//! The mail provider tells what became of mails.

use std::sync::Arc;

use axum::body::Body;
use mockall::predicate::{always, eq};
use mrdj_core::contacts::EmailAddress;
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::messages::{MockPostOffice, Suppression};
use mrdj_core::secret::Secret;
use mrdj_http::{MailboxNews, WebhookDoor};

use crate::house::{Answer, House, login, request};

const WORD: &str = "not-a-real-webhook-word";

fn mailbox() -> EmailAddress {
    EmailAddress::parse("test@example.com").expect("an address")
}

/// Reads three words; the provider's own language is its adapter's business.
fn read(body: &[u8]) -> Option<MailboxNews> {
    match body {
        b"bounce" => Some(MailboxNews::Suppress { mailbox: mailbox(), why: Suppression::HardBounce }),
        b"lift" => Some(MailboxNews::Lift { mailbox: mailbox() }),
        _ => None,
    }
}

async fn tell(post_office: MockPostOffice, password: &str, event: &'static str) -> Answer {
    let mut house = House::new();
    house.app.post_office = Arc::new(post_office);
    house.app.postmark = Some(WebhookDoor { password: Secret::from(WORD.to_owned()), read: Arc::new(read) });
    let request = request("POST", "/integrations/postmark/webhook").header("authorization", login(password));
    house.client().at("192.0.2.1").send(request.body(Body::from(event)).expect("a request")).await
}

#[tokio::test]
async fn a_bounce_keeps_further_mails_from_that_mailbox() {
    let mut post_office = MockPostOffice::new();
    let suppress = post_office.expect_suppress().with(eq(mailbox()), eq(Suppression::HardBounce), always());
    suppress.times(1).returning(|_, _, _| Ok(()));
    assert_eq!(tell(post_office, WORD, "bounce").await.status, 200);
}

#[tokio::test]
async fn a_mailbox_may_be_written_to_again() {
    let mut post_office = MockPostOffice::new();
    post_office.expect_lift().with(eq(mailbox())).times(1).returning(|_| Ok(()));
    assert_eq!(tell(post_office, WORD, "lift").await.status, 200);
}

#[tokio::test]
async fn what_is_not_understood_is_taken_so_that_it_does_not_come_again() {
    assert_eq!(tell(MockPostOffice::new(), WORD, "{{{").await.status, 200);
}

#[tokio::test]
async fn nobody_else_may_tell() {
    tell(MockPostOffice::new(), "wrong", "bounce").await.problem(401);
}

#[tokio::test]
async fn an_event_that_could_not_be_kept_comes_again() {
    let mut post_office = MockPostOffice::new();
    let away = |_: &_, _, _| Err(PortError::new(ErrorKind::Unavailable, "sqlite", "suppress", "away"));
    post_office.expect_suppress().returning(away);
    tell(post_office, WORD, "bounce").await.problem(503);
}

#[tokio::test]
async fn a_door_that_is_not_set_up_is_not_found() {
    let client = House::new().client();
    client.operate("POST", "/integrations/postmark/webhook").await.problem(404);
    client.post_json("/integrations/postmark/webhook", "{}").await.problem(401);
}
