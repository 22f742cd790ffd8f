//! What partners say of ours.

use async_trait::async_trait;
use mrdj_core::error::PortError;
use mrdj_core::partners::{PartnerNews, PartnerStatus};
use mrdj_core::webhooks::PartnerName;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use uuid::Uuid;

use super::bulk::Bulk;
use super::error::port_error;
use super::open::Sqlite;
use super::row::{bytes, micros, moment, uuid};

#[async_trait]
impl PartnerNews for Sqlite {
    async fn of(&self, subject: Uuid) -> Result<Vec<PartnerStatus>, PortError> {
        let query = sqlx::query("SELECT * FROM partner_status WHERE subject = $1 ORDER BY partner");
        let rows = query.bind(bytes(subject)).fetch_all(&self.0.readers).await;
        let read = rows.and_then(|rows| rows.iter().map(status).collect());
        read.map_err(|cause| port_error("read what partners say", cause))
    }
}

const STATUSES: Bulk = Bulk {
    head: "INSERT INTO partner_status (subject, partner, status, at) VALUES",
    row: "?, ?, ?, ?",
    tail: "ON CONFLICT (subject, partner) DO UPDATE SET status = excluded.status, at = excluded.at
        WHERE excluded.at >= partner_status.at",
};

/// Writes what partners say over what they said of earlier moments.
pub(super) async fn note(connection: &mut SqliteConnection, statuses: &[&PartnerStatus]) -> Result<(), sqlx::Error> {
    STATUSES
        .run(connection, statuses, |query, said| {
            query.bind(bytes(said.subject)).bind(said.partner.as_str()).bind(said.status.as_str()).bind(micros(said.at))
        })
        .await?;
    Ok(())
}

fn status(row: &SqliteRow) -> Result<PartnerStatus, sqlx::Error> {
    Ok(PartnerStatus {
        partner: PartnerName::from_stored(row.try_get("partner")?),
        subject: uuid(row, "subject")?,
        status: row.try_get("status")?,
        at: moment(row, "at")?,
    })
}
