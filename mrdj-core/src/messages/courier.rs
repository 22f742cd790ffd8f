//! Carries mails through the mailer.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    CONFIRMATION, House, Letter, MAIL, Mail, Mailer, NOTICE, PostOffice, Postage, PostageRule, confirmation, notice,
};
use crate::contacts::EmailAddress;
use crate::delivery::{Carried, Courier, Delivery, Found, QueueName, Recall};
use crate::error::{ErrorKind, PortError};
use crate::id::Id;
use crate::leads::{Lead, LeadBook};

/// Carries the mails of a lead: reads it, buys postage, writes the letter, hands it to the mailer.
pub struct MailCourier {
    /// Takes the mails.
    pub mailer: Arc<dyn Mailer>,
    /// Sells postage.
    pub post_office: Arc<dyn PostOffice>,
    /// Where leads are read.
    pub leads: Arc<dyn LeadBook>,
    /// How many confirmations may leave.
    pub postage: PostageRule,
    /// The business, as mails name it.
    pub house: House,
}

#[async_trait]
impl Courier for MailCourier {
    fn queue(&self) -> QueueName {
        MAIL
    }

    fn recall(&self) -> Recall {
        self.mailer.recall()
    }

    async fn carry(&self, delivery: &Delivery, now: Timestamp) -> Result<Carried, PortError> {
        let Some(lead) = self.leads.find(Id::from_uuid(delivery.subject)).await? else {
            return Ok(skipped("the enquiry is no longer there"));
        };
        match delivery.kind.as_str() {
            CONFIRMATION => self.confirm(delivery, &lead, now).await,
            NOTICE => self.notify(delivery, &lead, now).await,
            kind => Err(PortError::new(ErrorKind::Rejected, "mail", "carry", format!("no mail is called {kind}"))),
        }
    }

    async fn ask(&self, delivery: &Delivery, now: Timestamp) -> Result<Found, PortError> {
        let sent = self.mailer.find_sent(delivery.id, now).await?;
        Ok(sent.map_or(Found::Missing, |receipt| Found::Delivered { receipt: Some(receipt.0) }))
    }
}

impl MailCourier {
    async fn confirm(&self, delivery: &Delivery, lead: &Lead, now: Timestamp) -> Result<Carried, PortError> {
        let Some(to) = lead.email() else {
            return Ok(skipped("the enquiry names no mailbox"));
        };
        match self.post_office.pay(to, delivery.id, self.postage, now).await? {
            Postage::Paid => self.send(delivery, lead, to, None, confirmation(&self.house, lead), now).await,
            Postage::MailboxSpent => Ok(skipped("this mailbox had its confirmation")),
            Postage::Suppressed(why) => Ok(skipped(&format!("this mailbox is suppressed: {}", why.word()))),
            Postage::HourSpent { until } => {
                Ok(Carried::PutOff { at: until, reason: "the hour's confirmations are spent".to_owned() })
            }
        }
    }

    async fn notify(&self, delivery: &Delivery, lead: &Lead, now: Timestamp) -> Result<Carried, PortError> {
        let Some(inbox) = &self.house.inbox else {
            return Ok(skipped("no inbox is set up for notices"));
        };
        let letter = notice(&self.house, lead, delivery.edition > 1);
        self.send(delivery, lead, inbox, lead.email(), letter, now).await
    }

    async fn send(
        &self,
        delivery: &Delivery,
        lead: &Lead,
        to: &EmailAddress,
        reply_to: Option<&EmailAddress>,
        letter: Letter,
        now: Timestamp,
    ) -> Result<Carried, PortError> {
        let mail = Mail {
            delivery: delivery.id,
            kind: delivery.kind.clone(),
            reference: lead.reference.to_string(),
            to: to.clone(),
            reply_to: reply_to.cloned(),
            subject: letter.subject,
            text: letter.text,
            html: letter.html,
        };
        let receipt = self.mailer.send(&mail, now).await?;
        Ok(Carried::Delivered { receipt: Some(receipt.0) })
    }
}

fn skipped(reason: &str) -> Carried {
    Carried::Skipped { reason: reason.to_owned() }
}
