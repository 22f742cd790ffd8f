//! Bookings, where they are taken as such.

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::error::PortError;
use mrdj_core::partners::{BookingCard, BookingCrm, BookingPut, CardReceipt};

use super::Config;
use super::client::Client;
use super::error::{Operation, refused};
use super::wire_booking::{Delivered, NewBooking};
use crate::outbound::Outbound;

/// The dialect that takes bookings under `POST {base}/bookings`, each time whole and under the same id.
///
/// It cannot be asked what it has, and it keeps nothing of what others would write beside.
#[derive(Clone, Debug)]
pub struct PostedBookings {
    client: Client,
}

impl PostedBookings {
    /// The CRM that `config` names, called through `outbound`.
    pub const fn new(config: Config, outbound: Outbound) -> Self {
        Self { client: Client::new(config, outbound) }
    }
}

#[async_trait]
impl BookingCrm for PostedBookings {
    async fn put_booking(&self, card: &BookingCard, now: Timestamp) -> Result<BookingPut, PortError> {
        let answer = self.client.push_booking(&NewBooking::from(card), now).await?;
        match answer.status {
            200..=299 => {
                let said: Delivered = serde_json::from_slice(&answer.body).unwrap_or_default();
                let kept = BookingPut::Kept(CardReceipt { id: None });
                if said.delivered { Ok(kept) } else { Err(Operation::PutBooking.unconfirmed(answer.status)) }
            }
            500 if !self.client.is_ready(now).await => Err(Operation::PutBooking.database_away()),
            _ => Err(refused(Operation::PutBooking, &answer, now)),
        }
    }
}
