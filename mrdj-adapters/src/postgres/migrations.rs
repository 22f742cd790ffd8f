//! The schema, step by step.

use mrdj_core::error::{ErrorKind, PortError};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Row};

use super::config::{Config, PoolMode};
use super::error::{ADAPTER, port_error};
use super::session::{connect, within};

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
    let done = applied(config, &mut line).await?;
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
    let done = applied(config, &mut line).await?;
    if MIGRATOR.iter().all(|step| done.contains(&step.version)) {
        // Nothing to do takes no right to change a schema.
        return Ok(line);
    }
    #[expect(clippy::disallowed_methods, reason = "the connection is no pool's, and closes with the transaction on it")]
    let mut transaction = line.begin().await.map_err(|cause| port_error("migrate", cause))?;
    // Held to the end of the transaction: a lock of the session would stay behind at a pooler.
    let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)").persistent(false).bind(LOCK);
    let locked = within(config.overdue(), lock.execute(&mut *transaction)).await;
    locked.map_err(|cause| port_error("wait for whoever migrates", cause))?;
    // A step over a table of years may take its time; what visitors wait for may not.
    let unlimited = sqlx::raw_sql("SET LOCAL statement_timeout = 0").execute(&mut *transaction).await;
    unlimited.map_err(|cause| port_error("migrate", cause))?;
    forget_statements(config, &mut transaction).await?;
    let mut migrator = Migrator { locking: false, ..Migrator::DEFAULT };
    migrator.migrations = MIGRATOR.migrations.clone();
    migrator.dangerous_set_table_name(TABLE);
    migrator.create_schema(SCHEMA);
    migrator.run_direct(None, &mut *transaction, false).await.map_err(migration_error)?;
    forget_statements(config, &mut transaction).await?;
    transaction.commit().await.map_err(|cause| port_error("migrate", cause))?;
    Ok(line)
}

/// sqlx's migrator names its statements, and behind a pooler another process may have left the same names on this line.
async fn forget_statements(config: &Config, line: &mut PgConnection) -> Result<(), PortError> {
    if config.mode == PoolMode::Transaction {
        let forgotten = sqlx::raw_sql("DEALLOCATE ALL").execute(line).await;
        forgotten.map_err(|cause| port_error("migrate", cause))?;
    }
    Ok(())
}

async fn open(config: &Config) -> Result<PgConnection, PortError> {
    connect(config).await.map_err(|cause| {
        // The place is for the log and for whoever runs the program: the summary is shown to everybody who asks how we are.
        let at = format!("{}: {cause}", config.place());
        port_error("connect", cause).because(at)
    })
}

/// The steps that were taken; one that is not ours was taken by a newer version, whose schema we would misread.
async fn applied(config: &Config, line: &mut PgConnection) -> Result<Vec<i64>, PortError> {
    let done = within(config.overdue(), taken(line)).await.map_err(|cause| port_error("read the schema", cause))?;
    match done.iter().find(|step| !MIGRATOR.iter().any(|ours| ours.version == **step)) {
        Some(step) => Err(newer(*step)),
        None => Ok(done),
    }
}

fn newer(step: i64) -> PortError {
    let summary = format!("the schema is of a newer version than this program, which does not know step {step}");
    PortError::new(ErrorKind::Misconfigured, ADAPTER, "read the schema", summary)
}

async fn taken(line: &mut PgConnection) -> Result<Vec<i64>, sqlx::Error> {
    // Each one message, so that no pooler comes between question and answer.
    let known = sqlx::raw_sql("SELECT to_regclass('mrdj.migration') IS NOT NULL AS known");
    if !known.fetch_one(&mut *line).await?.try_get::<bool, _>("known")? {
        return Ok(Vec::new());
    }
    let steps = sqlx::raw_sql("SELECT version FROM mrdj.migration WHERE success ORDER BY version");
    steps.fetch_all(line).await?.iter().map(|step| step.try_get("version")).collect()
}

fn migration_error(cause: MigrateError) -> PortError {
    match cause {
        MigrateError::VersionMissing(step) => newer(step),
        MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => port_error("migrate", cause),
        cause => {
            let summary = "the schema is not one this version knows";
            PortError::new(ErrorKind::Corrupt, ADAPTER, "migrate", summary).because(cause)
        }
    }
}
