//! Sells postage.

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::contacts::EmailAddress;
use mrdj_core::delivery::DeliveryId;
use mrdj_core::error::PortError;
use mrdj_core::messages::{PostOffice, Postage, PostageRule, Suppression};

use super::Memory;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What was paid for, and who gets nothing; by mailbox, whatever its spelling.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    paid: HashMap<DeliveryId, Payment>,
    suppressed: HashMap<String, Suppression>,
}

#[derive(Debug)]
struct Payment {
    account: String,
    at: Timestamp,
}

impl Ledger {
    fn pay(&mut self, to: &EmailAddress, delivery: DeliveryId, rule: PostageRule, now: Timestamp) -> Postage {
        if let Some(why) = self.suppressed.get(&to.mailbox()) {
            return Postage::Suppressed(*why);
        }
        if self.paid.contains_key(&delivery) {
            return Postage::Paid;
        }
        let account = rule.account(to);
        let spends = |paid: &Payment| paid.account == account && now.duration_since(paid.at) < rule.per_mailbox;
        if self.paid.values().any(spends) {
            return Postage::MailboxSpent;
        }
        if let Some(until) = self.full_until(rule.hourly, now) {
            return Postage::HourSpent { until };
        }
        self.paid.insert(delivery, Payment { account, at: now });
        Postage::Paid
    }

    /// When the oldest of this hour's is an hour old, if the hour is full.
    fn full_until(&self, hourly: u32, now: Timestamp) -> Option<Timestamp> {
        let this_hour = || self.paid.values().map(|paid| paid.at).filter(|at| now.duration_since(*at) < HOUR);
        let full = hourly > 0 && this_hour().count() >= hourly as usize;
        full.then(|| this_hour().min()).flatten().and_then(|oldest| oldest.checked_add(HOUR).ok())
    }

    fn sweep(&mut self, before: Timestamp, limit: usize) -> u64 {
        let old = self.paid.iter().filter(|(_, paid)| paid.at < before);
        let mut old: Vec<_> = old.map(|(delivery, paid)| (paid.at, *delivery)).collect();
        old.sort_unstable();
        old.truncate(limit);
        for (_, delivery) in &old {
            self.paid.remove(delivery);
        }
        old.len() as u64
    }
}

#[async_trait]
impl PostOffice for Memory {
    async fn pay(
        &self,
        to: &EmailAddress,
        delivery: DeliveryId,
        rule: PostageRule,
        now: Timestamp,
    ) -> Result<Postage, PortError> {
        Ok(self.record().ledger.pay(to, delivery, rule, now))
    }

    async fn suppression(&self, mailbox: &EmailAddress) -> Result<Option<Suppression>, PortError> {
        Ok(self.record().ledger.suppressed.get(&mailbox.mailbox()).copied())
    }

    async fn suppress(&self, mailbox: &EmailAddress, why: Suppression, _now: Timestamp) -> Result<(), PortError> {
        self.record().ledger.suppressed.insert(mailbox.mailbox(), why);
        Ok(())
    }

    async fn lift(&self, mailbox: &EmailAddress) -> Result<(), PortError> {
        self.record().ledger.suppressed.remove(&mailbox.mailbox());
        Ok(())
    }

    async fn sweep_postage(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        Ok(self.record().ledger.sweep(before, limit))
    }
}
