//! Enquiries.

use async_trait::async_trait;
use jiff::civil::Date;
use mrdj_core::contacts::{ContactKey, EmailAddress, Phone};
use mrdj_core::error::PortError;
use mrdj_core::leads::{Enquiry, EventType, Lead, LeadBook, LeadFilter, LeadId, Mark, Reference};
use serde::Serialize;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::contacts::{email, name, phone};
use super::error::{corrupt, port_error};
use super::open::Sqlite;
use super::row::{batch, hex, json, micros, moment, uuid, word};

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
            // Two statements, so that each can go by its index.
            Some(standing) => {
                let query = "SELECT * FROM lead WHERE standing = $1 AND ($2 IS NULL OR id < $2)
                    ORDER BY id DESC LIMIT $3";
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

#[derive(Serialize)]
struct Columns<'a> {
    id: String,
    reference: &'a str,
    kind: &'static str,
    contact: &'a str,
    name: &'a str,
    email: Option<&'a str>,
    phone: Option<&'a str>,
    checked: bool,
    event_type: Option<&'a str>,
    event_date: Option<Date>,
    package: Option<&'a str>,
    message: Option<&'a str>,
    language: &'static str,
    standing: &'static str,
    score: u8,
    marks: &'a [Mark],
    source: &'a str,
    submitted: i64,
    changed: i64,
    version: u32,
}

impl<'a> From<&&'a Lead> for Columns<'a> {
    fn from(lead: &&'a Lead) -> Self {
        let enquiry = &lead.enquiry;
        Self {
            id: hex(lead.id.uuid()),
            reference: lead.reference.as_str(),
            kind: lead.kind.word(),
            contact: lead.contact.as_str(),
            name: enquiry.name.as_str(),
            email: enquiry.email.as_ref().map(EmailAddress::as_str),
            phone: enquiry.phone.as_ref().map(Phone::as_str),
            checked: enquiry.phone.as_ref().is_some_and(Phone::is_checked),
            event_type: enquiry.event_type.as_ref().map(EventType::as_str),
            event_date: enquiry.event_date,
            package: enquiry.package.as_deref(),
            message: enquiry.message.as_deref(),
            language: enquiry.language.tag(),
            standing: lead.standing.word(),
            score: lead.score,
            marks: &lead.marks,
            source: &lead.source,
            submitted: micros(lead.submitted_at),
            changed: micros(lead.changed_at),
            version: lead.version,
        }
    }
}

/// Writes new leads.
pub(super) async fn insert(connection: &mut SqliteConnection, leads: &[&Lead]) -> Result<(), sqlx::Error> {
    if leads.is_empty() {
        return Ok(());
    }
    let rows: Vec<Columns<'_>> = leads.iter().map(Columns::from).collect();
    let statement = "INSERT INTO lead
            (id, reference, kind, contact, name, email, phone, phone_checked, event_type, event_date, package, message,
            language, standing, score, marks, source, submitted_at, changed_at, version)
        SELECT unhex(value ->> 'id'), value ->> 'reference', value ->> 'kind', value ->> 'contact', value ->> 'name',
            value ->> 'email', value ->> 'phone', value ->> 'checked', value ->> 'event_type', value ->> 'event_date',
            value ->> 'package', value ->> 'message', value ->> 'language', value ->> 'standing', value ->> 'score',
            value ->> 'marks', value ->> 'source', value ->> 'submitted', value ->> 'changed', value ->> 'version'
        FROM json_each($1)";
    sqlx::query(statement).bind(batch(&rows)).execute(connection).await?;
    Ok(())
}

/// Writes leads that changed; id, reference, source and the moment they came in never do.
pub(super) async fn update(connection: &mut SqliteConnection, leads: &[&Lead]) -> Result<(), sqlx::Error> {
    if leads.is_empty() {
        return Ok(());
    }
    let rows: Vec<Columns<'_>> = leads.iter().map(Columns::from).collect();
    // Row by row in the order of the decisions: the last of two editions in one batch stays.
    for row in &rows {
        let statement = "UPDATE lead SET name = $1 ->> 'name', email = $1 ->> 'email', phone = $1 ->> 'phone',
                phone_checked = $1 ->> 'checked', event_type = $1 ->> 'event_type', event_date = $1 ->> 'event_date',
                package = $1 ->> 'package', message = $1 ->> 'message', language = $1 ->> 'language',
                standing = $1 ->> 'standing', score = $1 ->> 'score', marks = $1 ->> 'marks',
                changed_at = $1 ->> 'changed', version = $1 ->> 'version'
            WHERE id = unhex($1 ->> 'id')";
        let row = serde_json::to_string(row).expect("a row is plain data");
        let updated = sqlx::query(statement).bind(row).execute(&mut *connection).await?;
        if updated.rows_affected() == 0 {
            return Err(sqlx::Error::RowNotFound);
        }
    }
    Ok(())
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
