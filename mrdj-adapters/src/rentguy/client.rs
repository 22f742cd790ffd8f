//! The calls.

use jiff::Timestamp;
use mrdj_core::error::PortError;

use super::wire::NewLead;
use super::{Config, error};
use crate::outbound::{Answer, Outbound};

/// Speaks HTTP with RentGuy.
#[derive(Clone, Debug)]
pub(super) struct Client {
    config: Config,
    outbound: Outbound,
}

impl Client {
    pub(super) const fn new(config: Config, outbound: Outbound) -> Self {
        Self { config, outbound }
    }

    /// Puts one card there.
    pub(super) async fn push(&self, lead: &NewLead<'_>, now: Timestamp) -> Result<Answer, PortError> {
        let call = self.outbound.post(self.config.leads()).bearer(self.config.key());
        let call = call.header("X-RentGuy-Workspace", self.config.workspace()).json(lead);
        match call.send(now).await {
            Ok(answer) => Ok(answer),
            Err(error) => match error.status {
                // The status alone says what a refusal means; only a success must be read.
                Some(status) if status >= 300 => Ok(Answer { status, retry_after: None, body: Vec::new() }),
                _ => Err(error::unanswered(error)),
            },
        }
    }

    /// Whether it is there to take cards; the first place that knows decides, and a place that falls silent is not ready.
    pub(super) async fn is_ready(&self, now: Timestamp) -> bool {
        for place in self.config.ready() {
            match self.outbound.get(place.clone()).send(now).await {
                Ok(answer) if answer.is_success() => return true,
                Ok(answer) if answer.status == 503 => return false,
                Ok(_) => {}
                Err(error) => return error.status.is_some_and(|status| status != 503),
            }
        }
        // Nobody knows, as at the mock, which has no such place: then the error is about the card.
        true
    }
}
