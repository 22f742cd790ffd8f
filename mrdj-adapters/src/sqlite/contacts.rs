//! People.

use async_trait::async_trait;
use mrdj_core::contacts::{Contact, ContactBook, ContactId, ContactKey, EmailAddress, PersonName, Phone};
use mrdj_core::error::PortError;
use mrdj_core::leads::Lead;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::bulk::Bulk;
use super::error::{corrupt, port_error};
use super::open::Sqlite;
use super::row::{bytes, micros, moment, uuid};

#[async_trait]
impl ContactBook for Sqlite {
    async fn find(&self, key: &ContactKey) -> Result<Option<Contact>, PortError> {
        let row = sqlx::query("SELECT * FROM contact WHERE key = $1").bind(key.as_str());
        let row = row.fetch_optional(&self.0.readers).await;
        row.and_then(|row| row.as_ref().map(contact).transpose()).map_err(|cause| port_error("find a contact", cause))
    }
}

const MEET: Bulk = Bulk {
    head: "INSERT INTO contact
        (key, id, name, email, phone, phone_checked, first_seen_at, last_seen_at, newest_lead, newest_lead_at) VALUES",
    row: "?, ?, ?, ?, ?, ?, ?, ?, ?, ?",
    tail: "ON CONFLICT (key) DO UPDATE SET
        email = coalesce(email, excluded.email),
        phone_checked = iif(phone IS NULL, excluded.phone_checked, phone_checked),
        phone = coalesce(phone, excluded.phone),
        last_seen_at = max(last_seen_at, excluded.last_seen_at),
        newest_lead = iif(excluded.newest_lead_at >= coalesce(newest_lead_at, excluded.newest_lead_at),
            excluded.newest_lead, newest_lead),
        newest_lead_at = iif(excluded.newest_lead_at >= coalesce(newest_lead_at, excluded.newest_lead_at),
            excluded.newest_lead_at, newest_lead_at)",
};

/// Writes people who were met: gaps are filled, nothing is overwritten, and the newest lead is noted.
pub(super) async fn meet(
    connection: &mut SqliteConnection,
    met: &[(&Contact, Option<&Lead>)],
) -> Result<(), sqlx::Error> {
    MEET.run(connection, met, |query, (contact, lead)| {
        query
            .bind(contact.key.as_str())
            .bind(bytes(contact.id.uuid()))
            .bind(contact.name.as_str())
            .bind(contact.email.as_ref().map(EmailAddress::as_str))
            .bind(contact.phone.as_ref().map(Phone::as_str))
            .bind(contact.phone.as_ref().is_some_and(Phone::is_checked))
            .bind(micros(contact.first_seen_at))
            .bind(micros(contact.last_seen_at))
            .bind(lead.map(|lead| bytes(lead.id.uuid())))
            .bind(lead.map(|lead| micros(lead.submitted_at)))
    })
    .await?;
    Ok(())
}

fn contact(row: &SqliteRow) -> Result<Contact, sqlx::Error> {
    Ok(Contact {
        id: ContactId::from_uuid(uuid(row, "id")?),
        key: ContactKey::from_stored(row.try_get("key")?),
        name: name(row)?,
        email: email(row)?,
        phone: phone(row)?,
        first_seen_at: moment(row, "first_seen_at")?,
        last_seen_at: moment(row, "last_seen_at")?,
    })
}

/// The column `name`.
pub(super) fn name(row: &SqliteRow) -> Result<PersonName, sqlx::Error> {
    PersonName::parse(row.try_get("name")?).map_err(|_| corrupt("a name is none"))
}

/// The column `email`.
pub(super) fn email(row: &SqliteRow) -> Result<Option<EmailAddress>, sqlx::Error> {
    let text: Option<&str> = row.try_get("email")?;
    text.map(|text| EmailAddress::parse(text).map_err(|_| corrupt("a mail address is none"))).transpose()
}

/// The columns `phone` and `phone_checked`.
pub(super) fn phone(row: &SqliteRow) -> Result<Option<Phone>, sqlx::Error> {
    let text: Option<String> = row.try_get("phone")?;
    let checked: bool = row.try_get("phone_checked")?;
    Ok(text.map(|text| if checked { Phone::known(text) } else { Phone::unknown(text) }))
}
