//! The port.

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::partners::{Card, CardReceipt, Crm};

use super::Config;
use super::client::Client;
use super::error::{Operation, refused};
use super::wire::{MAX_LEAD_ID_CHARS, NewLead, Receipt};
use crate::outbound::{Answer, Outbound};

/// RentGuy in the role of the CRM.
#[derive(Clone, Debug)]
pub struct RentGuy {
    client: Client,
}

impl RentGuy {
    /// The CRM that `config` names, called through `outbound`, whose timeout is its own (`RENTGUY_TIMEOUT_MS`).
    pub const fn new(config: Config, outbound: Outbound) -> Self {
        Self { client: Client::new(config, outbound) }
    }
}

#[async_trait]
impl Crm for RentGuy {
    async fn put_card(&self, card: &Card, now: Timestamp) -> Result<CardReceipt, PortError> {
        known_by_itself(&card.reference)?;
        let answer = self.client.push(&NewLead::from(card), now).await?;
        match answer.status {
            200..=299 => receipt(&answer, &card.reference),
            // It says the same to a card it cannot store and to every card while its database is away.
            500 if !self.client.is_ready(now).await => Err(Operation::PutCard.database_away()),
            _ => Err(refused(Operation::PutCard, &answer, now)),
        }
    }
}

/// Holds back what would not be this card there: an empty reference is shared by all, and a cut one by some.
fn known_by_itself(reference: &str) -> Result<(), PortError> {
    let fits = (1..=MAX_LEAD_ID_CHARS).contains(&reference.chars().count()) && !reference.contains('\0');
    if fits { Ok(()) } else { Err(Operation::PutCard.error(ErrorKind::Rejected, "the reference does not fit leadId")) }
}

fn receipt(answer: &Answer, reference: &str) -> Result<CardReceipt, PortError> {
    let receipt: Option<Receipt> = serde_json::from_slice(&answer.body).ok();
    let id = receipt.and_then(|receipt| receipt.confirms(reference));
    id.map(|id| CardReceipt { id }).ok_or_else(|| Operation::PutCard.unconfirmed(answer.status))
}
