//! Every adapter against every promise, each case on a fresh bench: `memory::delivery::lease_is_exclusive`.
//!
//! To prove another adapter, add a line to [`adapters`].

use std::any::Any;
use std::future::Future;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use mrdj_adapters::layers::{Around, Call, Faulty, Rates, Recorder, Timed, Traced, Wrapped};
use mrdj_adapters::memory::Memory;
use mrdj_adapters::postgres::{Config as PostgresConfig, Postgres};
use mrdj_adapters::sqlite::{Config, Sqlite, SqliteSpool};
use mrdj_core::cache::Cache;
use mrdj_core::clock::Clock;
use mrdj_core::contract::{Case, House, Ports, Reopen, SpoolBench};
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::leads::Spool;
use mrdj_core::limits::Limiter;
use mrdj_core::mocks::FakeClock;
use mrdj_core::secret::Secret;
use mrdj_core::{cache, contacts, contract, delivery, leads, limits, messages};
use mrdj_servers::{Database, TEST_POSTGRES_URL};

/// A case that takes longer hangs; the slowest takes a small part of this.
const PATIENCE: Duration = Duration::from_secs(60);

/// Everything that is proved here.
fn adapters() -> Vec<Adapter> {
    vec![
        Adapter { name: "memory", beside: true, needs: None, open: || Box::pin(async { Ok(memory()) }) },
        Adapter { name: "traced", beside: true, needs: None, open: || Box::pin(async { Ok(around(Traced)) }) },
        Adapter { name: "timed", beside: true, needs: None, open: || Box::pin(async { Ok(around(timed())) }) },
        Adapter {
            name: "faulty_at_zero",
            beside: true,
            needs: None,
            open: || Box::pin(async { Ok(around(harmless())) }),
        },
        Adapter { name: "sqlite", beside: false, needs: None, open: || Box::pin(sqlite()) },
        Adapter {
            name: "sqlite_behind_faulty",
            beside: false,
            needs: None,
            open: || Box::pin(async { Ok(wrapped(sqlite().await?, harmless())) }),
        },
        Adapter { name: "postgres", beside: false, needs: Some(TEST_POSTGRES_URL), open: || Box::pin(postgres()) },
        Adapter {
            name: "postgres_behind_faulty",
            beside: false,
            needs: Some(TEST_POSTGRES_URL),
            open: || Box::pin(async { Ok(wrapped(postgres().await?, harmless())) }),
        },
    ]
}

/// An adapter, or a layer around one.
struct Adapter {
    name: &'static str,
    /// Whether it also counts and caches.
    beside: bool,
    /// The variable without which it cannot be reached.
    needs: Option<&'static str>,
    open: fn() -> Opening,
}

type Opening = Pin<Box<dyn Future<Output = Result<Bench, PortError>> + Send>>;

/// An adapter that nobody has used yet.
struct Bench {
    ports: Ports,
    spool: SpoolBench,
    limiter: Option<Arc<dyn Limiter>>,
    cache: Option<Arc<dyn Cache>>,
    /// What has to outlive the case, e.g. the directory of its files.
    _keep: Box<dyn Any + Send>,
}

fn memory() -> Bench {
    let memory = Arc::new(Memory::new());
    let ports = Ports {
        store: memory.clone(),
        leads: memory.clone(),
        contacts: memory.clone(),
        answers: memory.clone(),
        queue: memory.clone(),
        desk: memory.clone(),
        schedules: memory.clone(),
        post_office: memory.clone(),
    };
    let spool = remembered(memory.clone());
    Bench { ports, spool, limiter: Some(memory.clone()), cache: Some(memory), _keep: Box::new(()) }
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

/// A spool in a file, which is opened again beside the first, as after a kill.
async fn spool_at(path: PathBuf) -> Result<SpoolBench, PortError> {
    let spool = Arc::new(SqliteSpool::open(&Config::at(&path)).await?);
    let reopen: Reopen = Arc::new(move || {
        let config = Config::at(&path);
        Box::pin(async move { Ok(Arc::new(SqliteSpool::open(&config).await?) as Arc<dyn Spool>) })
    });
    Ok(SpoolBench { spool, reopen })
}

async fn sqlite() -> Result<Bench, PortError> {
    let directory = tempfile::tempdir().expect("the temporary directory can be written to");
    let store = Arc::new(Sqlite::open(&Config::at(directory.path().join("case.db"))).await?);
    let ports = Ports {
        store: store.clone(),
        leads: store.clone(),
        contacts: store.clone(),
        answers: store.clone(),
        queue: store.clone(),
        desk: store.clone(),
        schedules: store.clone(),
        post_office: store,
    };
    let spool = spool_at(directory.path().join("spool.db")).await?;
    Ok(Bench { ports, spool, limiter: None, cache: None, _keep: Box::new(directory) })
}

async fn postgres() -> Result<Bench, PortError> {
    let database = Database::shared().await.expect("cases that need a server run where there is one");
    let database = database.expect("the server makes databases");
    let config = PostgresConfig::parse(&Secret::from(database.url())).expect("an address");
    let store = Arc::new(Postgres::open(config)?);
    let ports = Ports {
        store: store.clone(),
        leads: store.clone(),
        contacts: store.clone(),
        answers: store.clone(),
        queue: store.clone(),
        desk: store.clone(),
        schedules: store.clone(),
        post_office: store,
    };
    Ok(Bench { ports, limiter: None, cache: None, _keep: Box::new(database) })
}

/// Memory with a layer around each port.
fn around(layer: impl Around + 'static) -> Bench {
    wrapped(memory(), layer)
}

/// An adapter with a layer around each port.
fn wrapped(bench: Bench, layer: impl Around + 'static) -> Bench {
    let layer: Arc<dyn Around> = Arc::new(layer);
    let Bench { ports, limiter, cache, _keep } = bench;
    let Bench { ports, spool, limiter, cache, _keep } = memory();
    let clock: Arc<dyn Clock> = Arc::new(FakeClock::default());
    let ports = Ports {
        store: wrap(ports.store, &layer, &clock),
        leads: wrap(ports.leads, &layer, &clock),
        contacts: wrap(ports.contacts, &layer, &clock),
        answers: wrap(ports.answers, &layer, &clock),
        queue: wrap(ports.queue, &layer, &clock),
        desk: wrap(ports.desk, &layer, &clock),
        schedules: wrap(ports.schedules, &layer, &clock),
        post_office: wrap(ports.post_office, &layer, &clock),
    };
    let spool = remembered(wrap(spool.spool, &layer, &clock));
    let limiter = limiter.map(|limiter| wrap(limiter, &layer, &clock) as Arc<dyn Limiter>);
    let cache = cache.map(|cache| wrap(cache, &layer, &clock) as Arc<dyn Cache>);
    Bench { ports, spool, limiter, cache, _keep }
}

fn wrap<P: ?Sized>(inner: Arc<P>, layer: &Arc<dyn Around>, clock: &Arc<dyn Clock>) -> Arc<Wrapped<P>> {
    Arc::new(Wrapped::new(inner, layer.clone(), clock.clone()))
}

/// Measures, and throws the figures away.
fn timed() -> Timed {
    struct Nowhere;
    impl Recorder for Nowhere {
        fn record(&self, _: Call, _: jiff::SignedDuration, _: Result<(), ErrorKind>) {}
    }
    Timed::new(Arc::new(Nowhere))
}

/// Breaks nothing.
fn harmless() -> Faulty {
    Faulty::seeded(1, Rates::default())
}

fn main() -> ExitCode {
    let trials = adapters().into_iter().flat_map(|adapter| trials(&adapter)).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn trials(adapter: &Adapter) -> Vec<Trial> {
    let record: [(&str, &[Case<House>]); 8] = [
        ("store", contract::store::CASES),
        ("idempotency", contract::idempotency::CASES),
        ("leads", leads::contract::CASES),
        ("contacts", contacts::contract::CASES),
        ("delivery", delivery::contract::CASES),
        ("delivery", delivery::contract_desk::CASES),
        ("delivery", delivery::contract_schedules::CASES),
        ("post_office", messages::contract_post_office::CASES),
    ];
    let mut trials = Vec::new();
    for (room, cases) in record {
        trials
            .extend(cases.iter().map(|case| trial(adapter, room, case, |bench| Some(House::new(bench.ports.clone())))));
    }
    let spool = leads::contract_spool::CASES;
    trials.extend(spool.iter().map(|case| trial(adapter, "spool", case, |bench| Some(bench.spool.clone()))));
    if adapter.beside {
        let (limits, cache) = (limits::contract::CASES, cache::contract::CASES);
        trials.extend(limits.iter().map(|case| trial(adapter, "limits", case, |bench| bench.limiter.clone())));
        trials.extend(cache.iter().map(|case| trial(adapter, "cache", case, |bench| bench.cache.clone())));
    }
    trials
}

fn trial<B: Send + 'static>(adapter: &Adapter, room: &str, case: &Case<B>, pick: fn(&Bench) -> Option<B>) -> Trial {
    let name = format!("{}::{room}::{}", adapter.name, case.name);
    let (open, run, what) = (adapter.open, case.run, name.clone());
    let missing = adapter.needs.filter(|needed| std::env::var_os(needed).is_none());
    let trial = Trial::test(name, move || {
        prove(&what, async move {
            let bench = open().await?;
            let picked = pick(&bench).expect("an adapter with a limiter and a cache says so");
            run(picked).await
        })
    });
    match missing {
        Some(needed) => trial.with_kind(format!("needs {needed}")).with_ignored_flag(true),
        None => trial,
    }
}

/// Runs one case on a runtime of its own, with room for things to happen at once.
fn prove(name: &str, case: impl Future<Output = Result<(), PortError>> + Send + 'static) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let ended = runtime.block_on(async { tokio::time::timeout(PATIENCE, tokio::spawn(case)).await });
    // A case that blocks its thread would make an orderly end wait for ever.
    runtime.shutdown_background();
    match ended {
        Ok(Ok(outcome)) => outcome.map_err(|error| format!("{name} met an error: {error}").into()),
        Ok(Err(broken)) => resume_unwind(broken.into_panic()),
        Err(_) => Err(format!("{name} hangs: no end after {PATIENCE:?}").into()),
    }
}
