//! Every adapter against every promise, each case on a fresh bench: `memory::delivery::lease_is_exclusive`.
//!
//! To prove another adapter, add a line to [`adapters`].

use std::any::Any;
use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use mrdj_adapters::layers::{
    Around, CacheFallback, Call, Fallback, Faulty, Outage, Rates, Recorder, Timed, Traced, Wrapped,
};
use mrdj_adapters::memory::Memory;
use mrdj_adapters::redis::{self, Redis, Space};
use mrdj_adapters::sqlite::{Config, Sqlite};
use mrdj_adapters::system::{SystemChance, SystemClock};
use mrdj_adapters::upstash::{Sandbox, Upstash};
use mrdj_core::auth::SessionStore;
use mrdj_core::cache::Cache;
use mrdj_core::chance::Chance;
use mrdj_core::clock::Clock;
use mrdj_core::contract::{Case, House, Ports};
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::limits::Limiter;
use mrdj_core::mocks::FakeClock;
use mrdj_core::webhooks::ReplayGuard;
use mrdj_core::{auth, cache, contacts, contract, delivery, leads, limits, messages, webhooks};

/// A case that takes longer hangs; the slowest takes a small part of this.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the tests find a Redis; each case has a space of its own there.
const REDIS: &str = "TEST_REDIS_URL";

/// Everything that is proved here.
fn adapters() -> Vec<Adapter> {
    let here = |name, open| Adapter { name, record: true, beside: true, needs: None, open };
    let beside = |name, needs, open| Adapter { name, record: false, beside: true, needs, open };
    vec![
        here("memory", || Box::pin(async { Ok(memory()) })),
        here("traced", || Box::pin(async { Ok(around(memory(), Traced)) })),
        here("timed", || Box::pin(async { Ok(around(memory(), timed())) })),
        here("faulty_at_zero", || Box::pin(async { Ok(around(memory(), harmless())) })),
        Adapter { name: "sqlite", record: true, beside: false, needs: None, open: || Box::pin(sqlite()) },
        beside("fallback", None, || Box::pin(async { Ok(fallback(memory())) })),
        beside("fallback_while_away", None, || Box::pin(async { Ok(fallback(around(memory(), away()))) })),
        beside("redis", Some(REDIS), || Box::pin(async { redis() })),
        beside("redis_faulty_at_zero", Some(REDIS), || Box::pin(async { Ok(around(redis()?, harmless())) })),
        beside("redis_with_fallback", Some(REDIS), || Box::pin(async { Ok(fallback(redis()?)) })),
        beside("upstash", Some(REDIS), || Box::pin(upstash())),
    ]
}

/// An adapter, or a layer around one.
struct Adapter {
    name: &'static str,
    /// Whether it keeps what is of record.
    record: bool,
    /// Whether it counts, caches, and remembers sessions and replays.
    beside: bool,
    /// The variable of the environment without which it cannot be reached.
    needs: Option<&'static str>,
    open: fn() -> Opening,
}

type Opening = Pin<Box<dyn Future<Output = Result<Bench, PortError>> + Send>>;

/// An adapter that nobody has used yet.
struct Bench {
    record: Option<Ports>,
    beside: Option<Beside>,
    /// What has to outlive the case, e.g. the directory of its files.
    _keep: Box<dyn Any + Send>,
}

/// What stands beside the record.
#[derive(Clone)]
struct Beside {
    limiter: Arc<dyn Limiter>,
    cache: Arc<dyn Cache>,
    sessions: Arc<dyn SessionStore>,
    replays: Arc<dyn ReplayGuard>,
}

impl Beside {
    fn of<A: Limiter + Cache + SessionStore + ReplayGuard + 'static>(adapter: A) -> Self {
        let adapter = Arc::new(adapter);
        Self { limiter: adapter.clone(), cache: adapter.clone(), sessions: adapter.clone(), replays: adapter }
    }
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
        post_office: memory,
    };
    Bench { record: Some(ports), beside: Some(Beside::of(Memory::new())), _keep: Box::new(()) }
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
        post_office: store,
    };
    Ok(Bench { record: Some(ports), beside: None, _keep: Box::new(directory) })
}

/// A part of the Redis that the tests were given which nobody else has: every key there expires by itself.
fn redis_config() -> redis::Config {
    let url = std::env::var(REDIS).expect("a case that needs it runs where it is set");
    let space = Space::new("mrdj-test", &format!("{:016x}", SystemChance.bits())).expect("two words");
    redis::Config::new(url.parse().expect("an address of a Redis"), space)
}

fn redis() -> Result<Bench, PortError> {
    let redis = Redis::connect(&redis_config())?;
    Ok(Bench { record: None, beside: Some(Beside::of(redis)), _keep: Box::new(()) })
}

async fn upstash() -> Result<Bench, PortError> {
    let behind = redis_config();
    let sandbox = Sandbox::start(&behind).await.expect("a stand-in");
    let redis = Upstash::connect(sandbox.config(behind.space), Arc::new(SystemClock));
    Ok(Bench { record: None, beside: Some(Beside::of(redis)), _keep: Box::new(sandbox) })
}

/// What stands beside the record, with a second in memory.
fn fallback(Bench { record, beside, _keep }: Bench) -> Bench {
    let clock = Arc::new(FakeClock::default());
    let outage = Arc::new(Outage::new("the server", clock.clone(), clock));
    let second = Beside::of(Memory::new());
    let beside = beside.map(|first| Beside {
        limiter: Arc::new(Fallback::new(first.limiter, second.limiter, outage.clone())),
        cache: Arc::new(CacheFallback::new(first.cache, second.cache, outage.clone())),
        sessions: Arc::new(Fallback::new(first.sessions, second.sessions, outage.clone())),
        replays: Arc::new(Fallback::new(first.replays, second.replays, outage)),
    });
    Bench { record, beside, _keep }
}

/// The same with a layer around each port.
fn around(Bench { record, beside, _keep }: Bench, layer: impl Around + 'static) -> Bench {
    let layer: Arc<dyn Around> = Arc::new(layer);
    let clock: Arc<dyn Clock> = Arc::new(FakeClock::default());
    let record = record.map(|ports| Ports {
        store: wrap(ports.store, &layer, &clock),
        leads: wrap(ports.leads, &layer, &clock),
        contacts: wrap(ports.contacts, &layer, &clock),
        answers: wrap(ports.answers, &layer, &clock),
        queue: wrap(ports.queue, &layer, &clock),
        desk: wrap(ports.desk, &layer, &clock),
        post_office: wrap(ports.post_office, &layer, &clock),
    });
    let beside = beside.map(|beside| Beside {
        limiter: wrap(beside.limiter, &layer, &clock),
        cache: wrap(beside.cache, &layer, &clock),
        sessions: wrap(beside.sessions, &layer, &clock),
        replays: wrap(beside.replays, &layer, &clock),
    });
    Bench { record, beside, _keep }
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

/// Breaks everything before it is done.
fn away() -> Faulty {
    Faulty::seeded(1, Rates { before: 1.0, after: 0.0 })
}

fn main() -> ExitCode {
    let trials = adapters().into_iter().flat_map(|adapter| trials(&adapter)).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn trials(adapter: &Adapter) -> Vec<Trial> {
    let record: [(&str, &[Case<House>]); 7] = [
        ("store", contract::store::CASES),
        ("idempotency", contract::idempotency::CASES),
        ("leads", leads::contract::CASES),
        ("contacts", contacts::contract::CASES),
        ("delivery", delivery::contract::CASES),
        ("delivery", delivery::contract_desk::CASES),
        ("post_office", messages::contract_post_office::CASES),
    ];
    let mut trials = Vec::new();
    if adapter.record {
        for (room, cases) in record {
            trials.extend(
                cases.iter().map(|case| trial(adapter, room, case, |bench| bench.record.clone().map(House::new))),
            );
        }
    }
    if adapter.beside {
        trials.extend(beside_trials(adapter, "limits", limits::contract::CASES, |beside| beside.limiter));
        trials.extend(beside_trials(adapter, "cache", cache::contract::CASES, |beside| beside.cache));
        trials.extend(beside_trials(adapter, "auth", auth::contract::CASES, |beside| beside.sessions));
        trials.extend(beside_trials(adapter, "webhooks", webhooks::contract::CASES, |beside| beside.replays));
    }
    trials
}

fn beside_trials<P: ?Sized + Send + Sync + 'static>(
    adapter: &Adapter,
    room: &str,
    cases: &[Case<Arc<P>>],
    port: fn(Beside) -> Arc<P>,
) -> Vec<Trial> {
    cases.iter().map(|case| trial(adapter, room, case, move |bench| bench.beside.clone().map(port))).collect()
}

fn trial<B: Send + 'static>(
    adapter: &Adapter,
    room: &str,
    case: &Case<B>,
    pick: impl Fn(&Bench) -> Option<B> + Send + 'static,
) -> Trial {
    let name = format!("{}::{room}::{}", adapter.name, case.name);
    let (open, run, what) = (adapter.open, case.run, name.clone());
    let trial = Trial::test(name, move || {
        prove(&what, async move {
            let bench = open().await?;
            let picked = pick(&bench).expect("an adapter says what it has");
            run(picked).await
        })
    });
    match adapter.needs.filter(|needs| std::env::var_os(needs).is_none()) {
        Some(missing) => trial.with_kind(format!("needs {missing}")).with_ignored_flag(true),
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
