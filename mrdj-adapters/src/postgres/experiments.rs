//! Experiments.

use std::collections::HashMap;

use async_trait::async_trait;
use mrdj_core::batch::{Asked, Present};
use mrdj_core::error::PortError;
use mrdj_core::experiments::{Experiment, ExperimentBook, ExperimentKey, Stretch};
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::open::Postgres;
use super::row::{column, json, maybe_moment, micros, whole};
use super::session::Session;

#[async_trait]
impl ExperimentBook for Postgres {
    async fn find(&self, key: &ExperimentKey) -> Result<Option<Experiment>, PortError> {
        let query = sqlx::query("SELECT body FROM mrdj.experiment WHERE key = $1").bind(key.as_str().to_owned());
        let found = self.read("find an experiment", |session| {
            Box::pin(async move { session.row(query).await?.map(|row| json(&row, "body")).transpose() })
        });
        found.await
    }

    async fn list(&self) -> Result<Vec<Experiment>, PortError> {
        let query = sqlx::query("SELECT body FROM mrdj.experiment ORDER BY key COLLATE \"C\"");
        let read = self.read("list experiments", |session| {
            Box::pin(async move { session.rows(query).await?.iter().map(|row| json(row, "body")).collect() })
        });
        read.await
    }
}

/// Adds to `present` what a batch asks of experiments.
pub(super) async fn look(
    session: &mut Session<'_>,
    asked: &Asked<'_>,
    present: &mut Present,
) -> Result<(), sqlx::Error> {
    if asked.experiments.is_empty() {
        return Ok(());
    }
    let keys = column(&asked.experiments, |key| key.as_str().to_owned());
    let query = sqlx::query("SELECT key, version FROM mrdj.experiment WHERE key = ANY($1)").bind(keys);
    for row in session.rows(query).await? {
        present.experiments.insert(ExperimentKey::from_stored(row.try_get("key")?), whole(&row, "version")?);
    }
    Ok(())
}

/// Writes experiments as they are now.
pub(super) async fn keep(session: &mut Session<'_>, experiments: &[&Experiment]) -> Result<(), sqlx::Error> {
    if experiments.is_empty() {
        return Ok(());
    }
    let statement = "INSERT INTO mrdj.experiment (key, phase, variations, phase_at, stopped_at, version, body)
        SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[])
        ON CONFLICT (key) DO UPDATE SET phase = excluded.phase, variations = excluded.variations,
            phase_at = excluded.phase_at, stopped_at = excluded.stopped_at, version = excluded.version,
            body = excluded.body";
    let body = |experiment: &&Experiment| serde_json::to_string(*experiment).expect("it is plain data");
    let statement = sqlx::query(statement)
        .bind(column(experiments, |experiment| experiment.key.as_str().to_owned()))
        .bind(column(experiments, |experiment| i64::from(experiment.phase)))
        .bind(column(experiments, |experiment| i64::from(experiment.variations())))
        .bind(column(experiments, |experiment| experiment.phase_at.map(micros)))
        .bind(column(experiments, |experiment| experiment.stopped_at.map(micros)))
        .bind(column(experiments, |experiment| i64::from(experiment.version)))
        .bind(column(experiments, body));
    session.execute(statement).await?;
    Ok(())
}

/// What matters for counting of the experiments that are called by `keys`.
pub(super) async fn stretches(
    session: &mut Session<'_>,
    keys: Vec<String>,
) -> Result<HashMap<ExperimentKey, Stretch>, sqlx::Error> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let query = "SELECT key, phase, variations, phase_at, stopped_at FROM mrdj.experiment WHERE key = ANY($1)";
    let stretch = |row: &PgRow| {
        let stretch = Stretch {
            phase: whole(row, "phase")?,
            variations: whole(row, "variations")?,
            begun_at: maybe_moment(row, "phase_at")?,
            stopped_at: maybe_moment(row, "stopped_at")?,
        };
        Ok((ExperimentKey::from_stored(row.try_get("key")?), stretch))
    };
    session.rows(sqlx::query(query).bind(keys)).await?.iter().map(stretch).collect()
}
