//! Enquiries.

use std::collections::HashMap;

use async_trait::async_trait;
use mrdj_core::contacts::{ContactKey, Phone};
use mrdj_core::error::PortError;
use mrdj_core::experiments::Seen;
use mrdj_core::leads::{Enquiry, EventType, Lead, LeadBook, LeadFilter, LeadId, Reference, Standing};
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::error::corrupt;
use super::open::Postgres;
use super::row::{column, email, json, micros, moment, name, phone, whole, word};
use super::session::{Session, Statement};

/// The day is written out, so that a civil day stays one.
macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT lead.id, reference, kind, contact, lead.name, lead.email, lead.phone, lead.phone_checked, event_type, ",
            "event_date::text AS event_date, package, message, language, standing, score, marks, source, submitted_at, ",
            "changed_at, version, seen FROM mrdj.lead ",
            $tail
        )
    };
}

#[async_trait]
impl LeadBook for Postgres {
    async fn find(&self, id: LeadId) -> Result<Option<Lead>, PortError> {
        self.one(sqlx::query(select!("WHERE id = $1")).bind(id.uuid())).await
    }

    async fn find_by_reference(&self, reference: &Reference) -> Result<Option<Lead>, PortError> {
        self.one(sqlx::query(select!("WHERE reference = $1")).bind(reference.as_str().to_owned())).await
    }

    async fn newest_of(&self, contact: &ContactKey) -> Result<Option<Lead>, PortError> {
        let query = select!("JOIN mrdj.contact ON lead.id = contact.newest_lead WHERE contact.key = $1");
        self.one(sqlx::query(query).bind(contact.as_str().to_owned())).await
    }

    async fn list(&self, filter: &LeadFilter, limit: usize) -> Result<Vec<Lead>, PortError> {
        let before = filter.before.map(|id| id.uuid());
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let query = match filter.standing {
            Some(Standing::Clear) => {
                let query =
                    select!("WHERE standing = 'clear' AND ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2");
                sqlx::query(query).bind(before).bind(limit)
            }
            // `standing <> 'clear'` lets Postgres see that the index over the few leads that are not clear will do.
            Some(held) => {
                let query = select!(
                    "WHERE standing <> 'clear' AND standing = $3 AND ($1::uuid IS NULL OR id < $1)
                    ORDER BY id DESC LIMIT $2"
                );
                sqlx::query(query).bind(before).bind(limit).bind(held.word())
            }
            None => {
                let query = select!("WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2");
                sqlx::query(query).bind(before).bind(limit)
            }
        };
        let listed = self.read("list leads", |session| {
            Box::pin(async move { session.rows(query).await?.iter().map(lead).collect() })
        });
        listed.await
    }
}

impl Postgres {
    async fn one(&self, query: Statement) -> Result<Option<Lead>, PortError> {
        let found = self.read("find a lead", |session| {
            Box::pin(async move { session.row(query).await?.as_ref().map(lead).transpose() })
        });
        found.await
    }
}

/// Writes new leads.
pub(super) async fn insert(session: &mut Session<'_>, leads: &[&Lead]) -> Result<(), sqlx::Error> {
    if leads.is_empty() {
        return Ok(());
    }
    let statement = "INSERT INTO mrdj.lead
        (id, name, email, phone, phone_checked, event_type, event_date, package, message, language, standing, score, marks,
        changed_at, version, seen, reference, kind, contact, source, submitted_at)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::text[],
            $7::text[]::date[], $8::text[], $9::text[], $10::text[], $11::text[], $12::bigint[], $13::text[],
            $14::bigint[], $15::bigint[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::bigint[])";
    let statement = bind_what_may_change(sqlx::query(statement), leads)
        .bind(column(leads, |lead| lead.reference.as_str().to_owned()))
        .bind(column(leads, |lead| lead.kind.word()))
        .bind(column(leads, |lead| lead.contact.as_str().to_owned()))
        .bind(column(leads, |lead| lead.source.clone()))
        .bind(column(leads, |lead| micros(lead.submitted_at)));
    session.execute(statement).await?;
    Ok(())
}

/// Writes leads that changed; id, reference, source and the moment they came in never do.
pub(super) async fn update(session: &mut Session<'_>, leads: &[&Lead]) -> Result<(), sqlx::Error> {
    if leads.is_empty() {
        return Ok(());
    }
    // Of several editions in one batch the last stays.
    let last: HashMap<_, _> = leads.iter().map(|lead| (lead.id, *lead)).collect();
    let leads: Vec<_> = last.into_values().collect();
    let statement = "UPDATE mrdj.lead SET name = new.name, email = new.email, phone = new.phone,
            phone_checked = new.phone_checked, event_type = new.event_type, event_date = new.event_date,
            package = new.package, message = new.message, language = new.language, standing = new.standing,
            score = new.score, marks = new.marks, changed_at = new.changed_at, version = new.version,
            seen = new.seen
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::text[], $7::text[]::date[],
            $8::text[], $9::text[], $10::text[], $11::text[], $12::bigint[], $13::text[], $14::bigint[], $15::bigint[],
            $16::text[])
            AS new (id, name, email, phone, phone_checked, event_type, event_date, package, message, language, standing,
                score, marks, changed_at, version, seen)
        WHERE lead.id = new.id";
    let updated = session.execute(bind_what_may_change(sqlx::query(statement), &leads)).await?;
    if updated == leads.len() as u64 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

fn bind_what_may_change(statement: Statement, leads: &[&Lead]) -> Statement {
    let text = |value: &str| value.to_owned();
    statement
        .bind(column(leads, |lead| lead.id.uuid()))
        .bind(column(leads, |lead| text(lead.enquiry.name.as_str())))
        .bind(column(leads, |lead| lead.enquiry.email.as_ref().map(|email| text(email.as_str()))))
        .bind(column(leads, |lead| lead.enquiry.phone.as_ref().map(|phone| text(phone.as_str()))))
        .bind(column(leads, |lead| lead.enquiry.phone.as_ref().is_some_and(Phone::is_checked)))
        .bind(column(leads, |lead| lead.enquiry.event_type.as_ref().map(|kind| text(kind.as_str()))))
        .bind(column(leads, |lead| lead.enquiry.event_date.map(|day| day.to_string())))
        .bind(column(leads, |lead| lead.enquiry.package.clone()))
        .bind(column(leads, |lead| lead.enquiry.message.clone()))
        .bind(column(leads, |lead| lead.enquiry.language.tag()))
        .bind(column(leads, |lead| lead.standing.word()))
        .bind(column(leads, |lead| i64::from(lead.score)))
        .bind(column(leads, |lead| serde_json::to_string(&lead.marks).expect("marks are words")))
        .bind(column(leads, |lead| micros(lead.changed_at)))
        .bind(column(leads, |lead| i64::from(lead.version)))
        .bind(column(leads, |lead| (!lead.seen.is_empty()).then(|| written(&lead.seen))))
}

fn written(seen: &Seen) -> String {
    serde_json::to_string(seen).expect("it is plain data")
}

fn lead(row: &PgRow) -> Result<Lead, sqlx::Error> {
    Ok(Lead {
        id: LeadId::from_uuid(row.try_get("id")?),
        reference: Reference::from_text(row.try_get("reference")?),
        kind: word(row, "kind")?,
        contact: ContactKey::from_stored(row.try_get("contact")?),
        enquiry: enquiry(row)?,
        standing: word(row, "standing")?,
        score: whole(row, "score")?,
        marks: json(row, "marks")?,
        source: row.try_get("source")?,
        seen: seen(row)?,
        submitted_at: moment(row, "submitted_at")?,
        changed_at: moment(row, "changed_at")?,
        version: whole(row, "version")?,
    })
}

fn seen(row: &PgRow) -> Result<Seen, sqlx::Error> {
    let text: Option<&str> = row.try_get("seen")?;
    text.map_or(Ok(Seen::default()), |text| {
        serde_json::from_str(text).map_err(|_| corrupt("what was seen cannot be read"))
    })
}

fn enquiry(row: &PgRow) -> Result<Enquiry, sqlx::Error> {
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
