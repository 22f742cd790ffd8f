//! The calls.

use jiff::Timestamp;
use mrdj_core::error::PortError;
use serde::Serialize;
use url::Url;

use super::Config;
use super::error::Operation;
use super::wire::NewLead;
use super::wire_booking::NewBooking;
use crate::outbound::{Answer, Call, Outbound};

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
        send(Operation::PutCard, self.post(self.config.leads(), lead), now).await
    }

    /// Puts one booking there.
    pub(super) async fn push_booking(&self, booking: &NewBooking<'_>, now: Timestamp) -> Result<Answer, PortError> {
        send(Operation::PutBooking, self.post(self.config.bookings(), booking), now).await
    }

    fn post(&self, url: Url, body: &impl Serialize) -> Call {
        let call = self.outbound.post(url).bearer(self.config.key());
        call.header("X-RentGuy-Workspace", self.config.workspace()).json(body)
    }

    /// Whether it is there to take what is put there.
    pub(super) async fn is_ready(&self, now: Timestamp) -> bool {
        is_ready(&self.outbound, self.config.ready(), now).await
    }
}

/// Sends `call` at `now`.
pub(super) async fn send(operation: Operation, call: Call, now: Timestamp) -> Result<Answer, PortError> {
    match call.send(now).await {
        Ok(answer) => Ok(answer),
        Err(error) => match error.status {
            // The status alone says what a refusal means; only a success must be read.
            Some(status) if status >= 300 => Ok(Answer { status, retry_after: None, body: Vec::new() }),
            _ => Err(operation.unanswered(error)),
        },
    }
}

/// Whether one of `places` says that it is ready; the first that knows decides, and one that falls silent is not ready.
pub(super) async fn is_ready(outbound: &Outbound, places: &[Url], now: Timestamp) -> bool {
    for place in places {
        match outbound.get(place.clone()).send(now).await {
            Ok(answer) if answer.is_success() => return true,
            Ok(answer) if answer.status == 503 => return false,
            Ok(_) => {}
            Err(error) => return error.status.is_some_and(|status| status != 503),
        }
    }
    // Nobody knows, as at the mock, which has no such place: then the error is about what was put there.
    true
}
