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
use serde::Deserialize;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use uuid::Uuid;

use super::bulk::Bulk;
use super::error::port_error;
use super::open::Sqlite;
use super::row::{at, bytes, hex, json, json_list, length, micros, moment, uuid, word};

#[async_trait]
impl BookingBook for Sqlite {
    async fn find(&self, id: BookingId) -> Result<Option<Booking>, PortError> {
        let row = sqlx::query("SELECT body FROM booking WHERE id = $1").bind(bytes(id.uuid()));
        one(row.fetch_optional(&self.0.readers).await)
    }

    async fn find_by_reference(&self, reference: &BookingReference) -> Result<Option<Booking>, PortError> {
        let row = sqlx::query("SELECT body FROM booking WHERE reference = $1").bind(reference.as_str());
        one(row.fetch_optional(&self.0.readers).await)
    }

    async fn list(&self, filter: &BookingFilter, limit: usize) -> Result<Vec<Booking>, PortError> {
        let query = "SELECT body FROM booking WHERE ($1 IS NULL OR stage = $1) AND ($2 IS NULL OR day >= $2)
            AND ($3 IS NULL OR day < $3) AND ($4 IS NULL OR id < $4) ORDER BY id DESC LIMIT $5";
        let rows = sqlx::query(query)
            .bind(filter.stage)
            .bind(filter.from.map(|day| day.to_string()))
            .bind(filter.to.map(|day| day.to_string()))
            .bind(filter.before.map(|id| bytes(id.uuid())))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(&self.0.readers)
            .await;
        all(rows, "list bookings")
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Booking>, PortError> {
        let query = "SELECT body FROM booking WHERE until IS NOT NULL AND until <= $1 ORDER BY until, id LIMIT $2";
        let rows = sqlx::query(query).bind(micros(now)).bind(i64::try_from(limit).unwrap_or(i64::MAX));
        all(rows.fetch_all(&self.0.readers).await, "read holds that ran out")
    }

    async fn open_of(&self, contact: &ContactKey) -> Result<Vec<Booking>, PortError> {
        let query = sqlx::query("SELECT body FROM booking WHERE contact = $1 AND is_open ORDER BY id");
        all(query.bind(contact.as_str()).fetch_all(&self.0.readers).await, "read the open bookings of a person")
    }

    async fn waiting(&self, after: Option<BookingId>, limit: usize) -> Result<Vec<Booking>, PortError> {
        let query = "SELECT body FROM booking WHERE stage = 'waiting' AND id > $1 ORDER BY id LIMIT $2";
        let rows = sqlx::query(query)
            .bind(bytes(after.map_or(Uuid::nil(), |id| id.uuid())))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX));
        all(rows.fetch_all(&self.0.readers).await, "read the line")
    }

    async fn line_for(&self, span: Span) -> Result<Vec<Booking>, PortError> {
        let query = "SELECT body FROM booking WHERE stage = 'waiting' AND EXISTS (SELECT 1 FROM occupation
            WHERE owner = booking.id AND starts > $1 AND starts < $2 AND ends > $3) ORDER BY id";
        let (earliest, end, start) = reach(span);
        let rows = sqlx::query(query).bind(earliest).bind(end).bind(start).fetch_all(&self.0.readers).await;
        all(rows, "read the line for an evening")
    }

    async fn attachments(&self, booking: BookingId) -> Result<Vec<Attachment>, PortError> {
        let query =
            sqlx::query("SELECT body FROM attachment WHERE booking = $1 ORDER BY id").bind(bytes(booking.uuid()));
        let rows = query.fetch_all(&self.0.readers).await;
        let read = |row: &SqliteRow| json(row, "body");
        rows.and_then(|rows| rows.iter().map(read).collect()).map_err(|cause| port_error("list files", cause))
    }

    async fn open_attachment(&self, file: AttachmentId) -> Result<Option<(Attachment, Vec<u8>)>, PortError> {
        let query = sqlx::query("SELECT body, bytes FROM attachment WHERE id = $1").bind(bytes(file.uuid()));
        let row = query.fetch_optional(&self.0.readers).await;
        let read = |row: SqliteRow| Ok((json(&row, "body")?, row.try_get("bytes")?));
        row.and_then(|row| row.map(read).transpose()).map_err(|cause| port_error("open a file", cause))
    }

    async fn history(&self, id: BookingId) -> Result<Vec<BookingEntry>, PortError> {
        let rows = sqlx::query("SELECT * FROM booking_entry WHERE booking = $1 ORDER BY id").bind(bytes(id.uuid()));
        let rows = rows.fetch_all(&self.0.readers).await;
        rows.and_then(|rows| rows.iter().map(entry).collect()).map_err(|cause| port_error("read a history", cause))
    }
}

#[async_trait]
impl CalendarBook for Sqlite {
    async fn resources(&self) -> Result<Vec<Resource>, PortError> {
        let rows = sqlx::query("SELECT body FROM resource ORDER BY id").fetch_all(&self.0.readers).await;
        let read = |row: &SqliteRow| json(row, "body");
        rows.and_then(|rows| rows.iter().map(read).collect()).map_err(|cause| port_error("read resources", cause))
    }

    async fn taken(&self, span: Span) -> Result<Vec<Occupation>, PortError> {
        let query = "SELECT * FROM occupation WHERE starts > $1 AND starts < $2 AND ends > $3";
        let (earliest, end, start) = reach(span);
        let rows = sqlx::query(query).bind(earliest).bind(end).bind(start).fetch_all(&self.0.readers).await;
        let read = rows.and_then(|rows| rows.iter().map(occupation).collect());
        read.map_err(|cause| port_error("read what is taken", cause))
    }

    async fn agenda(&self, span: Span) -> Result<Agenda, PortError> {
        // One row, as each that crosses from the thread of a connection costs more than what it tells.
        let query = "SELECT (SELECT json_group_array(json(body) ORDER BY id) FROM resource) AS resources,
                (SELECT json_group_array(json_object('owner', hex(owner), 'resource', resource, 'units', units,
                    'starts', starts, 'ends', ends, 'place', place, 'why', json(why)))
                FROM occupation WHERE starts > $1 - far AND starts < $2 + far AND ends > $3 - far) AS taken
            FROM (SELECT coalesce(max(reach), 0) AS far FROM resource)";
        let (earliest, end, start) = reach(span);
        let row = sqlx::query(query).bind(earliest).bind(end).bind(start).fetch_one(&self.0.readers).await;
        let read = |row: SqliteRow| {
            let taken: Vec<Near> = json(&row, "taken")?;
            Ok(Agenda {
                resources: json(&row, "resources")?,
                taken: taken.into_iter().map(Near::occupation).collect::<Result<_, _>>()?,
            })
        };
        row.and_then(read).map_err(|cause| port_error("read an agenda", cause))
    }

    async fn blocks(&self, from: Date, to: Date) -> Result<Vec<Block>, PortError> {
        let query = sqlx::query("SELECT body FROM block WHERE day >= $1 AND day < $2 ORDER BY day, id");
        let rows = query.bind(from.to_string()).bind(to.to_string()).fetch_all(&self.0.readers).await;
        let read = |row: &SqliteRow| json(row, "body");
        rows.and_then(|rows| rows.iter().map(read).collect()).map_err(|cause| port_error("read blocked days", cause))
    }
}

fn one(row: Result<Option<SqliteRow>, sqlx::Error>) -> Result<Option<Booking>, PortError> {
    row.and_then(|row| row.as_ref().map(|row| json(row, "body")).transpose())
        .map_err(|cause| port_error("find a booking", cause))
}

fn all(rows: Result<Vec<SqliteRow>, sqlx::Error>, operation: &'static str) -> Result<Vec<Booking>, PortError> {
    let read = |row: &SqliteRow| json(row, "body");
    rows.and_then(|rows| rows.iter().map(read).collect()).map_err(|cause| port_error(operation, cause))
}

/// What overlaps `span` starts after the first of these and before the second, and ends after the third.
fn reach(span: Span) -> (i64, i64, i64) {
    let earliest = span.start.checked_sub(Occupation::LONGEST).unwrap_or(Timestamp::MIN);
    (micros(earliest), micros(span.end), micros(span.start))
}

/// Adds to `present` what a batch asks of bookings.
pub(super) async fn look(
    connection: &mut SqliteConnection,
    asked: &Asked<'_>,
    present: &mut Present,
) -> Result<(), sqlx::Error> {
    if !asked.bookers.is_empty() {
        let query = "SELECT contact, id FROM booking WHERE contact IN (SELECT value FROM json_each($1)) AND is_open";
        for row in sqlx::query(query).bind(json_list(&asked.bookers)).fetch_all(&mut *connection).await? {
            let open = present.open.entry(ContactKey::from_stored(row.try_get("contact")?)).or_default();
            open.insert(BookingId::from_uuid(uuid(&row, "id")?));
        }
    }
    if asked.bookings.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = asked.bookings.iter().map(|id| hex(id.uuid())).collect();
    let query = "SELECT id, version FROM booking WHERE id IN (SELECT unhex(value) FROM json_each($1))";
    for row in sqlx::query(query).bind(json_list(&ids)).fetch_all(&mut *connection).await? {
        present.bookings.insert(BookingId::from_uuid(uuid(&row, "id")?), row.try_get("version")?);
    }
    let names: Vec<_> = asked.resources.iter().map(|(id, _)| id.as_str()).collect();
    let query = "SELECT body FROM resource WHERE id IN (SELECT value FROM json_each($1))";
    for row in sqlx::query(query).bind(json_list(&names)).fetch_all(&mut *connection).await? {
        let resource: Resource = json(&row, "body")?;
        present.resources.insert(resource.id.clone(), resource);
    }
    let asks: Vec<_> = asked.resources.iter().map(|(id, span)| (id.as_str(), reach(*span))).collect();
    let query = "SELECT DISTINCT occupation.* FROM json_each($1) AS asked CROSS JOIN occupation
        WHERE occupation.resource = asked.value ->> 0 AND occupation.starts > asked.value -> 1 ->> 0
            AND occupation.starts < asked.value -> 1 ->> 1 AND occupation.ends > asked.value -> 1 ->> 2";
    for row in sqlx::query(query).bind(json_list(&asks)).fetch_all(connection).await? {
        let occupation = occupation(&row)?;
        present.taken.entry(occupation.resource.clone()).or_default().push(occupation);
    }
    Ok(())
}

const BOOKINGS: Bulk = Bulk {
    head: "INSERT INTO booking (id, reference, contact, stage, until, day, version, body) VALUES",
    row: "?, ?, ?, ?, ?, ?, ?, ?",
    tail: "ON CONFLICT (id) DO UPDATE SET stage = excluded.stage, until = excluded.until, day = excluded.day,
        version = excluded.version, body = excluded.body",
};
const ENTRIES: Bulk = Bulk {
    head: "INSERT INTO booking_entry (booking, id, event, by, at, note) VALUES",
    row: "?, ?, ?, ?, ?, ?",
    tail: "",
};
const RESOURCES: Bulk = Bulk {
    head: "INSERT INTO resource (id, reach, body) VALUES",
    row: "?, ?, ?",
    tail: "ON CONFLICT (id) DO UPDATE SET reach = excluded.reach, body = excluded.body",
};
const BLOCKS: Bulk = Bulk { head: "INSERT INTO block (id, day, body) VALUES", row: "?, ?, ?", tail: "" };
const OCCUPATIONS: Bulk = Bulk {
    head: "INSERT INTO occupation (owner, nr, resource, units, starts, ends, place, why) VALUES",
    row: "?, ?, ?, ?, ?, ?, ?, ?",
    tail: "",
};

/// Writes what a batch says of bookings.
pub(super) async fn write(connection: &mut SqliteConnection, batch: &Batch<'_>) -> Result<(), sqlx::Error> {
    keep(connection, &batch.last_bookings()).await?;
    ENTRIES
        .run(connection, &batch.entries, |query, entry| {
            query
                .bind(bytes(entry.booking.uuid()))
                .bind(bytes(entry.id.uuid()))
                .bind(entry.event.word())
                .bind(entry.by.word())
                .bind(micros(entry.at))
                .bind(entry.note.as_str())
        })
        .await?;
    for (attachment, content) in &batch.files {
        let insert = sqlx::query("INSERT INTO attachment (id, booking, body, bytes) VALUES ($1, $2, $3, $4)")
            .bind(bytes(attachment.id.uuid()))
            .bind(bytes(attachment.booking.uuid()))
            .bind(body(attachment))
            .bind(content.to_vec());
        insert.execute(&mut *connection).await?;
    }
    for id in &batch.detached {
        sqlx::query("DELETE FROM attachment WHERE id = $1").bind(bytes(id.uuid())).execute(&mut *connection).await?;
    }
    let resources = batch.last_resources();
    RESOURCES
        .run(connection, &resources, |query, it| query.bind(it.id.as_str()).bind(length(it.reach())).bind(body(it)))
        .await?;
    BLOCKS
        .run(connection, &batch.blocks, |query, block| {
            query.bind(bytes(block.id.uuid())).bind(block.day.to_string()).bind(body(block))
        })
        .await?;
    for id in &batch.unblocks {
        let free = "DELETE FROM occupation WHERE owner = $1 AND owner IN (SELECT id FROM block)";
        sqlx::query(free).bind(bytes(id.uuid())).execute(&mut *connection).await?;
        sqlx::query("DELETE FROM block WHERE id = $1").bind(bytes(id.uuid())).execute(&mut *connection).await?;
    }
    occupy(connection, &batch.owners(), &batch.taken()).await
}

async fn keep(connection: &mut SqliteConnection, bookings: &[&Booking]) -> Result<(), sqlx::Error> {
    BOOKINGS
        .run(connection, bookings, |query, booking| {
            query
                .bind(bytes(booking.id.uuid()))
                .bind(booking.reference.as_str())
                .bind(booking.contact.as_str())
                .bind(booking.stage.word())
                .bind(booking.stage.until().map(micros))
                .bind(booking.event.time.day().to_string())
                .bind(booking.version)
                .bind(body(booking))
        })
        .await?;
    Ok(())
}

/// What `owners` took they take no more; what is `taken` is.
async fn occupy(
    connection: &mut SqliteConnection,
    owners: &[Uuid],
    taken: &[(u32, Occupation)],
) -> Result<(), sqlx::Error> {
    if !owners.is_empty() {
        let owners: Vec<_> = owners.iter().map(|owner| hex(*owner)).collect();
        let delete = "DELETE FROM occupation WHERE owner IN (SELECT unhex(value) FROM json_each($1))";
        sqlx::query(delete).bind(json_list(&owners)).execute(&mut *connection).await?;
    }
    OCCUPATIONS
        .run(connection, taken, |query, (nr, occupation)| {
            query
                .bind(bytes(occupation.owner))
                .bind(*nr)
                .bind(occupation.resource.as_str())
                .bind(occupation.units)
                .bind(micros(occupation.span.start))
                .bind(micros(occupation.span.end))
                .bind(occupation.place.as_deref())
                .bind(body(&occupation.why))
        })
        .await?;
    Ok(())
}

fn body(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("it is plain data")
}

/// An occupation as an agenda tells it.
#[derive(Deserialize)]
struct Near {
    owner: Uuid,
    resource: ResourceId,
    units: u16,
    starts: i64,
    ends: i64,
    place: Option<String>,
    why: Why,
}

impl Near {
    fn occupation(self) -> Result<Occupation, sqlx::Error> {
        let Self { owner, resource, units, starts, ends, place, why } = self;
        Ok(Occupation { owner, resource, units, span: Span { start: at(starts)?, end: at(ends)? }, place, why })
    }
}

fn occupation(row: &SqliteRow) -> Result<Occupation, sqlx::Error> {
    Ok(Occupation {
        owner: uuid(row, "owner")?,
        resource: ResourceId::from_stored(row.try_get("resource")?),
        units: row.try_get("units")?,
        span: Span { start: moment(row, "starts")?, end: moment(row, "ends")? },
        place: row.try_get("place")?,
        why: json(row, "why")?,
    })
}

fn entry(row: &SqliteRow) -> Result<BookingEntry, sqlx::Error> {
    Ok(BookingEntry {
        id: Id::from_uuid(uuid(row, "id")?),
        booking: BookingId::from_uuid(uuid(row, "booking")?),
        event: word(row, "event")?,
        by: word(row, "by")?,
        at: moment(row, "at")?,
        note: row.try_get("note")?,
    })
}
