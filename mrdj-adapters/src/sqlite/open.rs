//! Opening the file, bringing its schema up to date.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use mrdj_core::error::{ErrorKind, PortError};
use sqlx::ConnectOptions;
use sqlx::migrate::{Migrate, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use super::bulk::PREPARED;
use super::error::{ADAPTER, port_error};
use super::writer::Writer;

/// An own table, so that an app that brings its own migrations into the same file does not meet ours.
const TABLE: &str = "mrdj_migration";

static RECORD_STEPS: Migrator = sqlx::migrate!("migrations/sqlite");
static SPOOL_STEPS: Migrator = sqlx::migrate!("migrations/spool");

/// What a file holds.
pub(super) struct Schema {
    /// The steps that lead there.
    steps: &'static Migrator,
    /// A statement that would write, and changes nothing.
    nothing: &'static str,
}

/// The store of record.
const RECORD: Schema = Schema { steps: &RECORD_STEPS, nothing: "DELETE FROM queue WHERE FALSE" };
/// The spool.
pub(super) const SPOOL: Schema = Schema { steps: &SPOOL_STEPS, nothing: "DELETE FROM spooled WHERE FALSE" };

/// Where the file is, and how much it may take.
#[derive(Clone, Debug)]
pub struct Config {
    /// The database file; its directory must exist.
    pub path: PathBuf,
    /// Connections that read; at least 1.
    pub readers: u32,
    /// How long a statement waits for another process to let go of the file.
    pub busy_timeout: Duration,
}

impl Config {
    /// Four readers, five seconds of patience.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), readers: 4, busy_timeout: Duration::from_secs(5) }
    }

    fn options(&self) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .filename(&self.path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(self.busy_timeout)
            .foreign_keys(true)
            .pragma("temp_store", "memory")
            // Four times the default: the hot pages of a busy hour are copied into the file a quarter as often.
            .pragma("wal_autocheckpoint", "4000")
            .disable_statement_logging()
    }
}

/// The store of record in one SQLite file; clones share it.
#[derive(Clone)]
pub struct Sqlite(pub(super) Arc<Inner>);

/// An open file: one connection that writes, and a few that read.
pub(super) struct Inner {
    pub(super) writer: Writer,
    pub(super) readers: SqlitePool,
}

/// What `migrate` did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migrations {
    /// Those that were there.
    pub applied: Vec<String>,
    /// Those that were missing.
    pub missing: Vec<String>,
}

impl Sqlite {
    /// Opens the file, makes it when it is not there, and brings its schema up to date.
    ///
    /// The error says what is in the way: a missing directory, a file that may not be read, is held by another process,
    /// is damaged, or no database.
    pub async fn open(config: &Config) -> Result<Self, PortError> {
        Ok(Self(Arc::new(Inner::open(config, &RECORD).await?)))
    }

    /// Brings the schema of the file up to date, making the file when it is not there.
    pub async fn migrate(config: &Config) -> Result<Migrations, PortError> {
        let before = if config.path.exists() { Self::pending(config).await? } else { everything_missing() };
        let mut connection = connect_to_write(config).await?;
        migrate(&mut connection, &RECORD).await?;
        Ok(before)
    }

    /// Looks at the schema of the file and changes nothing.
    pub async fn pending(config: &Config) -> Result<Migrations, PortError> {
        if !config.path.exists() {
            return Ok(everything_missing());
        }
        let mut connection = connect(config, config.options().read_only(true)).await?;
        let done = applied(&mut connection).await?;
        let (applied, missing) = RECORD_STEPS.iter().partition::<Vec<_>, _>(|step| done.contains(&step.version));
        let name = |step: &sqlx::migrate::Migration| format!("{:04} {}", step.version, step.description);
        Ok(Migrations {
            applied: applied.into_iter().map(name).collect(),
            missing: missing.into_iter().map(name).collect(),
        })
    }

    /// Waits until everything that was handed in is written, and closes the file, which then is all there is to copy.
    pub async fn close(&self) {
        self.0.close().await;
    }
}

impl Inner {
    /// Opens the file, makes it when it is not there, and brings its schema up to date.
    pub(super) async fn open(config: &Config, schema: &Schema) -> Result<Self, PortError> {
        let mut connection = connect_to_write(config).await?;
        migrate(&mut connection, schema).await?;
        ensure_writable(&mut connection, schema).await?;
        let writer = Writer::start(connection)?;
        let readers = config.options().read_only(true).pragma("cache_size", "-1000");
        let readers = SqlitePoolOptions::new()
            .max_connections(config.readers.max(1))
            .min_connections(1)
            // A file does not hang up.
            .test_before_acquire(false)
            .acquire_timeout(config.busy_timeout)
            .connect_with(readers)
            .await
            .map_err(|cause| port_error("open", cause))?;
        Ok(Self { writer, readers })
    }

    /// Waits until everything that was handed in is written, and closes the file.
    pub(super) async fn close(&self) {
        // Only a connection that writes can fold the log into the file, and only as the last one there.
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn everything_missing() -> Migrations {
    let missing = RECORD_STEPS.iter().map(|step| format!("{:04} {}", step.version, step.description)).collect();
    Migrations { applied: Vec::new(), missing }
}

async fn applied(connection: &mut SqliteConnection) -> Result<Vec<i64>, PortError> {
    let known: Option<String> = sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table' AND name = $1")
        .bind(TABLE)
        .fetch_optional(&mut *connection)
        .await
        .map_err(|cause| port_error("read the schema", cause))?;
    if known.is_none() {
        return Ok(Vec::new());
    }
    let done = connection.list_applied_migrations(TABLE).await;
    let done = done.map_err(|cause| migration_error("read the schema", cause))?;
    Ok(done.into_iter().map(|step| step.version).collect())
}

async fn migrate(connection: &mut SqliteConnection, schema: &Schema) -> Result<(), PortError> {
    let mut migrator = Migrator { ..Migrator::DEFAULT };
    migrator.migrations = schema.steps.migrations.clone();
    migrator.dangerous_set_table_name(TABLE);
    migrator.run_direct(None, connection, false).await.map_err(|cause| migration_error("migrate", cause))
}

/// On a disk that is read-only SQLite opens the file all the same, begins a transaction, and refuses the first write.
async fn ensure_writable(connection: &mut SqliteConnection, schema: &Schema) -> Result<(), PortError> {
    let nothing = sqlx::query(schema.nothing).execute(connection).await;
    nothing.map(drop).map_err(|cause| port_error("open", cause))
}

fn migration_error(operation: &'static str, cause: sqlx::migrate::MigrateError) -> PortError {
    let summary = "the schema is not one this version knows";
    PortError::new(ErrorKind::Corrupt, ADAPTER, operation, summary).because(cause)
}

async fn connect_to_write(config: &Config) -> Result<SqliteConnection, PortError> {
    let directory = config.path.parent().filter(|parent| *parent != Path::new(""));
    if let Some(missing) = directory.filter(|parent| !parent.is_dir()) {
        let summary = format!("the directory {} does not exist", missing.display());
        return Err(PortError::new(ErrorKind::Unavailable, ADAPTER, "open", summary));
    }
    make(&config.path)?;
    connect(config, config.options().statement_cache_capacity(PREPARED)).await
}

/// Makes the file where it is missing, readable by its owner alone: it holds what people told us.
///
/// SQLite gives the log beside it the same rights.
fn make(path: &Path) -> Result<(), PortError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(cause) => {
            let summary = format!("the file {} cannot be made: {cause}", path.display());
            Err(PortError::new(ErrorKind::Unavailable, ADAPTER, "open", summary).because(cause))
        }
    }
}

async fn connect(config: &Config, options: SqliteConnectOptions) -> Result<SqliteConnection, PortError> {
    options.connect().await.map_err(|cause| {
        let error = port_error("open", cause);
        let summary = format!("{} ({})", error.summary, config.path.display());
        PortError { summary, ..error }
    })
}
