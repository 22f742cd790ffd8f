//! People.

use std::collections::HashMap;

use async_trait::async_trait;
use mrdj_core::contacts::{Contact, ContactBook, ContactId, ContactKey, Phone};
use mrdj_core::error::PortError;
use mrdj_core::leads::Lead;
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::open::Postgres;
use super::row::{column, email, micros, moment, name, phone};
use super::session::Session;

#[async_trait]
impl ContactBook for Postgres {
    async fn find(&self, key: &ContactKey) -> Result<Option<Contact>, PortError> {
        let query = sqlx::query("SELECT * FROM mrdj.contact WHERE key = $1").bind(key.as_str().to_owned());
        let found = self.read("find a contact", |session| {
            Box::pin(async move { session.row(query).await?.as_ref().map(contact).transpose() })
        });
        found.await
    }
}

/// A person who was met, perhaps several times in one batch, and the newest lead of theirs in it.
struct Met<'a>(Contact, Option<&'a Lead>);

/// Writes people who were met: gaps are filled, nothing is overwritten, and the newest lead is noted.
pub(super) async fn meet(session: &mut Session<'_>, met: &[(&Contact, Option<&Lead>)]) -> Result<(), sqlx::Error> {
    if met.is_empty() {
        return Ok(());
    }
    let statement = "INSERT INTO mrdj.contact
        (key, id, name, email, phone, phone_checked, first_seen_at, last_seen_at, newest_lead, newest_lead_at)
        SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::bigint[],
            $8::bigint[], $9::uuid[], $10::bigint[])
        ON CONFLICT (key) DO UPDATE SET
            email = coalesce(contact.email, excluded.email),
            phone_checked = CASE WHEN contact.phone IS NULL THEN excluded.phone_checked ELSE contact.phone_checked END,
            phone = coalesce(contact.phone, excluded.phone),
            last_seen_at = greatest(contact.last_seen_at, excluded.last_seen_at),
            newest_lead = CASE WHEN excluded.newest_lead_at >= coalesce(contact.newest_lead_at, excluded.newest_lead_at)
                THEN excluded.newest_lead ELSE contact.newest_lead END,
            newest_lead_at = greatest(contact.newest_lead_at, excluded.newest_lead_at)";
    let met = each_once(met);
    let statement = sqlx::query(statement)
        .bind(column(&met, |Met(contact, _)| contact.key.as_str().to_owned()))
        .bind(column(&met, |Met(contact, _)| contact.id.uuid()))
        .bind(column(&met, |Met(contact, _)| contact.name.as_str().to_owned()))
        .bind(column(&met, |Met(contact, _)| contact.email.as_ref().map(|email| email.as_str().to_owned())))
        .bind(column(&met, |Met(contact, _)| contact.phone.as_ref().map(|phone| phone.as_str().to_owned())))
        .bind(column(&met, |Met(contact, _)| contact.phone.as_ref().is_some_and(Phone::is_checked)))
        .bind(column(&met, |Met(contact, _)| micros(contact.first_seen_at)))
        .bind(column(&met, |Met(contact, _)| micros(contact.last_seen_at)))
        .bind(column(&met, |Met(_, lead)| lead.map(|lead| lead.id.uuid())))
        .bind(column(&met, |Met(_, lead)| lead.map(|lead| micros(lead.submitted_at))));
    session.execute(statement).await?;
    Ok(())
}

/// Each person once, since a statement may touch a row only once.
fn each_once<'a>(met: &[(&Contact, Option<&'a Lead>)]) -> Vec<Met<'a>> {
    let mut places = HashMap::new();
    let mut people: Vec<Met<'a>> = Vec::with_capacity(met.len());
    for (contact, lead) in met {
        let place = *places.entry(&contact.key).or_insert(people.len());
        match people.get_mut(place) {
            None => people.push(Met((*contact).clone(), *lead)),
            Some(Met(known, newest)) => {
                *known = known.clone().met_again((*contact).clone());
                let is_newer = |lead: &Lead| newest.is_none_or(|newest| lead.submitted_at >= newest.submitted_at);
                if lead.is_some_and(is_newer) {
                    *newest = *lead;
                }
            }
        }
    }
    people
}

fn contact(row: &PgRow) -> Result<Contact, sqlx::Error> {
    Ok(Contact {
        id: ContactId::from_uuid(row.try_get("id")?),
        key: ContactKey::from_stored(row.try_get("key")?),
        name: name(row)?,
        email: email(row)?,
        phone: phone(row)?,
        first_seen_at: moment(row, "first_seen_at")?,
        last_seen_at: moment(row, "last_seen_at")?,
    })
}
