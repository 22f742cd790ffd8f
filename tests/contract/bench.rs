//! What cases run on: each adapter, fresh, and layers around it.

use std::any::Any;
use std::path::PathBuf;
use std::sync::Arc;

use mrdj_adapters::layers::{Around, CacheFallback, Call, Fallback, Faulty, Outage, Rates, Recorder, Timed, Wrapped};
use mrdj_adapters::memory::Memory;
use mrdj_adapters::postgres::{Config as PostgresConfig, Postgres};
use mrdj_adapters::redis::{Config as RedisConfig, Redis, Space};
use mrdj_adapters::sqlite::{Config as SqliteConfig, Sqlite, SqliteSpool};
use mrdj_adapters::system::{SystemChance, SystemClock};
use mrdj_adapters::upstash::{Sandbox, Upstash};
use mrdj_core::auth::SessionStore;
use mrdj_core::bookings::{BookingBook, CalendarBook};
use mrdj_core::cache::Cache;
use mrdj_core::chance::Chance;
use mrdj_core::clock::Clock;
use mrdj_core::contacts::ContactBook;
use mrdj_core::contract::{Ports, Reopen, SpoolBench};
use mrdj_core::delivery::{DeliveryDesk, DeliveryQueue, ScheduleBook};
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::experiments::funnel::FunnelLog;
use mrdj_core::experiments::{ExperimentBook, ExposureLog};
use mrdj_core::idempotency::IdempotencyBook;
use mrdj_core::leads::{LeadBook, Spool};
use mrdj_core::limits::Limiter;
use mrdj_core::messages::PostOffice;
use mrdj_core::mocks::FakeClock;
use mrdj_core::partners::PartnerNews;
use mrdj_core::secret::Secret;
use mrdj_core::store::Store;
use mrdj_core::webhooks::{EventBook, ReplayGuard};
use mrdj_servers::Database;

/// Where the tests find a Redis; each case has a space of its own there.
pub(crate) const TEST_REDIS_URL: &str = "TEST_REDIS_URL";

/// An adapter that nobody has used yet.
pub(crate) struct Bench {
    pub(crate) record: Option<Ports>,
    pub(crate) spool: Option<SpoolBench>,
    pub(crate) beside: Option<Beside>,
    /// What has to outlive the case, e.g. the directory of its files.
    _keep: Box<dyn Any + Send>,
}

/// What stands beside the record.
#[derive(Clone)]
pub(crate) struct Beside {
    pub(crate) limiter: Arc<dyn Limiter>,
    pub(crate) cache: Arc<dyn Cache>,
    pub(crate) sessions: Arc<dyn SessionStore>,
    pub(crate) replays: Arc<dyn ReplayGuard>,
}

impl Beside {
    fn of<A: Limiter + Cache + SessionStore + ReplayGuard + 'static>(adapter: A) -> Self {
        let adapter = Arc::new(adapter);
        Self { limiter: adapter.clone(), cache: adapter.clone(), sessions: adapter.clone(), replays: adapter }
    }
}

/// One adapter as every port of record.
fn ports<S>(store: S) -> Ports
where
    S: Store
        + LeadBook
        + ContactBook
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
        + 'static,
{
    let store = Arc::new(store);
    Ports {
        store: store.clone(),
        leads: store.clone(),
        contacts: store.clone(),
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
        funnel: store,
    }
}

/// Everything in the memory of the process.
pub(crate) fn memory() -> Bench {
    Bench {
        record: Some(ports(Memory::new())),
        spool: Some(remembered(Arc::new(Memory::new()))),
        beside: Some(Beside::of(Memory::new())),
        _keep: Box::new(()),
    }
}

/// A spool that lives as long as the process, so that to open it again is to look at it again.
fn remembered(spool: Arc<dyn Spool>) -> SpoolBench {
    let same = Arc::clone(&spool);
    let reopen: Reopen = Arc::new(move || {
        let same = Arc::clone(&same);
        Box::pin(async move { Ok(same) })
    });
    SpoolBench { spool, reopen }
}

/// A store and a spool in files.
pub(crate) async fn sqlite() -> Result<Bench, PortError> {
    let directory = tempfile::tempdir().expect("the temporary directory can be written to");
    let store = Sqlite::open(&SqliteConfig::at(directory.path().join("case.db"))).await?;
    let spool = spool_at(directory.path().join("spool.db")).await?;
    Ok(Bench { record: Some(ports(store)), spool: Some(spool), beside: None, _keep: Box::new(directory) })
}

/// A spool in a file, which is opened again beside the first, as after a kill.
async fn spool_at(path: PathBuf) -> Result<SpoolBench, PortError> {
    let spool = Arc::new(SqliteSpool::open(&SqliteConfig::at(&path)).await?);
    let reopen: Reopen = Arc::new(move || {
        let config = SqliteConfig::at(&path);
        Box::pin(async move { Ok(Arc::new(SqliteSpool::open(&config).await?) as Arc<dyn Spool>) })
    });
    Ok(SpoolBench { spool, reopen })
}

/// A database of its own on the server that the tests share.
pub(crate) async fn postgres() -> Result<Bench, PortError> {
    let database = Database::shared().await.expect("cases that need a server run where there is one");
    let database = database.expect("the server makes databases");
    let config = PostgresConfig::parse(&Secret::from(database.url())).expect("an address");
    let store = Postgres::open(config)?;
    Ok(Bench { record: Some(ports(store)), spool: None, beside: None, _keep: Box::new(database) })
}

/// A part of the Redis that the tests were given which nobody else has: every key there expires by itself.
fn redis_config() -> RedisConfig {
    let url = std::env::var(TEST_REDIS_URL).expect("a case that needs it runs where it is set");
    let space = Space::new("mrdj-test", &format!("{:016x}", SystemChance.bits())).expect("two words");
    RedisConfig::new(url.parse().expect("an address of a Redis"), space)
}

/// Redis over a socket.
pub(crate) fn redis() -> Result<Bench, PortError> {
    let redis = Redis::connect(&redis_config())?;
    Ok(Bench { record: None, spool: None, beside: Some(Beside::of(redis)), _keep: Box::new(()) })
}

/// Redis over the REST dialect of Upstash.
pub(crate) async fn upstash() -> Result<Bench, PortError> {
    let behind = redis_config();
    let sandbox = Sandbox::start(&behind).await.expect("a stand-in");
    let redis = Upstash::connect(sandbox.config(behind.space), Arc::new(SystemClock));
    Ok(Bench { record: None, spool: None, beside: Some(Beside::of(redis)), _keep: Box::new(sandbox) })
}

impl Bench {
    /// The same, with a second in memory for what stands beside the record.
    pub(crate) fn with_fallback(self) -> Self {
        let clock = Arc::new(FakeClock::default());
        let outage = Arc::new(Outage::new("the server", clock.clone(), clock));
        let second = Beside::of(Memory::new());
        let beside = self.beside.map(|first| Beside {
            limiter: Arc::new(Fallback::new(first.limiter, second.limiter, outage.clone())),
            cache: Arc::new(CacheFallback::new(first.cache, second.cache, outage.clone())),
            sessions: Arc::new(Fallback::new(first.sessions, second.sessions, outage.clone())),
            replays: Arc::new(Fallback::new(first.replays, second.replays, outage)),
        });
        Self { beside, ..self }
    }

    /// The same, with a layer around each port.
    pub(crate) fn around(self, layer: impl Around + 'static) -> Self {
        let layer: Arc<dyn Around> = Arc::new(layer);
        let clock: Arc<dyn Clock> = Arc::new(FakeClock::default());
        let record = self.record.map(|ports| Ports {
            store: wrap(ports.store, &layer, &clock),
            leads: wrap(ports.leads, &layer, &clock),
            contacts: wrap(ports.contacts, &layer, &clock),
            answers: wrap(ports.answers, &layer, &clock),
            queue: wrap(ports.queue, &layer, &clock),
            desk: wrap(ports.desk, &layer, &clock),
            schedules: wrap(ports.schedules, &layer, &clock),
            post_office: wrap(ports.post_office, &layer, &clock),
            bookings: wrap(ports.bookings, &layer, &clock),
            calendar: wrap(ports.calendar, &layer, &clock),
            events: wrap(ports.events, &layer, &clock),
            news: wrap(ports.news, &layer, &clock),
            experiments: wrap(ports.experiments, &layer, &clock),
            exposures: wrap(ports.exposures, &layer, &clock),
            funnel: wrap(ports.funnel, &layer, &clock),
        });
        let beside = self.beside.map(|beside| Beside {
            limiter: wrap(beside.limiter, &layer, &clock),
            cache: wrap(beside.cache, &layer, &clock),
            sessions: wrap(beside.sessions, &layer, &clock),
            replays: wrap(beside.replays, &layer, &clock),
        });
        let spool = self.spool.map(|SpoolBench { spool, reopen }| {
            let reopen: Reopen = {
                let (layer, clock) = (layer.clone(), clock.clone());
                Arc::new(move || {
                    let (opening, layer, clock) = (reopen(), layer.clone(), clock.clone());
                    Box::pin(async move { Ok(wrap(opening.await?, &layer, &clock) as Arc<dyn Spool>) })
                })
            };
            SpoolBench { spool: wrap(spool, &layer, &clock), reopen }
        });
        Self { record, spool, beside, ..self }
    }
}

fn wrap<P: ?Sized>(inner: Arc<P>, layer: &Arc<dyn Around>, clock: &Arc<dyn Clock>) -> Arc<Wrapped<P>> {
    Arc::new(Wrapped::new(inner, layer.clone(), clock.clone()))
}

/// Measures, and throws the figures away.
pub(crate) fn timed() -> Timed {
    struct Nowhere;
    impl Recorder for Nowhere {
        fn record(&self, _: Call, _: jiff::SignedDuration, _: Result<(), ErrorKind>) {}
    }
    Timed::new(Arc::new(Nowhere))
}

/// Breaks nothing.
pub(crate) fn harmless() -> Faulty {
    Faulty::seeded(1, Rates::default())
}

/// Breaks everything before it is done.
pub(crate) fn away() -> Faulty {
    Faulty::seeded(1, Rates { before: 1.0, after: 0.0 })
}
