//! Who saw what, what came of it, and what was counted.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::error::PortError;
use mrdj_core::experiments::{
    Cell, Conversion, Counted, ExperimentKey, Exposed, Exposure, ExposureLog, Figures, Goal, Known, Seen, Tally,
    VisitorId,
};
use mrdj_core::id::Id;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use uuid::Uuid;

use super::bulk::Bulk;
use super::error::{corrupt, port_error};
use super::experiments::stretches;
use super::open::Sqlite;
use super::row::{bytes, hex, json_list, micros, moment, uuid, word};

#[async_trait]
impl ExposureLog for Sqlite {
    async fn record(&self, exposures: &[Exposure]) -> Result<u64, PortError> {
        let exposures: Arc<[Exposure]> = exposures.into();
        self.0
            .writer
            .write(move |connection| {
                let exposures = Arc::clone(&exposures);
                Box::pin(async move { record(connection, &exposures).await })
            })
            .await
    }

    async fn figures(&self, experiment: &ExperimentKey) -> Result<Figures, PortError> {
        let query = sqlx::query("SELECT * FROM tally WHERE experiment = $1").bind(experiment.as_str());
        let rows = query.fetch_all(&self.0.readers).await;
        rows.and_then(|rows| rows.iter().map(tally).collect()).map_err(|cause| port_error("read figures", cause))
    }

    async fn sweep_exposures(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let exposures = "DELETE FROM exposure WHERE (visitor, experiment, phase) IN
            (SELECT visitor, experiment, phase FROM exposure WHERE at < $1 ORDER BY at LIMIT $2)";
        let conversions = "DELETE FROM conversion WHERE (id, goal) IN
            (SELECT id, goal FROM conversion WHERE at < $1 ORDER BY at LIMIT $2)";
        self.0
            .writer
            .write(move |connection| {
                Box::pin(async move {
                    let swept = sweep(connection, exposures, before, limit).await?;
                    Ok(swept + sweep(connection, conversions, before, limit).await?)
                })
            })
            .await
    }

    async fn sweep_exposure_ids(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let ids = "DELETE FROM exposure_id WHERE id IN
            (SELECT id FROM exposure_id WHERE at < $1 ORDER BY at LIMIT $2)";
        self.0.writer.write(move |connection| Box::pin(sweep(connection, ids, before, limit))).await
    }
}

async fn sweep(
    connection: &mut SqliteConnection,
    statement: &'static str,
    before: Timestamp,
    limit: i64,
) -> Result<u64, sqlx::Error> {
    let swept = sqlx::query(statement).bind(micros(before)).bind(limit).execute(connection).await?;
    Ok(swept.rows_affected())
}

/// Counts exposures.
async fn record(connection: &mut SqliteConnection, exposures: &[Exposure]) -> Result<u64, sqlx::Error> {
    let visitors: BTreeSet<_> = exposures.iter().filter_map(|exposure| exposure.visitor).collect();
    let keys: BTreeSet<_> = exposures.iter().map(|exposure| &exposure.experiment).collect();
    let ids: Vec<_> = exposures.iter().map(|exposure| exposure.id.uuid()).collect();
    let mut known = Known { experiments: stretches(connection, &Vec::from_iter(keys)).await?, ..Known::default() };
    read_exposed(connection, &visitors, &mut known).await?;
    read_conversions(connection, &visitors, &mut known).await?;
    read_ids(connection, &ids, &mut known).await?;
    let mut counted = Counted::default();
    exposures.iter().for_each(|exposure| known.expose(exposure, &mut counted));
    write(connection, &counted).await?;
    Ok(counted.fresh())
}

const CONVERSIONS: Bulk = Bulk {
    head: "INSERT INTO conversion (id, goal, visitor, sent_at, value_cents, at, day) VALUES",
    row: "?, ?, ?, ?, ?, ?, ?",
    tail: "ON CONFLICT (id, goal) DO NOTHING RETURNING id, goal",
};

/// Writes who was won, and counts those who were not counted before.
pub(super) async fn convert(connection: &mut SqliteConnection, conversions: &[&Conversion]) -> Result<(), sqlx::Error> {
    let new = CONVERSIONS
        .run(connection, conversions, |query, conversion| {
            query
                .bind(bytes(conversion.id))
                .bind(conversion.goal.word())
                .bind(conversion.seen.visitor.map(|visitor| bytes(visitor.uuid())))
                .bind(micros(conversion.sent_at))
                .bind(signed(conversion.value_cents))
                .bind(micros(conversion.at))
                .bind(conversion.day.to_string())
        })
        .await?;
    if new.is_empty() {
        return Ok(());
    }
    let new: BTreeSet<(Uuid, Goal)> =
        new.iter().map(|row| Ok((uuid(row, "id")?, word(row, "goal")?))).collect::<Result<_, sqlx::Error>>()?;
    let won = || conversions.iter().filter(|one| new.contains(&(one.id, one.goal)));
    let visitors: BTreeSet<_> = won().filter_map(|conversion| conversion.seen.visitor).collect();
    let keys: BTreeSet<_> = won().flat_map(|one| &one.seen.shown).map(|shown| &shown.experiment).collect();
    let mut known = Known { experiments: stretches(connection, &Vec::from_iter(keys)).await?, ..Known::default() };
    read_exposed(connection, &visitors, &mut known).await?;
    let mut counted = Counted::default();
    won().for_each(|conversion| known.convert(conversion, &mut counted));
    write(connection, &counted).await
}

async fn read_exposed(
    connection: &mut SqliteConnection,
    visitors: &BTreeSet<VisitorId>,
    known: &mut Known,
) -> Result<(), sqlx::Error> {
    let query = "SELECT exposure.* FROM json_each($1) AS asked CROSS JOIN exposure
        WHERE exposure.visitor = unhex(asked.value)";
    for row in sqlx::query(query).bind(hexes(visitors)).fetch_all(connection).await? {
        let row = exposed(&row)?;
        known.exposed.entry(row.visitor).or_default().push(row);
    }
    Ok(())
}

async fn read_conversions(
    connection: &mut SqliteConnection,
    visitors: &BTreeSet<VisitorId>,
    known: &mut Known,
) -> Result<(), sqlx::Error> {
    let query = "SELECT conversion.* FROM json_each($1) AS asked CROSS JOIN conversion
        WHERE conversion.visitor = unhex(asked.value) ORDER BY conversion.at";
    for row in sqlx::query(query).bind(hexes(visitors)).fetch_all(connection).await? {
        let visitor = VisitorId::from_uuid(uuid(&row, "visitor")?);
        known.conversions.entry(visitor).or_default().push(conversion(&row, visitor)?);
    }
    Ok(())
}

async fn read_ids(connection: &mut SqliteConnection, ids: &[Uuid], known: &mut Known) -> Result<(), sqlx::Error> {
    let ids: Vec<_> = ids.iter().map(|id| hex(*id)).collect();
    let query = "SELECT exposure_id.* FROM json_each($1) AS asked CROSS JOIN exposure_id
        WHERE exposure_id.id = unhex(asked.value)";
    for row in sqlx::query(query).bind(json_list(&ids)).fetch_all(connection).await? {
        known.events.insert(Id::from_uuid(uuid(&row, "id")?), moment(&row, "at")?);
    }
    Ok(())
}

const EXPOSED: Bulk = Bulk {
    head: "INSERT INTO exposure (visitor, experiment, phase, variation, at, crossed, enquiries, bookings, value_cents) VALUES",
    row: "?, ?, ?, ?, ?, ?, ?, ?, ?",
    tail: "ON CONFLICT (visitor, experiment, phase) DO UPDATE SET crossed = excluded.crossed,
        enquiries = excluded.enquiries, bookings = excluded.bookings, value_cents = excluded.value_cents",
};
const IDS: Bulk = Bulk { head: "INSERT INTO exposure_id (id, at) VALUES", row: "?, ?", tail: "" };
const TALLIES: Bulk = Bulk {
    head: "INSERT INTO tally (experiment, phase, day, variation, anonymous, exposed, crossed, enquiries, bookings,
        value_cents, squares) VALUES",
    row: "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?",
    tail:
        "ON CONFLICT (experiment, phase, day, variation, anonymous) DO UPDATE SET exposed = exposed + excluded.exposed,
        crossed = crossed + excluded.crossed, enquiries = enquiries + excluded.enquiries,
        bookings = bookings + excluded.bookings, value_cents = value_cents + excluded.value_cents,
        squares = squares + excluded.squares",
};

/// Writes what was counted.
async fn write(connection: &mut SqliteConnection, counted: &Counted) -> Result<(), sqlx::Error> {
    EXPOSED
        .run(connection, &Vec::from_iter(counted.exposed.values()), |query, row| {
            query
                .bind(bytes(row.visitor.uuid()))
                .bind(row.experiment.as_str())
                .bind(row.phase)
                .bind(row.variation)
                .bind(micros(row.at))
                .bind(row.crossed)
                .bind(row.enquiries)
                .bind(row.bookings)
                .bind(signed(row.value_cents))
        })
        .await?;
    let ids: Vec<_> = counted.events.iter().collect();
    IDS.run(connection, &ids, |query, (id, at)| query.bind(bytes(id.uuid())).bind(micros(**at))).await?;
    let figures: Vec<_> = counted.figures.iter().collect();
    TALLIES
        .run(connection, &figures, |query, ((experiment, cell), tally)| {
            query
                .bind(experiment.as_str())
                .bind(cell.phase)
                .bind(cell.day.to_string())
                .bind(cell.variation)
                .bind(cell.anonymous)
                .bind(signed(tally.exposed))
                .bind(signed(tally.crossed))
                .bind(signed(tally.enquiries))
                .bind(signed(tally.bookings))
                .bind(signed(tally.value_cents))
                .bind(tally.squares)
        })
        .await?;
    Ok(())
}

/// A number that SQLite, which counts in signed ones, may be too small for.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn hexes(visitors: &BTreeSet<VisitorId>) -> String {
    json_list(&visitors.iter().map(|visitor| hex(visitor.uuid())).collect::<Vec<_>>())
}

fn exposed(row: &SqliteRow) -> Result<Exposed, sqlx::Error> {
    Ok(Exposed {
        visitor: VisitorId::from_uuid(uuid(row, "visitor")?),
        experiment: ExperimentKey::from_stored(row.try_get("experiment")?),
        phase: row.try_get("phase")?,
        variation: row.try_get("variation")?,
        at: moment(row, "at")?,
        crossed: row.try_get("crossed")?,
        enquiries: row.try_get("enquiries")?,
        bookings: row.try_get("bookings")?,
        value_cents: whole(row, "value_cents")?,
    })
}

fn conversion(row: &SqliteRow, visitor: VisitorId) -> Result<Conversion, sqlx::Error> {
    Ok(Conversion {
        id: uuid(row, "id")?,
        goal: word(row, "goal")?,
        seen: Seen::by(visitor),
        sent_at: moment(row, "sent_at")?,
        value_cents: whole(row, "value_cents")?,
        at: moment(row, "at")?,
        day: day(row)?,
    })
}

fn tally(row: &SqliteRow) -> Result<(Cell, Tally), sqlx::Error> {
    let cell = Cell {
        phase: row.try_get("phase")?,
        day: day(row)?,
        variation: row.try_get("variation")?,
        anonymous: row.try_get("anonymous")?,
    };
    let tally = Tally {
        exposed: whole(row, "exposed")?,
        crossed: whole(row, "crossed")?,
        enquiries: whole(row, "enquiries")?,
        bookings: whole(row, "bookings")?,
        value_cents: whole(row, "value_cents")?,
        squares: row.try_get("squares")?,
    };
    Ok((cell, tally))
}

fn day(row: &SqliteRow) -> Result<jiff::civil::Date, sqlx::Error> {
    row.try_get::<&str, _>("day")?.parse().map_err(|_| corrupt("a day is none"))
}

fn whole(row: &SqliteRow, column: &str) -> Result<u64, sqlx::Error> {
    u64::try_from(row.try_get::<i64, _>(column)?).map_err(|_| corrupt("a number is out of its range"))
}
