//! Postage, and the mailboxes that get nothing.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::contacts::EmailAddress;
use mrdj_core::delivery::DeliveryId;
use mrdj_core::error::PortError;
use mrdj_core::idempotency::Fingerprint;
use mrdj_core::messages::{PostOffice, Postage, PostageRule, Suppression};
use sqlx::sqlite::SqliteConnection;

use super::error::{corrupt, port_error};
use super::open::Sqlite;
use super::row::micros;

#[async_trait]
impl PostOffice for Sqlite {
    async fn pay(
        &self,
        to: &EmailAddress,
        delivery: DeliveryId,
        rule: PostageRule,
        now: Timestamp,
    ) -> Result<Postage, PortError> {
        let (mailbox, account) = (digest(to), account(to, rule));
        let paid = self.0.writer.write(move |connection| {
            let (mailbox, account) = (mailbox.clone(), account.clone());
            Box::pin(async move { pay(connection, &mailbox, account, delivery, rule, now).await })
        });
        paid.await
    }

    async fn suppression(&self, mailbox: &EmailAddress) -> Result<Option<Suppression>, PortError> {
        let found = async { suppression(&mut *self.0.readers.acquire().await?, &digest(mailbox)).await };
        found.await.map_err(|cause| port_error("read a suppression", cause))
    }

    async fn suppress(&self, mailbox: &EmailAddress, why: Suppression, now: Timestamp) -> Result<(), PortError> {
        let mailbox = digest(mailbox);
        let suppressed = self.0.writer.write(move |connection| {
            let mailbox = mailbox.clone();
            Box::pin(async move {
                let statement = "INSERT INTO suppression (mailbox, why, at) VALUES ($1, $2, $3)
                    ON CONFLICT (mailbox) DO UPDATE SET why = excluded.why, at = excluded.at";
                sqlx::query(statement).bind(mailbox).bind(why.word()).bind(micros(now)).execute(connection).await?;
                Ok(())
            })
        });
        suppressed.await
    }

    async fn lift(&self, mailbox: &EmailAddress) -> Result<(), PortError> {
        let mailbox = digest(mailbox);
        let lifted = self.0.writer.write(move |connection| {
            let mailbox = mailbox.clone();
            Box::pin(async move {
                sqlx::query("DELETE FROM suppression WHERE mailbox = $1").bind(mailbox).execute(connection).await?;
                Ok(())
            })
        });
        lifted.await
    }

    async fn sweep_postage(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let swept = self.0.writer.write(move |connection| {
            Box::pin(async move {
                let swept = sqlx::query(SWEEP).bind(micros(before)).bind(limit).execute(connection).await?;
                Ok(swept.rows_affected())
            })
        });
        swept.await
    }
}

pub(super) const SWEEP: &str = "DELETE FROM postage WHERE delivery IN
    (SELECT delivery FROM postage WHERE at < $1 ORDER BY at LIMIT $2)";

/// A mailbox as it is kept: enough to recognise it, nothing to read.
fn digest(address: &EmailAddress) -> Vec<u8> {
    Fingerprint::of(address.mailbox().as_bytes()).0.to_vec()
}

/// What a payment is counted by, likewise.
fn account(to: &EmailAddress, rule: PostageRule) -> Vec<u8> {
    Fingerprint::of(rule.account(to).as_bytes()).0.to_vec()
}

async fn pay(
    connection: &mut SqliteConnection,
    mailbox: &[u8],
    account: Vec<u8>,
    delivery: DeliveryId,
    rule: PostageRule,
    now: Timestamp,
) -> Result<Postage, sqlx::Error> {
    if let Some(why) = suppression(connection, mailbox).await? {
        return Ok(Postage::Suppressed(why));
    }
    let id = delivery.uuid().as_bytes().to_vec();
    let before: Option<i64> = sqlx::query_scalar("SELECT 1 FROM postage WHERE delivery = $1")
        .bind(id.clone())
        .fetch_optional(&mut *connection)
        .await?;
    if before.is_some() {
        return Ok(Postage::Paid);
    }
    let since = now.checked_sub(rule.per_mailbox).unwrap_or(Timestamp::MIN);
    let spent: Option<i64> = sqlx::query_scalar("SELECT 1 FROM postage WHERE mailbox = $1 AND at > $2 LIMIT 1")
        .bind(account.clone())
        .bind(micros(since))
        .fetch_optional(&mut *connection)
        .await?;
    if spent.is_some() {
        return Ok(Postage::MailboxSpent);
    }
    if let Some(until) = hour_spent(connection, rule, now).await? {
        return Ok(Postage::HourSpent { until });
    }
    sqlx::query("INSERT INTO postage (delivery, mailbox, at) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(account)
        .bind(micros(now))
        .execute(connection)
        .await?;
    Ok(Postage::Paid)
}

async fn suppression(connection: &mut SqliteConnection, mailbox: &[u8]) -> Result<Option<Suppression>, sqlx::Error> {
    let why: Option<String> = sqlx::query_scalar("SELECT why FROM suppression WHERE mailbox = $1")
        .bind(mailbox.to_vec())
        .fetch_optional(connection)
        .await?;
    let read = |why: String| serde_json::from_value(why.into()).map_err(|_| corrupt("a suppression has no reason"));
    why.map(read).transpose()
}

/// When there is room again, if this hour is full: once enough of the hour's oldest have turned an hour old.
async fn hour_spent(
    connection: &mut SqliteConnection,
    rule: PostageRule,
    now: Timestamp,
) -> Result<Option<Timestamp>, sqlx::Error> {
    if rule.hourly == 0 {
        return Ok(None);
    }
    let hour = SignedDuration::from_hours(1);
    let since = now.checked_sub(hour).unwrap_or(Timestamp::MIN);
    let query = "SELECT at FROM postage WHERE at > $1 ORDER BY at DESC LIMIT 1 OFFSET $2";
    let pivotal: Option<i64> = sqlx::query_scalar(query)
        .bind(micros(since))
        .bind(i64::from(rule.hourly) - 1)
        .fetch_optional(connection)
        .await?;
    let at = pivotal.and_then(|at| Timestamp::from_microsecond(at).ok());
    Ok(at.and_then(|at| at.checked_add(hour).ok()))
}
