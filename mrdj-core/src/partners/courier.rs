//! Carries cards to the CRM.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{CARD, CRM, Card, Crm};
use crate::delivery::{Carried, Courier, Delivery, Found, QueueName, Recall};
use crate::error::{ErrorKind, PortError};
use crate::id::Id;
use crate::leads::{Lead, LeadBook};

/// Carries the card of a lead: reads it and puts it into the CRM.
pub struct CrmCourier {
    /// Keeps the cards.
    pub crm: Arc<dyn Crm>,
    /// Where leads are read.
    pub leads: Arc<dyn LeadBook>,
}

#[async_trait]
impl Courier for CrmCourier {
    fn queue(&self) -> QueueName {
        CRM
    }

    fn recall(&self) -> Recall {
        // A CRM recognises our reference (`card_twice_is_one_card`): putting the card again is how one asks.
        Recall::SendAgain
    }

    async fn carry(&self, delivery: &Delivery, now: Timestamp) -> Result<Carried, PortError> {
        if delivery.kind != CARD {
            let summary = format!("the CRM takes no {}", delivery.kind);
            return Err(PortError::new(ErrorKind::Rejected, "crm", "carry", summary));
        }
        let Some(lead) = self.leads.find(Id::from_uuid(delivery.subject)).await? else {
            return Ok(Carried::Skipped { reason: "the enquiry is no longer there".to_owned() });
        };
        let receipt = self.crm.put_card(&card(&lead), now).await?;
        Ok(Carried::Delivered { receipt: receipt.id })
    }

    async fn ask(&self, _: &Delivery, _: Timestamp) -> Result<Found, PortError> {
        Ok(Found::Missing)
    }
}

fn card(lead: &Lead) -> Card {
    let enquiry = &lead.enquiry;
    Card {
        reference: lead.reference.to_string(),
        source: lead.source.clone(),
        status: "new".to_owned(),
        name: enquiry.name.clone(),
        email: enquiry.email.clone(),
        phone: enquiry.phone.clone(),
        event_type: enquiry.event_type.as_ref().map_or_else(String::new, ToString::to_string),
        event_date: enquiry.event_date,
        package: enquiry.package.clone(),
        message: enquiry.message.clone(),
    }
}
