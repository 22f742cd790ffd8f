//! The schema, step by step.

use mrdj_core::error::{ErrorKind, PortError};
use sqlx::Connection;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgConnection;

use super::config::Config;
use super::error::{ADAPTER, port_error};
use super::session::connect;

/// Our own schema and table, so that an app with migrations of its own in the same database does not meet ours.
const SCHEMA: &str = "mrdj";
const TABLE: &str = "mrdj.migration";
/// The lock under which a schema is changed: "mrdj" in ASCII.
const LOCK: i64 = 0x6d72_646a;

static MIGRATOR: Migrator = sqlx::migrate!("migrations/postgres");

/// What `migrate` did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migrations {
    /// Those that were there.
    pub applied: Vec<String>,
    /// Those that were missing.
    pub missing: Vec<String>,
}

/// Which steps are there, without changing anything.
pub(super) async fn pending(config: &Config) -> Result<Migrations, PortError> {
    let mut line = open(config).await?;
    let done = applied(&mut line).await.map_err(|cause| port_error("read the schema", cause))?;
    let (applied, missing) = MIGRATOR.iter().partition::<Vec<_>, _>(|step| done.contains(&step.version));
    let name = |step: &sqlx::migrate::Migration| format!("{:04} {}", step.version, step.description);
    Ok(Migrations {
        applied: applied.into_iter().map(name).collect(),
        missing: missing.into_iter().map(name).collect(),
    })
}

/// Takes the steps that are missing, all or none, one process at a time, and gives the connection that did.
pub(super) async fn run(config: &Config) -> Result<PgConnection, PortError> {
    let mut line = open(config).await?;
    let done = applied(&mut line).await.map_err(|cause| port_error("read the schema", cause))?;
    if MIGRATOR.iter().all(|step| done.contains(&step.version)) && done.len() == MIGRATOR.iter().count() {
        // Nothing to do takes no right to change a schema.
        return Ok(line);
    }
    #[expect(clippy::disallowed_methods, reason = "the connection is no pool's, and closes with the transaction on it")]
    let mut transaction = line.begin().await.map_err(|cause| port_error("migrate", cause))?;
    // Held to the end of the transaction: a lock of the session would stay behind at a pooler.
    let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)").persistent(false).bind(LOCK);
    lock.execute(&mut *transaction).await.map_err(|cause| port_error("migrate", cause))?;
    let mut migrator = Migrator { locking: false, ..Migrator::DEFAULT };
    migrator.migrations = MIGRATOR.migrations.clone();
    migrator.dangerous_set_table_name(TABLE);
    migrator.create_schema(SCHEMA);
    migrator.run_direct(None, &mut *transaction, false).await.map_err(migration_error)?;
    transaction.commit().await.map_err(|cause| port_error("migrate", cause))?;
    Ok(line)
}

async fn open(config: &Config) -> Result<PgConnection, PortError> {
    connect(config).await.map_err(|cause| {
        let error = port_error("connect", cause);
        let summary = format!("{} ({})", error.summary, config.place());
        PortError { summary, ..error }
    })
}

async fn applied(line: &mut PgConnection) -> Result<Vec<i64>, sqlx::Error> {
    let known: bool = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
        .bind(TABLE)
        .persistent(false)
        .fetch_one(&mut *line)
        .await?;
    if !known {
        return Ok(Vec::new());
    }
    let query = "SELECT version FROM mrdj.migration WHERE success ORDER BY version";
    sqlx::query_scalar(query).persistent(false).fetch_all(line).await
}

fn migration_error(cause: MigrateError) -> PortError {
    match cause {
        MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => port_error("migrate", cause),
        cause => {
            let summary = "the schema is not one this version knows";
            PortError::new(ErrorKind::Corrupt, ADAPTER, "migrate", summary).because(cause)
        }
    }
}
