//! How far schedules have come.

use async_trait::async_trait;
use mrdj_core::delivery::{ScheduleBook, ScheduleName, Tick};
use mrdj_core::error::PortError;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::error::port_error;
use super::open::Sqlite;
use super::row::{micros, moment};

#[async_trait]
impl ScheduleBook for Sqlite {
    async fn last_ticks(&self) -> Result<Vec<Tick>, PortError> {
        let rows = sqlx::query("SELECT * FROM schedule_tick ORDER BY schedule").fetch_all(&self.0.readers).await;
        rows.and_then(|rows| rows.iter().map(tick).collect()).map_err(|cause| port_error("read ticks", cause))
    }
}

/// Writes ticks over those that were there, in the order of the decisions.
pub(super) async fn tick_on(connection: &mut SqliteConnection, ticks: &[&Tick]) -> Result<(), sqlx::Error> {
    for tick in ticks {
        let statement = "INSERT INTO schedule_tick (schedule, at, line) VALUES ($1, $2, $3)
            ON CONFLICT (schedule) DO UPDATE SET at = excluded.at, line = excluded.line";
        let write = sqlx::query(statement).bind(tick.schedule.as_str()).bind(micros(tick.at)).bind(tick.line.as_str());
        write.execute(&mut *connection).await?;
    }
    Ok(())
}

fn tick(row: &SqliteRow) -> Result<Tick, sqlx::Error> {
    Ok(Tick {
        schedule: ScheduleName::from_stored(row.try_get("schedule")?),
        at: moment(row, "at")?,
        line: row.try_get("line")?,
    })
}
