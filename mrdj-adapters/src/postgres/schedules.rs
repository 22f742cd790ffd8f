//! How far schedules have come.

use std::collections::HashMap;

use async_trait::async_trait;
use mrdj_core::delivery::{ScheduleBook, ScheduleName, Tick};
use mrdj_core::error::PortError;
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::open::Postgres;
use super::row::{column, micros, moment};
use super::session::Session;

#[async_trait]
impl ScheduleBook for Postgres {
    async fn last_ticks(&self) -> Result<Vec<Tick>, PortError> {
        let query = sqlx::query("SELECT * FROM mrdj.schedule_tick ORDER BY schedule");
        let read = self.read("read ticks", |session| {
            Box::pin(async move { session.rows(query).await?.iter().map(tick).collect() })
        });
        read.await
    }
}

/// Writes ticks over those that were there.
pub(super) async fn tick_on(session: &mut Session<'_>, ticks: &[&Tick]) -> Result<(), sqlx::Error> {
    if ticks.is_empty() {
        return Ok(());
    }
    let last: HashMap<_, _> = ticks.iter().map(|tick| (&tick.schedule, *tick)).collect();
    let ticks: Vec<_> = last.into_values().collect();
    let statement = "INSERT INTO mrdj.schedule_tick (schedule, at, line)
        SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[])
        ON CONFLICT (schedule) DO UPDATE SET at = excluded.at, line = excluded.line";
    let statement = sqlx::query(statement)
        .bind(column(&ticks, |tick| tick.schedule.as_str().to_owned()))
        .bind(column(&ticks, |tick| micros(tick.at)))
        .bind(column(&ticks, |tick| tick.line.clone()));
    session.execute(statement).await?;
    Ok(())
}

fn tick(row: &PgRow) -> Result<Tick, sqlx::Error> {
    Ok(Tick {
        schedule: ScheduleName::from_stored(row.try_get("schedule")?),
        at: moment(row, "at")?,
        line: row.try_get("line")?,
    })
}
