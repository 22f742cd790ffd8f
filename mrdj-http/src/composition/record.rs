//! The store of record, whichever the settings name.

use std::io;
use std::path::Path;
use std::sync::Arc;

use mrdj_adapters::postgres::{Postgres, PostgresBell};
use mrdj_adapters::sqlite::{Config as SqliteConfig, Sqlite};
use mrdj_adapters::system::{ProcessBell, SystemClock};
use mrdj_core::bookings::{BookingBook, CalendarBook};
use mrdj_core::clock::Clock;
use mrdj_core::delivery::{Bell, DeliveryDesk, DeliveryQueue, ScheduleBook};
use mrdj_core::experiments::funnel::FunnelLog;
use mrdj_core::experiments::{ExperimentBook, ExposureLog};
use mrdj_core::idempotency::IdempotencyBook;
use mrdj_core::leads::LeadBook;
use mrdj_core::messages::PostOffice;
use mrdj_core::observability::Probe;
use mrdj_core::partners::PartnerNews;
use mrdj_core::store::Store;
use mrdj_core::webhooks::EventBook;

use super::StartError;
use super::house::file;
use crate::settings::{Database, Settings};

/// The store of record; clones share it.
#[derive(Clone)]
pub enum Record {
    /// One file, for one process or several on one machine.
    Sqlite(Sqlite),
    /// A server, for any number of processes and machines.
    Postgres(Postgres),
}

/// Every port of record, over one store.
#[derive(Clone)]
pub(super) struct Ports {
    pub(super) store: Arc<dyn Store>,
    pub(super) leads: Arc<dyn LeadBook>,
    pub(super) answers: Arc<dyn IdempotencyBook>,
    pub(super) queue: Arc<dyn DeliveryQueue>,
    pub(super) desk: Arc<dyn DeliveryDesk>,
    pub(super) schedules: Arc<dyn ScheduleBook>,
    pub(super) post_office: Arc<dyn PostOffice>,
    pub(super) bookings: Arc<dyn BookingBook>,
    pub(super) calendar: Arc<dyn CalendarBook>,
    pub(super) events: Arc<dyn EventBook>,
    pub(super) news: Arc<dyn PartnerNews>,
    pub(super) experiments: Arc<dyn ExperimentBook>,
    pub(super) exposures: Arc<dyn ExposureLog>,
    pub(super) funnel: Arc<dyn FunnelLog>,
    pub(super) probe: Arc<dyn Probe>,
}

/// What the steps of a schema are called: those that were there, and those that were missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Those that were there.
    pub applied: Vec<String>,
    /// Those that were missing.
    pub missing: Vec<String>,
}

impl Record {
    /// Opens the store that `settings` name. A file is opened and migrated now; a server may be away, and is reached as
    /// soon as it is there.
    pub(super) async fn open(settings: &Settings) -> Result<Self, StartError> {
        match &settings.database {
            Database::File(path) => {
                if let Some(directory) = path.parent() {
                    prepare(directory)?;
                }
                Ok(Self::Sqlite(Sqlite::open(&SqliteConfig::at(path)).await?))
            }
            Database::Server(server) => Ok(Self::Postgres(Postgres::open(server.config()?)?)),
        }
    }

    /// Brings the schema up to date, or with `check` only looks.
    pub async fn migrate(settings: &Settings, check: bool) -> Result<Steps, StartError> {
        match &settings.database {
            Database::File(path) => {
                if let Some(directory) = path.parent().filter(|_| !check) {
                    prepare(directory)?;
                }
                let config = SqliteConfig::at(path);
                let done = if check { Sqlite::pending(&config).await? } else { Sqlite::migrate(&config).await? };
                Ok(Steps { applied: done.applied, missing: done.missing })
            }
            Database::Server(server) => {
                let config = server.config()?;
                let done = if check { Postgres::pending(&config).await? } else { Postgres::migrate(&config).await? };
                Ok(Steps { applied: done.applied, missing: done.missing })
            }
        }
    }

    /// Waits until everything that was handed in is written, and lets go of the store.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(file) => file.close().await,
            Self::Postgres(server) => server.close().await,
        }
    }

    /// Returns once the store was reached for the first time.
    pub(super) async fn reached(&self) {
        if let Self::Postgres(server) = self {
            server.reached().await;
        }
    }

    /// The clock that everybody who shares the store goes by.
    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        match self {
            Self::Sqlite(_) => Arc::new(SystemClock),
            Self::Postgres(server) => Arc::new(server.clock(Arc::new(SystemClock))),
        }
    }

    /// The bell that everybody who shares the store hears: the database's own where it can ring, or else `other`.
    pub(super) fn bell(&self, settings: &Settings, other: Option<Arc<dyn Bell>>) -> Result<Arc<dyn Bell>, StartError> {
        match (&settings.database, other) {
            (Database::Server(server), other) => {
                let config = server.config()?;
                let shared = other.filter(|_| !config.can_listen());
                Ok(shared.unwrap_or_else(|| Arc::new(PostgresBell::hang(&config))))
            }
            (Database::File(_), other) => Ok(other.unwrap_or_else(|| Arc::new(ProcessBell::default()))),
        }
    }

    pub(super) fn ports(&self) -> Ports {
        match self {
            Self::Sqlite(file) => Ports::of(file),
            Self::Postgres(server) => Ports::of(server),
        }
    }
}

impl Ports {
    fn of<S>(store: &S) -> Self
    where
        S: Store
            + LeadBook
            + IdempotencyBook
            + DeliveryQueue
            + DeliveryDesk
            + ScheduleBook
            + PostOffice
            + BookingBook
            + CalendarBook
            + EventBook
            + PartnerNews
            + ExperimentBook
            + ExposureLog
            + FunnelLog
            + Probe
            + Clone
            + 'static,
    {
        let store = Arc::new(store.clone());
        Self {
            store: store.clone(),
            leads: store.clone(),
            answers: store.clone(),
            queue: store.clone(),
            desk: store.clone(),
            schedules: store.clone(),
            post_office: store.clone(),
            bookings: store.clone(),
            calendar: store.clone(),
            events: store.clone(),
            news: store.clone(),
            experiments: store.clone(),
            exposures: store.clone(),
            funnel: store.clone(),
            probe: store,
        }
    }
}

/// Makes a directory that its owner alone may enter: what people told us lies there.
pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn prepare(directory: &Path) -> Result<(), StartError> {
    make_directory(directory)
        .map_err(|cause| file(&format!("the directory {} cannot be made", directory.display()), cause))
}
