//! Bookings, and what they take.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use mrdj_core::batch::{Asked, Batch, Present};
use mrdj_core::bookings::{
    Agenda, Attachment, AttachmentId, Block, Booking, BookingBook, BookingEntry, BookingFilter, BookingId,
    BookingReference, CalendarBook, Occupation, Resource, ResourceId, Span, Why,
};
use mrdj_core::contacts::ContactKey;
use mrdj_core::error::PortError;
use mrdj_core::id::Id;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::open::Postgres;
use super::row::{column, json, length, micros, moment, whole, word};
use super::session::{Session, Statement};

#[async_trait]
impl BookingBook for Postgres {
    async fn find(&self, id: BookingId) -> Result<Option<Booking>, PortError> {
        let query = sqlx::query("SELECT body FROM mrdj.booking WHERE id = $1").bind(id.uuid());
        Ok(self.bodies("find a booking", query).await?.pop())
    }

    async fn find_by_reference(&self, reference: &BookingReference) -> Result<Option<Booking>, PortError> {
        let query = sqlx::query("SELECT body FROM mrdj.booking WHERE reference = $1");
        Ok(self.bodies("find a booking", query.bind(reference.as_str().to_owned())).await?.pop())
    }

    async fn list(&self, filter: &BookingFilter, limit: usize) -> Result<Vec<Booking>, PortError> {
        let query = "SELECT body FROM mrdj.booking WHERE ($1::text IS NULL OR stage = $1)
            AND ($2::text IS NULL OR day >= $2::date) AND ($3::text IS NULL OR day < $3::date)
            AND ($4::uuid IS NULL OR id < $4) ORDER BY id DESC LIMIT $5";
        let query = sqlx::query(query)
            .bind(filter.stage)
            .bind(filter.from.map(|day| day.to_string()))
            .bind(filter.to.map(|day| day.to_string()))
            .bind(filter.before.map(|id| id.uuid()))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX));
        self.bodies("list bookings", query).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Booking>, PortError> {
        let query = "SELECT body FROM mrdj.booking WHERE until IS NOT NULL AND until <= $1 ORDER BY until, id LIMIT $2";
        let query = sqlx::query(query).bind(micros(now)).bind(i64::try_from(limit).unwrap_or(i64::MAX));
        self.bodies("read holds that ran out", query).await
    }

    async fn open_of(&self, contact: &ContactKey) -> Result<Vec<Booking>, PortError> {
        let query = sqlx::query("SELECT body FROM mrdj.booking WHERE contact = $1 AND is_open ORDER BY id");
        self.bodies("read the open bookings of a person", query.bind(contact.as_str().to_owned())).await
    }

    async fn waiting(&self, after: Option<BookingId>, limit: usize) -> Result<Vec<Booking>, PortError> {
        let query = "SELECT body FROM mrdj.booking WHERE stage = 'waiting' AND id > $1 ORDER BY id LIMIT $2";
        let query = sqlx::query(query)
            .bind(after.map_or(Uuid::nil(), |id| id.uuid()))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX));
        self.bodies("read the line", query).await
    }

    async fn line_for(&self, span: Span) -> Result<Vec<Booking>, PortError> {
        let query = "SELECT body FROM mrdj.booking WHERE stage = 'waiting' AND EXISTS (SELECT FROM mrdj.occupation
            WHERE owner = booking.id AND starts > $1 AND starts < $2 AND ends > $3) ORDER BY id";
        let query = sqlx::query(query).bind(earliest(span)).bind(micros(span.end)).bind(micros(span.start));
        self.bodies("read the line for an evening", query).await
    }

    async fn attachments(&self, booking: BookingId) -> Result<Vec<Attachment>, PortError> {
        let query = sqlx::query("SELECT body FROM mrdj.attachment WHERE booking = $1 ORDER BY id");
        self.bodies("list files", query.bind(booking.uuid())).await
    }

    async fn open_attachment(&self, file: AttachmentId) -> Result<Option<(Attachment, Vec<u8>)>, PortError> {
        let query = sqlx::query("SELECT body, bytes FROM mrdj.attachment WHERE id = $1").bind(file.uuid());
        let read = self.read("open a file", |session| {
            Box::pin(async move {
                let row = session.row(query).await?;
                row.map(|row| Ok((json(&row, "body")?, row.try_get("bytes")?))).transpose()
            })
        });
        read.await
    }

    async fn history(&self, id: BookingId) -> Result<Vec<BookingEntry>, PortError> {
        let query = sqlx::query("SELECT * FROM mrdj.booking_entry WHERE booking = $1 ORDER BY id").bind(id.uuid());
        let read = self.read("read a history", |session| {
            Box::pin(async move { session.rows(query).await?.iter().map(entry).collect() })
        });
        read.await
    }
}

#[async_trait]
impl CalendarBook for Postgres {
    async fn resources(&self) -> Result<Vec<Resource>, PortError> {
        self.bodies("read resources", sqlx::query("SELECT body FROM mrdj.resource ORDER BY id COLLATE \"C\"")).await
    }

    async fn taken(&self, span: Span) -> Result<Vec<Occupation>, PortError> {
        let query = "SELECT owner AS id, resource AS name, units, starts, ends, place, why AS body
            FROM mrdj.occupation WHERE starts > $1 AND starts < $2 AND ends > $3";
        let query = sqlx::query(query).bind(earliest(span)).bind(micros(span.end)).bind(micros(span.start));
        let read = self.read("read what is taken", |session| {
            Box::pin(async move { session.rows(query).await?.iter().map(occupation).collect() })
        });
        read.await
    }

    async fn agenda(&self, span: Span) -> Result<Agenda, PortError> {
        // One statement, as each is a round trip; a row without an owner is a resource.
        let query = "WITH around AS (SELECT coalesce(max(reach), 0) AS far FROM mrdj.resource)
            SELECT NULL::uuid AS id, id AS name, NULL::bigint AS units, NULL::bigint AS starts, NULL::bigint AS ends,
                NULL AS place, body FROM mrdj.resource
            UNION ALL SELECT owner, resource, units, starts, ends, place, why FROM around JOIN mrdj.occupation
                ON starts > $1 - far AND starts < $2 + far AND ends > $3 - far";
        let query = sqlx::query(query).bind(earliest(span)).bind(micros(span.end)).bind(micros(span.start));
        let read = self.read("read an agenda", |session| {
            Box::pin(async move {
                let mut agenda = Agenda::default();
                for row in session.rows(query).await? {
                    match row.try_get::<Option<Uuid>, _>("id")? {
                        None => agenda.resources.push(json(&row, "body")?),
                        Some(_) => agenda.taken.push(occupation(&row)?),
                    }
                }
                agenda.resources.sort_by(|one, other| one.id.cmp(&other.id));
                Ok(agenda)
            })
        });
        read.await
    }

    async fn blocks(&self, from: Date, to: Date) -> Result<Vec<Block>, PortError> {
        let query = "SELECT body FROM mrdj.block WHERE day >= $1::text::date AND day < $2::text::date ORDER BY day, id";
        self.bodies("read blocked days", sqlx::query(query).bind(from.to_string()).bind(to.to_string())).await
    }
}

impl Postgres {
    /// The values in the column `body` of every row.
    async fn bodies<T: DeserializeOwned + Send + 'static>(
        &self,
        operation: &'static str,
        query: Statement,
    ) -> Result<Vec<T>, PortError> {
        let read = self.read(operation, |session| {
            Box::pin(async move { session.rows(query).await?.iter().map(|row| json(row, "body")).collect() })
        });
        read.await
    }
}

/// What overlaps `span` starts after this.
fn earliest(span: Span) -> i64 {
    micros(span.start.checked_sub(Occupation::LONGEST).unwrap_or(Timestamp::MIN))
}

/// Adds to `present` what a batch asks of bookings.
pub(super) async fn look(
    session: &mut Session<'_>,
    asked: &Asked<'_>,
    present: &mut Present,
) -> Result<(), sqlx::Error> {
    if asked.bookers.is_empty() && asked.bookings.is_empty() {
        return Ok(());
    }
    // One statement, as others wait for the locks that are held meanwhile.
    let query = "SELECT 'open' AS is, id, contact AS name, NULL::bigint AS units, NULL::bigint AS starts,
                NULL::bigint AS ends, NULL AS place, NULL AS body
            FROM mrdj.booking WHERE contact = ANY($1) AND is_open
        UNION ALL SELECT 'booking', id, NULL, version, NULL, NULL, NULL, NULL FROM mrdj.booking WHERE id = ANY($2)
        UNION ALL SELECT 'resource', NULL, id, NULL, NULL, NULL, NULL, body FROM mrdj.resource WHERE id = ANY($3)
        UNION ALL SELECT DISTINCT 'taken', near.owner, near.resource, near.units, near.starts, near.ends, near.place, near.why
            FROM unnest($3, $4::bigint[], $5::bigint[], $6::bigint[]) AS asked (resource, earliest, before, after)
            CROSS JOIN LATERAL (SELECT * FROM mrdj.occupation WHERE occupation.resource = asked.resource
                AND starts > asked.earliest AND starts < asked.before AND ends > asked.after) AS near";
    let asks: Vec<_> = asked.resources.iter().collect();
    let query = sqlx::query(query)
        .bind(column(&asked.bookers, |key| key.as_str().to_owned()))
        .bind(column(&asked.bookings, |id| id.uuid()))
        .bind(column(&asks, |(id, _)| id.as_str().to_owned()))
        .bind(column(&asks, |(_, span)| earliest(*span)))
        .bind(column(&asks, |(_, span)| micros(span.end)))
        .bind(column(&asks, |(_, span)| micros(span.start)));
    for row in session.rows(query).await? {
        match row.try_get("is")? {
            "open" => {
                let open = present.open.entry(ContactKey::from_stored(row.try_get("name")?)).or_default();
                open.insert(BookingId::from_uuid(row.try_get("id")?));
            }
            "booking" => {
                present.bookings.insert(BookingId::from_uuid(row.try_get("id")?), whole(&row, "units")?);
            }
            "resource" => {
                let resource: Resource = json(&row, "body")?;
                present.resources.insert(resource.id.clone(), resource);
            }
            _ => {
                let occupation = occupation(&row)?;
                present.taken.entry(occupation.resource.clone()).or_default().push(occupation);
            }
        }
    }
    Ok(())
}

/// Writes what a batch says of bookings.
pub(super) async fn write(session: &mut Session<'_>, batch: &Batch<'_>) -> Result<(), sqlx::Error> {
    keep(session, &batch.last_bookings(), &batch.entries, batch.owners()).await?;
    keep_resources(session, &batch.last_resources()).await?;
    attach(session, batch).await?;
    block(session, &batch.blocks).await?;
    let unblocked = column(&batch.unblocks, |id| id.uuid());
    if !unblocked.is_empty() {
        let free = "WITH gone AS (DELETE FROM mrdj.block WHERE id = ANY($1) RETURNING id)
            DELETE FROM mrdj.occupation WHERE owner IN (SELECT id FROM gone)";
        session.execute(sqlx::query(free).bind(unblocked)).await?;
    }
    occupy(session, &batch.taken()).await
}

/// Writes bookings and lines of their history, and lets go of what `owners` took.
async fn keep(
    session: &mut Session<'_>,
    bookings: &[&Booking],
    entries: &[&BookingEntry],
    owners: Vec<Uuid>,
) -> Result<(), sqlx::Error> {
    if bookings.is_empty() && entries.is_empty() && owners.is_empty() {
        return Ok(());
    }
    // One statement, as others wait for the locks that are held meanwhile.
    let statement = "WITH noted AS (INSERT INTO mrdj.booking_entry (booking, id, event, by, at, note)
            SELECT * FROM unnest($9::uuid[], $10::uuid[], $11::text[], $12::text[], $13::bigint[], $14::text[])),
        freed AS (DELETE FROM mrdj.occupation WHERE owner = ANY($15))
        INSERT INTO mrdj.booking (id, reference, contact, stage, until, day, version, body)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[]::date[], $7::bigint[],
            $8::text[])
        ON CONFLICT (id) DO UPDATE SET stage = excluded.stage, until = excluded.until, day = excluded.day,
            version = excluded.version, body = excluded.body";
    let statement = sqlx::query(statement)
        .bind(column(bookings, |booking| booking.id.uuid()))
        .bind(column(bookings, |booking| booking.reference.as_str().to_owned()))
        .bind(column(bookings, |booking| booking.contact.as_str().to_owned()))
        .bind(column(bookings, |booking| booking.stage.word()))
        .bind(column(bookings, |booking| booking.stage.until().map(micros)))
        .bind(column(bookings, |booking| booking.event.time.day().to_string()))
        .bind(column(bookings, |booking| i64::from(booking.version)))
        .bind(column(bookings, |booking| body(*booking)))
        .bind(column(entries, |entry| entry.booking.uuid()))
        .bind(column(entries, |entry| entry.id.uuid()))
        .bind(column(entries, |entry| entry.event.word()))
        .bind(column(entries, |entry| entry.by.word()))
        .bind(column(entries, |entry| micros(entry.at)))
        .bind(column(entries, |entry| entry.note.clone()))
        .bind(owners);
    session.execute(statement).await?;
    Ok(())
}

async fn keep_resources(session: &mut Session<'_>, resources: &[&Resource]) -> Result<(), sqlx::Error> {
    if resources.is_empty() {
        return Ok(());
    }
    let statement =
        "INSERT INTO mrdj.resource (id, reach, body) SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[])
        ON CONFLICT (id) DO UPDATE SET reach = excluded.reach, body = excluded.body";
    let statement = sqlx::query(statement)
        .bind(column(resources, |resource| resource.id.as_str().to_owned()))
        .bind(column(resources, |resource| length(resource.reach())))
        .bind(column(resources, |resource| body(*resource)));
    session.execute(statement).await?;
    Ok(())
}

async fn attach(session: &mut Session<'_>, batch: &Batch<'_>) -> Result<(), sqlx::Error> {
    for (attachment, content) in &batch.files {
        let insert = sqlx::query("INSERT INTO mrdj.attachment (id, booking, body, bytes) VALUES ($1, $2, $3, $4)")
            .bind(attachment.id.uuid())
            .bind(attachment.booking.uuid())
            .bind(body(attachment))
            .bind(content.to_vec());
        session.execute(insert).await?;
    }
    let detached = column(&batch.detached, |id| id.uuid());
    if !detached.is_empty() {
        session.execute(sqlx::query("DELETE FROM mrdj.attachment WHERE id = ANY($1)").bind(detached)).await?;
    }
    Ok(())
}

async fn block(session: &mut Session<'_>, blocks: &[&Block]) -> Result<(), sqlx::Error> {
    if blocks.is_empty() {
        return Ok(());
    }
    let statement = "INSERT INTO mrdj.block (id, day, body)
        SELECT * FROM unnest($1::uuid[], $2::text[]::date[], $3::text[])";
    let statement = sqlx::query(statement)
        .bind(column(blocks, |block| block.id.uuid()))
        .bind(column(blocks, |block| block.day.to_string()))
        .bind(column(blocks, |block| body(*block)));
    session.execute(statement).await?;
    Ok(())
}

async fn occupy(session: &mut Session<'_>, taken: &[(u32, Occupation)]) -> Result<(), sqlx::Error> {
    if taken.is_empty() {
        return Ok(());
    }
    let statement = "INSERT INTO mrdj.occupation
            (owner, nr, resource, resource_nr, units, starts, ends, place, why, alone)
        SELECT new.owner, new.nr, new.resource, resource.nr, new.units, new.starts, new.ends, new.place, new.why,
            new.counts AND (resource.body::json ->> 'units')::bigint = 1
        FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::text[],
            $9::boolean[]) AS new (owner, nr, resource, units, starts, ends, place, why, counts)
        JOIN mrdj.resource ON resource.id = new.resource";
    let counts = |occupation: &Occupation| matches!(occupation.why, Why::Booked | Why::Held { .. });
    let statement = sqlx::query(statement)
        .bind(column(taken, |(_, occupation)| occupation.owner))
        .bind(column(taken, |(nr, _)| i64::from(*nr)))
        .bind(column(taken, |(_, occupation)| occupation.resource.as_str().to_owned()))
        .bind(column(taken, |(_, occupation)| i64::from(occupation.units)))
        .bind(column(taken, |(_, occupation)| micros(occupation.span.start)))
        .bind(column(taken, |(_, occupation)| micros(occupation.span.end)))
        .bind(column(taken, |(_, occupation)| occupation.place.clone()))
        .bind(column(taken, |(_, occupation)| body(&occupation.why)))
        .bind(column(taken, |(_, occupation)| counts(occupation)));
    let written = session.execute(statement).await?;
    if written == taken.len() as u64 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

fn body(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("it is plain data")
}

fn occupation(row: &PgRow) -> Result<Occupation, sqlx::Error> {
    Ok(Occupation {
        owner: row.try_get("id")?,
        resource: ResourceId::from_stored(row.try_get("name")?),
        units: whole(row, "units")?,
        span: Span { start: moment(row, "starts")?, end: moment(row, "ends")? },
        place: row.try_get("place")?,
        why: json(row, "body")?,
    })
}

fn entry(row: &PgRow) -> Result<BookingEntry, sqlx::Error> {
    Ok(BookingEntry {
        id: Id::from_uuid(row.try_get("id")?),
        booking: BookingId::from_uuid(row.try_get("booking")?),
        event: word(row, "event")?,
        by: word(row, "by")?,
        at: moment(row, "at")?,
        note: row.try_get("note")?,
    })
}
