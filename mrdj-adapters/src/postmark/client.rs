//! The calls.

use jiff::Timestamp;
use mrdj_core::delivery::DeliveryId;
use mrdj_core::messages::Mail;

use super::Config;
use super::wire::NewMessage;
use crate::outbound::{Answer, Call, Outbound, OutboundError};

const TOKEN: &str = "X-Postmark-Server-Token";

/// Speaks HTTP with Postmark.
#[derive(Clone, Debug)]
pub(super) struct Client {
    config: Config,
    outbound: Outbound,
}

impl Client {
    pub(super) const fn new(config: Config, outbound: Outbound) -> Self {
        Self { config, outbound }
    }

    /// Hands one message over.
    pub(super) async fn send(&self, mail: &Mail, now: Timestamp) -> Result<Answer, OutboundError> {
        let call = self.outbound.post(self.config.base.join("email"));
        call_with(&self.config, call).json(&NewMessage::of(mail, &self.config)).send(now).await.or_else(refusal)
    }

    /// Searches the messages it took for the one that carries `delivery` as metadata; the newest, if it has several.
    pub(super) async fn search(&self, delivery: DeliveryId, now: Timestamp) -> Result<Answer, OutboundError> {
        let mut url = self.config.base.join("messages/outbound");
        let delivery = delivery.to_string();
        // Both count and offset are mandatory there.
        url.query_pairs_mut().extend_pairs([("count", "1"), ("offset", "0"), ("metadata_delivery", &delivery)]);
        call_with(&self.config, self.outbound.get(url)).send(now).await.or_else(refusal)
    }
}

fn call_with(config: &Config, call: Call) -> Call {
    call.secret_header(TOKEN, &config.token).header("Accept", "application/json")
}

/// A refusal whose body was lost on the way is still one; only a success must be read.
fn refusal(error: OutboundError) -> Result<Answer, OutboundError> {
    match error.status {
        Some(status) if status >= 300 => Ok(Answer { status, retry_after: None, body: Vec::new() }),
        _ => Err(error),
    }
}
