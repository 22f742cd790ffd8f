//! The mailer: it recognises no repeated mail, and its search finds a mail only a while after it was taken.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::delivery::{DeliveryId, Recall};
use mrdj_core::error::PortError;
use mrdj_core::messages::{Mail, MailReceipt, Mailer};

use super::Temper;
use crate::alarms::Alarms;
use crate::dice::Dice;

/// The mails of a mailer.
pub(crate) struct MailBag {
    /// How it meets requests.
    pub(crate) temper: Temper,
    alarms: Alarms,
    dice: Dice,
    /// Its search has caught up after this long.
    lag: SignedDuration,
    mails: Mutex<Vec<Sent>>,
}

/// A mail it took.
#[derive(Clone)]
pub(crate) struct Sent {
    /// The mail.
    pub(crate) mail: Mail,
    found_from: Timestamp,
}

impl MailBag {
    /// An empty one, whose search finds everything after `lag` at the latest.
    pub(crate) fn of(temper: Temper, alarms: &Alarms, dice: &Dice, lag: SignedDuration) -> Self {
        Self { temper, alarms: alarms.clone(), dice: dice.for_another(), lag, mails: Mutex::default() }
    }

    /// Every mail, in the order in which they were taken.
    pub(crate) fn mails(&self) -> Vec<Sent> {
        self.bag().clone()
    }

    fn take(&self, mail: &Mail) -> String {
        let found_from = self.alarms.now() + self.dice.seconds(0, self.lag.as_secs());
        let mut bag = self.bag();
        bag.push(Sent { mail: mail.clone(), found_from });
        format!("m-{}", bag.len())
    }

    fn find(&self, delivery: DeliveryId) -> Option<MailReceipt> {
        let now = self.alarms.now();
        let place = self.bag().iter().position(|sent| sent.mail.delivery == delivery && sent.found_from <= now)?;
        Some(MailReceipt(format!("m-{}", place + 1)))
    }

    fn bag(&self) -> MutexGuard<'_, Vec<Sent>> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Mailer for MailBag {
    fn recall(&self) -> Recall {
        Recall::LookUp
    }

    async fn send(&self, mail: &Mail, now: Timestamp) -> Result<MailReceipt, PortError> {
        let what = mail.delivery.to_string();
        self.temper.meet(&what, "send", now, || self.take(mail)).await.map(MailReceipt)
    }

    async fn find_sent(&self, delivery: DeliveryId, now: Timestamp) -> Result<Option<MailReceipt>, PortError> {
        self.temper.answer("find sent", now, || self.find(delivery)).await
    }
}
