//! Who saw what, what came of it, and what was counted.
//!
//! One process counts at a time: exposures as they are told, and before them the conversions that were written since. An exposure
//! and what came of it therefore always see each other, whichever is told first. Who writes a conversion counts nothing and waits
//! for nobody; it is counted with the next exposures, or when somebody reads figures.

use std::collections::BTreeSet;

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::error::PortError;
use mrdj_core::experiments::{
    Cell, Conversion, Counted, ExperimentKey, Exposed, Exposure, ExposureLog, Figures, Known, Seen, Shown, Tally,
    VisitorId,
};
use mrdj_core::id::Id;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::error::corrupt;
use super::experiments::stretches;
use super::open::Postgres;
use super::row::{column, micros, moment, signed, whole, word};
use super::session::Session;

/// Who counts holds it alone. "coun" in ASCII.
const COUNTING: i64 = 0x636f_756e;

#[async_trait]
impl ExposureLog for Postgres {
    async fn record(&self, exposures: &[Exposure]) -> Result<u64, PortError> {
        let exposures = exposures.to_vec();
        self.write("record exposures", move |session| Box::pin(record(session, exposures))).await
    }

    async fn figures(&self, experiment: &ExperimentKey) -> Result<Figures, PortError> {
        let uncounted = sqlx::query("SELECT 1 FROM mrdj.conversion WHERE NOT counted LIMIT 1");
        let uncounted = self.read("read figures", |session| Box::pin(async move { session.row(uncounted).await }));
        if uncounted.await?.is_some() {
            self.write("count conversions", |session| {
                Box::pin(async move {
                    alone(session).await?;
                    settle(session).await
                })
            })
            .await?;
        }
        let query = "SELECT phase, day::text AS day, variation, anonymous, exposed, crossed, enquiries, bookings,
            value_cents, squares FROM mrdj.tally WHERE experiment = $1";
        let query = sqlx::query(query).bind(experiment.as_str().to_owned());
        let read = self.read("read figures", |session| {
            Box::pin(async move { session.rows(query).await?.iter().map(tally).collect() })
        });
        read.await
    }

    async fn sweep_exposures(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        let exposures = "DELETE FROM mrdj.exposure WHERE ctid = ANY(ARRAY(SELECT ctid FROM mrdj.exposure
            WHERE at < $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED))";
        let conversions = "DELETE FROM mrdj.conversion WHERE ctid = ANY(ARRAY(SELECT ctid FROM mrdj.conversion
            WHERE at < $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED))";
        let swept = self.sweep_of("sweep exposures", exposures, before, limit).await?;
        Ok(swept + self.sweep_of("sweep exposures", conversions, before, limit).await?)
    }

    async fn sweep_exposure_ids(&self, before: Timestamp, limit: usize) -> Result<u64, PortError> {
        let ids = "DELETE FROM mrdj.exposure_id WHERE id = ANY(ARRAY(SELECT id FROM mrdj.exposure_id
            WHERE at < $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED))";
        self.sweep_of("sweep exposures", ids, before, limit).await
    }
}

impl Postgres {
    /// Runs a statement that forgets up to `limit` rows of before `before`.
    pub(super) async fn sweep_of(
        &self,
        operation: &'static str,
        statement: &'static str,
        before: Timestamp,
        limit: usize,
    ) -> Result<u64, PortError> {
        let statement = sqlx::query(statement).bind(micros(before)).bind(i64::try_from(limit).unwrap_or(i64::MAX));
        self.write(operation, |session| Box::pin(async move { session.execute(statement).await })).await
    }
}

/// Waits until nobody else counts.
async fn alone(session: &mut Session<'_>) -> Result<(), sqlx::Error> {
    session.execute(sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(COUNTING)).await.map(drop)
}

/// Counts exposures.
async fn record(session: &mut Session<'_>, exposures: Vec<Exposure>) -> Result<u64, sqlx::Error> {
    alone(session).await?;
    settle(session).await?;
    let visitors: BTreeSet<_> = exposures.iter().filter_map(|exposure| exposure.visitor).collect();
    let keys: BTreeSet<_> = exposures.iter().map(|exposure| exposure.experiment.as_str()).collect();
    let keys = keys.into_iter().map(str::to_owned).collect();
    let mut known = Known { experiments: stretches(session, keys).await?, ..Known::default() };
    read_exposed(session, &visitors, &mut known).await?;
    read_conversions(session, &visitors, &mut known).await?;
    let views = exposures.iter().filter(|exposure| exposure.visitor.is_none());
    read_ids(session, views.map(|exposure| exposure.id.uuid()).collect(), &mut known).await?;
    let mut counted = Counted::default();
    exposures.iter().for_each(|exposure| known.expose(exposure, &mut counted));
    write(session, &counted).await?;
    Ok(counted.fresh())
}

/// Counts conversions that were written and not counted yet, the oldest first.
async fn settle(session: &mut Session<'_>) -> Result<(), sqlx::Error> {
    loop {
        let rows = session.rows(sqlx::query(UNCOUNTED).bind(AT_ONCE)).await?;
        let mut won = rows.iter().map(conversion).collect::<Result<Vec<_>, _>>()?;
        won.sort_by_key(|one| (one.at, one.id, one.goal));
        count(session, &won).await?;
        if won.len() < AT_ONCE as usize {
            return Ok(());
        }
    }
}

/// So many conversions are counted at once.
const AT_ONCE: i64 = 1_000;
const UNCOUNTED: &str =
    "UPDATE mrdj.conversion SET counted = true WHERE ctid = ANY(ARRAY(SELECT ctid FROM mrdj.conversion
    WHERE NOT counted ORDER BY at LIMIT $1))
    RETURNING id, goal, visitor, shown, sent_at, value_cents, at, day::text AS day";

async fn count(session: &mut Session<'_>, won: &[Conversion]) -> Result<(), sqlx::Error> {
    if won.is_empty() {
        return Ok(());
    }
    let visitors: BTreeSet<_> = won.iter().filter_map(|conversion| conversion.seen.visitor).collect();
    let keys: BTreeSet<_> = won.iter().flat_map(|one| &one.seen.shown).map(|shown| shown.experiment.as_str()).collect();
    let keys = keys.into_iter().map(str::to_owned).collect();
    let mut known = Known { experiments: stretches(session, keys).await?, ..Known::default() };
    read_exposed(session, &visitors, &mut known).await?;
    let mut counted = Counted::default();
    won.iter().for_each(|conversion| known.convert(conversion, &mut counted));
    write(session, &counted).await
}

/// Writes who was won, in the order of their ids so that two who write the same do not wait for each other. They are counted
/// by who counts: no enquiry or booking waits for that.
pub(super) async fn convert(session: &mut Session<'_>, conversions: &[&Conversion]) -> Result<(), sqlx::Error> {
    if conversions.is_empty() {
        return Ok(());
    }
    let mut conversions = conversions.to_vec();
    conversions.sort_by_key(|conversion| (conversion.id, conversion.goal));
    let statement = "INSERT INTO mrdj.conversion (id, goal, visitor, shown, sent_at, value_cents, at, day)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[],
            $8::text[]::date[])
        ON CONFLICT (id, goal) DO NOTHING";
    let statement = sqlx::query(statement)
        .bind(column(&conversions, |one| one.id))
        .bind(column(&conversions, |one| one.goal.word()))
        .bind(column(&conversions, |one| one.seen.visitor.map(VisitorId::uuid)))
        .bind(column(&conversions, |one| json(&one.seen.shown)))
        .bind(column(&conversions, |one| micros(one.sent_at)))
        .bind(column(&conversions, |one| signed(one.value_cents)))
        .bind(column(&conversions, |one| micros(one.at)))
        .bind(column(&conversions, |one| one.day.to_string()));
    session.execute(statement).await?;
    Ok(())
}

/// What a page said that it showed; most say nothing.
fn json(shown: &[Shown]) -> Option<String> {
    (!shown.is_empty()).then(|| serde_json::to_string(shown).expect("plain data"))
}

fn ids(visitors: &BTreeSet<VisitorId>) -> Vec<Uuid> {
    visitors.iter().map(|visitor| visitor.uuid()).collect()
}

/// Reads what visitors saw.
async fn read_exposed(
    session: &mut Session<'_>,
    visitors: &BTreeSet<VisitorId>,
    known: &mut Known,
) -> Result<(), sqlx::Error> {
    if visitors.is_empty() {
        return Ok(());
    }
    let query = "SELECT visitor, experiment, phase::bigint AS phase, variation::bigint AS variation, at, crossed,
            enquiries::bigint AS enquiries, bookings::bigint AS bookings, value_cents
        FROM mrdj.exposure WHERE visitor = ANY($1)";
    for row in session.rows(sqlx::query(query).bind(ids(visitors))).await? {
        let row = exposed(&row)?;
        known.exposed.entry(row.visitor).or_default().push(row);
    }
    Ok(())
}

async fn read_conversions(
    session: &mut Session<'_>,
    visitors: &BTreeSet<VisitorId>,
    known: &mut Known,
) -> Result<(), sqlx::Error> {
    if visitors.is_empty() {
        return Ok(());
    }
    // What is not counted yet will find these exposures.
    let query = "SELECT id, goal, visitor, shown, sent_at, value_cents, at, day::text AS day FROM mrdj.conversion
        WHERE visitor = ANY($1) AND counted ORDER BY at";
    for row in session.rows(sqlx::query(query).bind(ids(visitors))).await? {
        let conversion = conversion(&row)?;
        let visitor = conversion.seen.visitor.ok_or_else(|| corrupt("a visitor is none"))?;
        known.conversions.entry(visitor).or_default().push(conversion);
    }
    Ok(())
}

async fn read_ids(session: &mut Session<'_>, ids: Vec<Uuid>, known: &mut Known) -> Result<(), sqlx::Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let query = sqlx::query("SELECT id, at FROM mrdj.exposure_id WHERE id = ANY($1)").bind(ids);
    for row in session.rows(query).await? {
        known.events.insert(Id::from_uuid(row.try_get("id")?), moment(&row, "at")?);
    }
    Ok(())
}

/// Writes what was counted, in the order of its keys.
async fn write(session: &mut Session<'_>, counted: &Counted) -> Result<(), sqlx::Error> {
    write_exposed(session, &Vec::from_iter(counted.exposed.values())).await?;
    let events: Vec<_> = counted.events.iter().collect();
    if !events.is_empty() {
        let statement = "INSERT INTO mrdj.exposure_id (id, at) SELECT * FROM unnest($1::uuid[], $2::bigint[])";
        let statement = sqlx::query(statement)
            .bind(column(&events, |(id, _)| id.uuid()))
            .bind(column(&events, |(_, at)| micros(**at)));
        session.execute(statement).await?;
    }
    write_figures(session, &Vec::from_iter(&counted.figures)).await
}

async fn write_exposed(session: &mut Session<'_>, rows: &[&Exposed]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let statement = "INSERT INTO mrdj.exposure
            (visitor, experiment, phase, variation, at, crossed, enquiries, bookings, value_cents)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::boolean[], $7::bigint[],
            $8::bigint[], $9::bigint[])
        ON CONFLICT (visitor, experiment, phase) DO UPDATE SET crossed = excluded.crossed,
            enquiries = excluded.enquiries, bookings = excluded.bookings, value_cents = excluded.value_cents";
    let statement = sqlx::query(statement)
        .bind(column(rows, |row| row.visitor.uuid()))
        .bind(column(rows, |row| row.experiment.as_str().to_owned()))
        .bind(column(rows, |row| i64::from(row.phase)))
        .bind(column(rows, |row| i64::from(row.variation)))
        .bind(column(rows, |row| micros(row.at)))
        .bind(column(rows, |row| row.crossed))
        .bind(column(rows, |row| i64::from(row.enquiries)))
        .bind(column(rows, |row| i64::from(row.bookings)))
        .bind(column(rows, |row| signed(row.value_cents)));
    session.execute(statement).await?;
    Ok(())
}

async fn write_figures(
    session: &mut Session<'_>,
    figures: &[(&(ExperimentKey, Cell), &Tally)],
) -> Result<(), sqlx::Error> {
    if figures.is_empty() {
        return Ok(());
    }
    let statement = "INSERT INTO mrdj.tally (experiment, phase, day, variation, anonymous, exposed, crossed, enquiries,
            bookings, value_cents, squares)
        SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[]::date[], $4::bigint[], $5::boolean[], $6::bigint[],
            $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::double precision[])
        ON CONFLICT (experiment, phase, day, variation, anonymous) DO UPDATE SET exposed = tally.exposed + excluded.exposed,
            crossed = tally.crossed + excluded.crossed, enquiries = tally.enquiries + excluded.enquiries,
            bookings = tally.bookings + excluded.bookings, value_cents = tally.value_cents + excluded.value_cents,
            squares = tally.squares + excluded.squares";
    let statement = sqlx::query(statement)
        .bind(column(figures, |((experiment, _), _)| experiment.as_str().to_owned()))
        .bind(column(figures, |((_, cell), _)| i64::from(cell.phase)))
        .bind(column(figures, |((_, cell), _)| cell.day.to_string()))
        .bind(column(figures, |((_, cell), _)| i64::from(cell.variation)))
        .bind(column(figures, |((_, cell), _)| cell.anonymous))
        .bind(column(figures, |(_, tally)| signed(tally.exposed)))
        .bind(column(figures, |(_, tally)| signed(tally.crossed)))
        .bind(column(figures, |(_, tally)| signed(tally.enquiries)))
        .bind(column(figures, |(_, tally)| signed(tally.bookings)))
        .bind(column(figures, |(_, tally)| signed(tally.value_cents)))
        .bind(column(figures, |(_, tally)| tally.squares));
    session.execute(statement).await?;
    Ok(())
}

fn exposed(row: &PgRow) -> Result<Exposed, sqlx::Error> {
    Ok(Exposed {
        visitor: VisitorId::from_uuid(row.try_get("visitor")?),
        experiment: ExperimentKey::from_stored(row.try_get("experiment")?),
        phase: whole(row, "phase")?,
        variation: whole(row, "variation")?,
        at: moment(row, "at")?,
        crossed: row.try_get("crossed")?,
        enquiries: whole(row, "enquiries")?,
        bookings: whole(row, "bookings")?,
        value_cents: whole(row, "value_cents")?,
    })
}

fn conversion(row: &PgRow) -> Result<Conversion, sqlx::Error> {
    let shown = row.try_get::<Option<&str>, _>("shown")?.map(serde_json::from_str).transpose();
    let seen = Seen {
        visitor: row.try_get::<Option<Uuid>, _>("visitor")?.map(VisitorId::from_uuid),
        shown: shown.map_err(|_| corrupt("what was shown is no JSON"))?.unwrap_or_default(),
    };
    Ok(Conversion {
        id: row.try_get("id")?,
        goal: word(row, "goal")?,
        seen,
        sent_at: moment(row, "sent_at")?,
        value_cents: whole(row, "value_cents")?,
        at: moment(row, "at")?,
        day: day(row)?,
    })
}

fn tally(row: &PgRow) -> Result<(Cell, Tally), sqlx::Error> {
    let cell = Cell {
        phase: whole(row, "phase")?,
        day: day(row)?,
        variation: whole(row, "variation")?,
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

fn day(row: &PgRow) -> Result<jiff::civil::Date, sqlx::Error> {
    row.try_get::<&str, _>("day")?.parse().map_err(|_| corrupt("a day is none"))
}
