//! Postage, and the mailboxes that get nothing.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::contacts::EmailAddress;
use mrdj_core::delivery::DeliveryId;
use mrdj_core::error::PortError;
use mrdj_core::idempotency::Fingerprint;
use mrdj_core::messages::{PostOffice, Postage, PostageRule, Suppression};

use super::open::Postgres;
use super::row::{micros, moment, word};
use super::session::{Session, Statement};

/// One counter is open: the ceiling holds over all who pay. "post" in ASCII.
const COUNTER: i64 = 0x706f_7374;

#[async_trait]
impl PostOffice for Postgres {
    async fn pay(
        &self,
        to: &EmailAddress,
        delivery: DeliveryId,
        rule: PostageRule,
        now: Timestamp,
    ) -> Result<Postage, PortError> {
        let (mailbox, account) = (digest(to), account(to, rule));
        self.write("pay postage", move |session| Box::pin(pay(session, mailbox, account, delivery, rule, now))).await
    }

    async fn suppression(&self, mailbox: &EmailAddress) -> Result<Option<Suppression>, PortError> {
        let query = suppression(digest(mailbox));
        let found = self.read("read a suppression", |session| {
            Box::pin(async move { session.row(query).await?.map(|row| word(&row, "why")).transpose() })
        });
        found.await
    }

    async fn suppress(&self, mailbox: &EmailAddress, why: Suppression, now: Timestamp) -> Result<(), PortError> {
        let statement = "INSERT INTO mrdj.suppression (mailbox, why, at) VALUES ($1, $2, $3)
            ON CONFLICT (mailbox) DO UPDATE SET why = excluded.why, at = excluded.at";
        let statement = sqlx::query(statement).bind(digest(mailbox)).bind(why.word()).bind(micros(now));
        let suppressed =
            self.write("suppress", |session| Box::pin(async move { session.execute(statement).await.map(drop) }));
        suppressed.await
    }

    async fn lift(&self, mailbox: &EmailAddress) -> Result<(), PortError> {
        let statement = sqlx::query("DELETE FROM mrdj.suppression WHERE mailbox = $1").bind(digest(mailbox));
        self.write("lift", |session| Box::pin(async move { session.execute(statement).await.map(drop) })).await
    }

    async fn sweep_postage(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        let statement = "DELETE FROM mrdj.postage WHERE delivery = ANY(ARRAY(
            SELECT delivery FROM mrdj.postage WHERE at < $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED))";
        let statement = sqlx::query(statement).bind(micros(before)).bind(i64::try_from(limit).unwrap_or(i64::MAX));
        self.write("sweep postage", |session| Box::pin(async move { session.execute(statement).await })).await
    }
}

/// A mailbox as it is kept: enough to recognise it, nothing to read.
fn digest(address: &EmailAddress) -> Vec<u8> {
    Fingerprint::of(address.mailbox().as_bytes()).0.to_vec()
}

/// What a payment is counted by, likewise.
fn account(to: &EmailAddress, rule: PostageRule) -> Vec<u8> {
    Fingerprint::of(rule.account(to).as_bytes()).0.to_vec()
}

fn suppression(mailbox: Vec<u8>) -> Statement {
    sqlx::query("SELECT why FROM mrdj.suppression WHERE mailbox = $1").bind(mailbox)
}

async fn pay(
    session: &mut Session<'_>,
    mailbox: Vec<u8>,
    account: Vec<u8>,
    delivery: DeliveryId,
    rule: PostageRule,
    now: Timestamp,
) -> Result<Postage, sqlx::Error> {
    session.execute(sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(COUNTER)).await?;
    if let Some(row) = session.row(suppression(mailbox)).await? {
        return Ok(Postage::Suppressed(word(&row, "why")?));
    }
    let query = sqlx::query("SELECT 1 AS paid FROM mrdj.postage WHERE delivery = $1").bind(delivery.uuid());
    if session.row(query).await?.is_some() {
        return Ok(Postage::Paid);
    }
    let since = now.checked_sub(rule.per_mailbox).unwrap_or(Timestamp::MIN);
    let query = sqlx::query("SELECT 1 AS spent FROM mrdj.postage WHERE mailbox = $1 AND at > $2 LIMIT 1");
    if session.row(query.bind(account.clone()).bind(micros(since))).await?.is_some() {
        return Ok(Postage::MailboxSpent);
    }
    if let Some(until) = hour_spent(session, rule, now).await? {
        return Ok(Postage::HourSpent { until });
    }
    let statement = sqlx::query("INSERT INTO mrdj.postage (delivery, mailbox, at) VALUES ($1, $2, $3)");
    session.execute(statement.bind(delivery.uuid()).bind(account).bind(micros(now))).await?;
    Ok(Postage::Paid)
}

/// When there is room again, if this hour is full: once enough of the hour's oldest have turned an hour old.
async fn hour_spent(
    session: &mut Session<'_>,
    rule: PostageRule,
    now: Timestamp,
) -> Result<Option<Timestamp>, sqlx::Error> {
    if rule.hourly == 0 {
        return Ok(None);
    }
    let hour = SignedDuration::from_hours(1);
    let since = now.checked_sub(hour).unwrap_or(Timestamp::MIN);
    let query = sqlx::query("SELECT at FROM mrdj.postage WHERE at > $1 ORDER BY at DESC LIMIT 1 OFFSET $2");
    let row = session.row(query.bind(micros(since)).bind(i64::from(rule.hourly) - 1)).await?;
    let at = row.as_ref().map(|row| moment(row, "at")).transpose()?;
    Ok(at.and_then(|at| at.checked_add(hour).ok()))
}
