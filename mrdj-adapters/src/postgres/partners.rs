//! What partners say of ours.

use async_trait::async_trait;
use mrdj_core::error::PortError;
use mrdj_core::partners::{PartnerNews, PartnerStatus};
use mrdj_core::webhooks::PartnerName;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::open::Postgres;
use super::row::{column, micros, moment};
use super::session::Session;

#[async_trait]
impl PartnerNews for Postgres {
    async fn of(&self, subject: Uuid) -> Result<Vec<PartnerStatus>, PortError> {
        let query = "SELECT * FROM mrdj.partner_status WHERE subject = $1 ORDER BY partner COLLATE \"C\"";
        let query = sqlx::query(query).bind(subject);
        let read = self.read("read what partners say", |session| {
            Box::pin(async move { session.rows(query).await?.iter().map(status).collect() })
        });
        read.await
    }
}

/// Writes what partners say over what they said of earlier moments.
pub(super) async fn note(session: &mut Session<'_>, statuses: &[&PartnerStatus]) -> Result<(), sqlx::Error> {
    if statuses.is_empty() {
        return Ok(());
    }
    let statement = "INSERT INTO mrdj.partner_status (subject, partner, status, at)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[])
        ON CONFLICT (subject, partner) DO UPDATE SET status = excluded.status, at = excluded.at
            WHERE excluded.at >= partner_status.at";
    let statement = sqlx::query(statement)
        .bind(column(statuses, |said| said.subject))
        .bind(column(statuses, |said| said.partner.as_str().to_owned()))
        .bind(column(statuses, |said| said.status.clone()))
        .bind(column(statuses, |said| micros(said.at)));
    session.execute(statement).await?;
    Ok(())
}

fn status(row: &PgRow) -> Result<PartnerStatus, sqlx::Error> {
    Ok(PartnerStatus {
        partner: PartnerName::from_stored(row.try_get("partner")?),
        subject: row.try_get("subject")?,
        status: row.try_get("status")?,
        at: moment(row, "at")?,
    })
}
