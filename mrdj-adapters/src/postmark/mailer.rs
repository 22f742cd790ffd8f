//! The port.

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::delivery::{DeliveryId, Recall};
use mrdj_core::error::{PortError, Remedy};
use mrdj_core::messages::{Mail, MailReceipt, Mailer};

use super::client::Client;
use super::wire::{Found, Reply};
use super::{Config, error};
use crate::outbound::{Answer, Outbound};

const SEND: &str = "send";
const FIND: &str = "find sent";

/// Postmark in the role of the mailer.
#[derive(Clone, Debug)]
pub struct Postmark {
    client: Client,
}

impl Postmark {
    /// The mailer that `config` names, called through `outbound`.
    pub const fn new(config: Config, outbound: Outbound) -> Self {
        Self { client: Client::new(config, outbound) }
    }
}

#[async_trait]
impl Mailer for Postmark {
    fn recall(&self) -> Recall {
        Recall::LookUp
    }

    async fn send(&self, mail: &Mail, now: Timestamp) -> Result<MailReceipt, PortError> {
        let answer = self.client.send(mail, now).await.map_err(|error| error::unanswered(error, SEND))?;
        if !answer.is_success() {
            return Err(error::refused(&answer, SEND, now));
        }
        receipt(&answer, now)
    }

    async fn find_sent(&self, delivery: DeliveryId, now: Timestamp) -> Result<Option<MailReceipt>, PortError> {
        let found = self.search(delivery, now).await;
        // A question that is refused says nothing about the mail: the doubt stays.
        found.map_err(|error| if error.remedy == Remedy::GiveUp { error.remedy(Remedy::AskFirst) } else { error })
    }
}

impl Postmark {
    async fn search(&self, delivery: DeliveryId, now: Timestamp) -> Result<Option<MailReceipt>, PortError> {
        let answer = self.client.search(delivery, now).await.map_err(|error| error::unanswered(error, FIND))?;
        if !answer.is_success() {
            return Err(error::refused(&answer, FIND, now));
        }
        let found: Found = serde_json::from_slice(&answer.body).map_err(|_| error::unconfirmed(&answer, FIND))?;
        let delivery = delivery.to_string();
        let message = found.messages.into_iter().find(|message| message.is_of(&delivery));
        Ok(message.map(|message| MailReceipt(message.message_id)))
    }
}

/// Reads a success, which is one only when its code is 0 and it leaves nobody out.
fn receipt(answer: &Answer, now: Timestamp) -> Result<MailReceipt, PortError> {
    let reply = Reply::read(&answer.body);
    match (reply.error_code, &reply.message_id) {
        (Some(0), _) if reply.leaves_somebody_out() => Err(error::left_out(SEND)),
        (Some(0), Some(id)) if !id.is_empty() => Ok(MailReceipt(id.clone())),
        (Some(code), _) if code != 0 => Err(error::refused(answer, SEND, now)),
        _ => Err(error::unconfirmed(answer, SEND)),
    }
}
