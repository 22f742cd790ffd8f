//! Enquiries.

use async_trait::async_trait;
use mrdj_core::contacts::{ContactKey, EmailAddress, Phone};
use mrdj_core::error::PortError;
use mrdj_core::leads::{Enquiry, EventType, Lead, LeadBook, LeadFilter, LeadId, Reference, Standing};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::bulk::{Bound, Bulk};
use super::contacts::{email, name, phone};
use super::error::{corrupt, port_error};
use super::open::Sqlite;
use super::row::{bytes, json, maybe, micros, moment, uuid, word};

const LIST_CLEAR: &str = "SELECT * FROM lead WHERE standing = $1 AND ($2 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3";
/// `standing <> 'clear'` lets SQLite see that the index over the few leads that are not clear will do.
pub(super) const LIST_HELD: &str = "SELECT * FROM lead WHERE standing <> 'clear' AND standing = $1
    AND ($2 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3";

#[async_trait]
impl LeadBook for Sqlite {
    async fn find(&self, id: LeadId) -> Result<Option<Lead>, PortError> {
        let row = sqlx::query("SELECT * FROM lead WHERE id = $1").bind(id.uuid().as_bytes().to_vec());
        one(row.fetch_optional(&self.0.readers).await)
    }

    async fn find_by_reference(&self, reference: &Reference) -> Result<Option<Lead>, PortError> {
        let row = sqlx::query("SELECT * FROM lead WHERE reference = $1").bind(reference.as_str());
        one(row.fetch_optional(&self.0.readers).await)
    }

    async fn newest_of(&self, contact: &ContactKey) -> Result<Option<Lead>, PortError> {
        let query = "SELECT lead.* FROM contact JOIN lead ON lead.id = contact.newest_lead WHERE contact.key = $1";
        let row = sqlx::query(query).bind(contact.as_str());
        one(row.fetch_optional(&self.0.readers).await)
    }

    async fn list(&self, filter: &LeadFilter, limit: usize) -> Result<Vec<Lead>, PortError> {
        let before = filter.before.map(|id| id.uuid().as_bytes().to_vec());
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = match filter.standing {
            // A statement for each, so that each can go by its index.
            Some(standing) => {
                let query = if standing == Standing::Clear { LIST_CLEAR } else { LIST_HELD };
                sqlx::query(query).bind(standing.word()).bind(before).bind(limit).fetch_all(&self.0.readers).await
            }
            None => {
                let query = "SELECT * FROM lead WHERE $1 IS NULL OR id < $1 ORDER BY id DESC LIMIT $2";
                sqlx::query(query).bind(before).bind(limit).fetch_all(&self.0.readers).await
            }
        };
        rows.and_then(|rows| rows.iter().map(lead).collect()).map_err(|cause| port_error("list leads", cause))
    }
}

fn one(row: Result<Option<SqliteRow>, sqlx::Error>) -> Result<Option<Lead>, PortError> {
    row.and_then(|row| row.as_ref().map(lead).transpose()).map_err(|cause| port_error("find a lead", cause))
}

const INSERT: Bulk = Bulk {
    head: "INSERT INTO lead
        (name, email, phone, phone_checked, event_type, event_date, package, message, language, standing, score, marks,
        changed_at, version, seen, id, reference, kind, contact, source, submitted_at) VALUES",
    row: "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?",
    tail: "",
};

/// Writes new leads.
pub(super) async fn insert(connection: &mut SqliteConnection, leads: &[&Lead]) -> Result<(), sqlx::Error> {
    INSERT
        .run(connection, leads, |query, lead| {
            bind_what_may_change(query, lead)
                .bind(bytes(lead.id.uuid()))
                .bind(lead.reference.as_str())
                .bind(lead.kind.word())
                .bind(lead.contact.as_str())
                .bind(lead.source.as_str())
                .bind(micros(lead.submitted_at))
        })
        .await?;
    Ok(())
}

/// Writes leads that changed; id, reference, source and the moment they came in never do.
pub(super) async fn update(connection: &mut SqliteConnection, leads: &[&Lead]) -> Result<(), sqlx::Error> {
    // Row by row in the order of the decisions: the last of two editions in one batch stays.
    for lead in leads {
        let statement = "UPDATE lead SET name = ?, email = ?, phone = ?, phone_checked = ?, event_type = ?,
            event_date = ?, package = ?, message = ?, language = ?, standing = ?, score = ?, marks = ?, changed_at = ?,
            version = ?, seen = ? WHERE id = ?";
        let update = bind_what_may_change(sqlx::query(statement), lead).bind(bytes(lead.id.uuid()));
        if update.execute(&mut *connection).await?.rows_affected() == 0 {
            return Err(sqlx::Error::RowNotFound);
        }
    }
    Ok(())
}

fn bind_what_may_change<'q>(query: Bound<'q>, lead: &'q Lead) -> Bound<'q> {
    let enquiry = &lead.enquiry;
    query
        .bind(enquiry.name.as_str())
        .bind(enquiry.email.as_ref().map(EmailAddress::as_str))
        .bind(enquiry.phone.as_ref().map(Phone::as_str))
        .bind(enquiry.phone.as_ref().is_some_and(Phone::is_checked))
        .bind(enquiry.event_type.as_ref().map(EventType::as_str))
        .bind(enquiry.event_date.map(|day| day.to_string()))
        .bind(enquiry.package.as_deref())
        .bind(enquiry.message.as_deref())
        .bind(enquiry.language.tag())
        .bind(lead.standing.word())
        .bind(lead.score)
        .bind(serde_json::to_string(&lead.marks).expect("marks are words"))
        .bind(micros(lead.changed_at))
        .bind(lead.version)
        .bind((!lead.seen.is_empty()).then(|| serde_json::to_string(&lead.seen).expect("it is plain data")))
}

fn lead(row: &SqliteRow) -> Result<Lead, sqlx::Error> {
    Ok(Lead {
        id: LeadId::from_uuid(uuid(row, "id")?),
        reference: Reference::from_text(row.try_get("reference")?),
        kind: word(row, "kind")?,
        contact: ContactKey::from_stored(row.try_get("contact")?),
        enquiry: enquiry(row)?,
        standing: word(row, "standing")?,
        score: row.try_get("score")?,
        marks: json(row, "marks")?,
        source: row.try_get("source")?,
        seen: maybe(row, "seen", json)?.unwrap_or_default(),
        submitted_at: moment(row, "submitted_at")?,
        changed_at: moment(row, "changed_at")?,
        version: row.try_get("version")?,
    })
}

fn enquiry(row: &SqliteRow) -> Result<Enquiry, sqlx::Error> {
    let day: Option<&str> = row.try_get("event_date")?;
    let day = day.map(|day| day.parse().map_err(|_| corrupt("a date is none"))).transpose()?;
    let kind: Option<String> = row.try_get("event_type")?;
    Ok(Enquiry {
        name: name(row)?,
        email: email(row)?,
        phone: phone(row)?,
        event_type: kind.map(EventType::from_stored),
        event_date: day,
        package: row.try_get("package")?,
        message: row.try_get("message")?,
        language: word(row, "language")?,
    })
}
