//! Every adapter against every promise, each case on a fresh bench: `memory::delivery::lease_is_exclusive`.
//!
//! To prove another adapter, add a line to [`adapters`].

mod bench;

use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use mrdj_adapters::layers::Traced;
use mrdj_core::contract::{Case, House};
use mrdj_core::error::PortError;
use mrdj_core::{
    auth, bookings, cache, contacts, contract, delivery, experiments, leads, limits, messages, partners, webhooks,
};
use mrdj_servers::TEST_POSTGRES_URL;

use bench::{Bench, Beside, TEST_REDIS_URL};

/// A case that takes longer hangs; the slowest takes a small part of this.
const PATIENCE: Duration = Duration::from_secs(60);

/// Everything that is proved here.
fn adapters() -> Vec<Adapter> {
    let all = |name, open| Adapter { name, has: [Part::Record, Part::Spool, Part::Beside].to_vec(), needs: None, open };
    let file = |name, open| Adapter { name, has: [Part::Record, Part::Spool].to_vec(), needs: None, open };
    let server = |name, open| Adapter { name, has: [Part::Record].to_vec(), needs: Some(TEST_POSTGRES_URL), open };
    let beside = |name, needs, open| Adapter { name, has: [Part::Beside].to_vec(), needs, open };
    vec![
        all("memory", || Box::pin(async { Ok(bench::memory()) })),
        all("traced", || Box::pin(async { Ok(bench::memory().around(Traced)) })),
        all("timed", || Box::pin(async { Ok(bench::memory().around(bench::timed())) })),
        all("memory_behind_faulty", || Box::pin(async { Ok(bench::memory().around(bench::harmless())) })),
        file("sqlite", || Box::pin(bench::sqlite())),
        file("sqlite_behind_faulty", || Box::pin(async { Ok(bench::sqlite().await?.around(bench::harmless())) })),
        server("postgres", || Box::pin(bench::postgres())),
        server("postgres_behind_faulty", || Box::pin(async { Ok(bench::postgres().await?.around(bench::harmless())) })),
        beside("fallback", None, || Box::pin(async { Ok(bench::memory().with_fallback()) })),
        beside("fallback_while_away", None, || {
            Box::pin(async { Ok(bench::memory().around(bench::away()).with_fallback()) })
        }),
        beside("redis", Some(TEST_REDIS_URL), || Box::pin(async { bench::redis() })),
        beside("redis_behind_faulty", Some(TEST_REDIS_URL), || {
            Box::pin(async { Ok(bench::redis()?.around(bench::harmless())) })
        }),
        beside("redis_with_fallback", Some(TEST_REDIS_URL), || Box::pin(async { Ok(bench::redis()?.with_fallback()) })),
        beside("upstash", Some(TEST_REDIS_URL), || Box::pin(bench::upstash())),
    ]
}

/// What an adapter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Every port of record.
    Record,
    /// Where enquiries wait for the record.
    Spool,
    /// What counts, caches, and remembers sessions and replays.
    Beside,
}

/// An adapter, or a layer around one.
struct Adapter {
    name: &'static str,
    has: Vec<Part>,
    /// The variable of the environment without which it cannot be reached.
    needs: Option<&'static str>,
    open: fn() -> Opening,
}

type Opening = Pin<Box<dyn Future<Output = Result<Bench, PortError>> + Send>>;

fn main() -> ExitCode {
    let trials = adapters().into_iter().flat_map(|adapter| trials(&adapter)).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn trials(adapter: &Adapter) -> Vec<Trial> {
    let mut trials = Vec::new();
    if adapter.has.contains(&Part::Record) {
        let record: [(&str, &[Case<House>]); 16] = [
            ("store", contract::store::CASES),
            ("idempotency", contract::idempotency::CASES),
            ("leads", leads::contract::CASES),
            ("contacts", contacts::contract::CASES),
            ("delivery", delivery::contract::CASES),
            ("delivery", delivery::contract_desk::CASES),
            ("delivery", delivery::contract_schedules::CASES),
            ("bookings", bookings::contract::CASES),
            ("bookings", bookings::contract_book::CASES),
            ("bookings", bookings::contract_calendar::CASES),
            ("post_office", messages::contract_post_office::CASES),
            ("webhooks", webhooks::contract_events::CASES),
            ("partners", partners::contract_news::CASES),
            ("experiments", experiments::contract::CASES),
            ("experiments", experiments::contract_figures::CASES),
            ("experiments", experiments::funnel::contract::CASES),
        ];
        let house = |bench: &Bench| bench.record.clone().map(House::new);
        trials
            .extend(record.iter().flat_map(|(room, cases)| cases.iter().map(|case| trial(adapter, room, case, house))));
    }
    if adapter.has.contains(&Part::Spool) {
        let cases = leads::contract_spool::CASES.iter();
        trials.extend(cases.map(|case| trial(adapter, "spool", case, |bench| bench.spool.clone())));
    }
    if adapter.has.contains(&Part::Beside) {
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
