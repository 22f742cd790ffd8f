//! Experiments.

use std::collections::HashMap;

use async_trait::async_trait;
use mrdj_core::batch::{Asked, Present};
use mrdj_core::error::PortError;
use mrdj_core::experiments::{Experiment, ExperimentBook, ExperimentKey, Stretch};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::bulk::Bulk;
use super::error::port_error;
use super::open::Sqlite;
use super::row::{json, json_list, maybe, micros, moment};

#[async_trait]
impl ExperimentBook for Sqlite {
    async fn find(&self, key: &ExperimentKey) -> Result<Option<Experiment>, PortError> {
        let query = sqlx::query("SELECT body FROM experiment WHERE key = $1").bind(key.as_str());
        let row = query.fetch_optional(&self.0.readers).await;
        row.and_then(|row| row.as_ref().map(|row| json(row, "body")).transpose())
            .map_err(|cause| port_error("find an experiment", cause))
    }

    async fn list(&self) -> Result<Vec<Experiment>, PortError> {
        let rows = sqlx::query("SELECT body FROM experiment ORDER BY key").fetch_all(&self.0.readers).await;
        let read = |row: &SqliteRow| json(row, "body");
        rows.and_then(|rows| rows.iter().map(read).collect()).map_err(|cause| port_error("list experiments", cause))
    }
}

/// Adds to `present` what a batch asks of experiments.
pub(super) async fn look(
    connection: &mut SqliteConnection,
    asked: &Asked<'_>,
    present: &mut Present,
) -> Result<(), sqlx::Error> {
    if asked.experiments.is_empty() {
        return Ok(());
    }
    let query = "SELECT key, version FROM experiment WHERE key IN (SELECT value FROM json_each($1))";
    for row in sqlx::query(query).bind(json_list(&asked.experiments)).fetch_all(connection).await? {
        present.experiments.insert(ExperimentKey::from_stored(row.try_get("key")?), row.try_get("version")?);
    }
    Ok(())
}

const EXPERIMENTS: Bulk = Bulk {
    head: "INSERT INTO experiment (key, phase, variations, phase_at, stopped_at, version, body) VALUES",
    row: "?, ?, ?, ?, ?, ?, ?",
    tail: "ON CONFLICT (key) DO UPDATE SET phase = excluded.phase, variations = excluded.variations,
        phase_at = excluded.phase_at, stopped_at = excluded.stopped_at, version = excluded.version, body = excluded.body",
};

/// Writes experiments as they are now.
pub(super) async fn keep(connection: &mut SqliteConnection, experiments: &[&Experiment]) -> Result<(), sqlx::Error> {
    EXPERIMENTS
        .run(connection, experiments, |query, experiment| {
            query
                .bind(experiment.key.as_str())
                .bind(experiment.phase)
                .bind(experiment.variations())
                .bind(experiment.phase_at.map(micros))
                .bind(experiment.stopped_at.map(micros))
                .bind(experiment.version)
                .bind(serde_json::to_string(experiment).expect("it is plain data"))
        })
        .await?;
    Ok(())
}

/// What matters for counting of the experiments that are called by `keys`.
pub(super) async fn stretches(
    connection: &mut SqliteConnection,
    keys: &[&ExperimentKey],
) -> Result<HashMap<ExperimentKey, Stretch>, sqlx::Error> {
    let query = "SELECT key, phase, variations, phase_at, stopped_at FROM experiment
        WHERE key IN (SELECT value FROM json_each($1))";
    let rows = sqlx::query(query).bind(json_list(keys)).fetch_all(connection).await?;
    let stretch = |row: &SqliteRow| {
        let stretch = Stretch {
            phase: row.try_get("phase")?,
            variations: row.try_get("variations")?,
            begun_at: maybe(row, "phase_at", moment)?,
            stopped_at: maybe(row, "stopped_at", moment)?,
        };
        Ok((ExperimentKey::from_stored(row.try_get("key")?), stretch))
    };
    rows.iter().map(stretch).collect()
}
