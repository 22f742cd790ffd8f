//! The mail provider tells what became of mails.

use std::fmt;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use mrdj_core::contacts::EmailAddress;
use mrdj_core::messages::Suppression;
use mrdj_core::secret::Secret;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tracing::{info, warn};

use crate::app::Shared;
use crate::extract::{Credentials, RawBody};
use crate::problem::{Kind, Problem};

/// What an event of the mail provider means for a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailboxNews {
    /// It gets no mail from now on.
    Suppress {
        /// Which.
        mailbox: EmailAddress,
        /// Why.
        why: Suppression,
    },
    /// It may get mail again.
    Lift {
        /// Which.
        mailbox: EmailAddress,
    },
}

/// Reads an event; `None` when it says nothing about a mailbox, or cannot be read.
pub type ReadNews = Arc<dyn Fn(&[u8]) -> Option<MailboxNews> + Send + Sync>;

/// Where the mail provider reports, and how its words are read; the reader comes from the provider's adapter.
#[derive(Clone)]
pub struct WebhookDoor {
    /// What the provider sends as the password of HTTP's basic scheme, under any name.
    pub password: Secret,
    /// Reads its events.
    pub read: ReadNews,
}

impl fmt::Debug for WebhookDoor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookDoor").field("password", &self.password).finish_non_exhaustive()
    }
}

impl WebhookDoor {
    fn opens_for(&self, given: &Credentials) -> bool {
        let digest = |word: &Secret| <[u8; 32]>::from(Sha256::digest(word.reveal()));
        digest(&given.password).ct_eq(&digest(&self.password)).into()
    }
}

/// Take an event of Postmark.
///
/// A hard bounce or a complaint keeps further mails from that mailbox. An event that is not known or cannot be read is
/// answered with 200 too, since Postmark would only send it again.
#[utoipa::path(
    post, path = "/integrations/postmark/webhook", tag = "integrations", operation_id = "takePostmarkEvent",
    security(("webhook" = [])),
    request_body(content = Object, content_type = "application/json", description = "An event as Postmark writes it"),
    responses(
        (status = 200, description = "The event was taken"),
        (status = 401, description = "The webhook's password is missing or wrong", body = crate::ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "No webhook is set up here", body = crate::ProblemDocument, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn take_postmark_event(
    State(app): State<Shared>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<StatusCode, Problem> {
    let locked = || Problem::new(Kind::LoginNeeded, "send the webhook's password");
    let given = Credentials::of(&headers).ok_or_else(locked)?;
    let door = app.postmark.as_ref().ok_or_else(|| Problem::not_found("webhook"))?;
    if !door.opens_for(&given) {
        return Err(locked());
    }
    match (door.read)(&body) {
        Some(MailboxNews::Suppress { mailbox, why }) => {
            app.post_office.suppress(&mailbox, why, app.clock.now()).await?;
            info!(mail.suppression = why.word(), "a mailbox gets no more mail: {}", why.word());
        }
        Some(MailboxNews::Lift { mailbox }) => {
            app.post_office.lift(&mailbox).await?;
            info!("a mailbox may get mail again");
        }
        None => warn!("an event of the mail provider says nothing about a mailbox"),
    }
    Ok(StatusCode::OK)
}
