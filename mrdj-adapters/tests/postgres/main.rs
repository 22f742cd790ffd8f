//! The record in Postgres where the contract suite does not look: how it starts, what it survives, what it shows.
//!
//! Most cases get an empty database on the server that `TEST_POSTGRES_URL` names, some of them a second time through a
//! pooler; cases that stop or set up a server start one. Where a server or a program is not there, the cases that need it
//! are shown as ignored with its name.

mod batches;
mod bell;
mod cancelled;
mod clock;
mod crashes;
mod evenings;
mod experiments;
mod frames;
mod funnel;
mod given;
mod leases;
mod load;
mod lost;
mod migrations;
mod plans;
mod proxy;
mod reporting;
mod rivals;
mod thrown_out;
mod tls;

use std::future::Future;
use std::panic::resume_unwind;
use std::process::ExitCode;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use mrdj_core::contract::{Case, Outcome};
use mrdj_servers::{Pooler, PostgresServer, TEST_POSTGRES_URL, programs};

use given::Given;

/// A case that takes longer hangs; the slowest takes a small part of this.
const PATIENCE: Duration = Duration::from_secs(100);

/// What needs a database.
const SHARED: [(&str, &[Case<Given>]); 14] = [
    ("batches", batches::CASES),
    ("bell", bell::CASES),
    ("cancelled", cancelled::CASES),
    ("clock", clock::CASES),
    ("evenings", evenings::CASES),
    ("experiments", experiments::CASES),
    ("funnel", funnel::CASES),
    ("leases", leases::CASES),
    ("load", load::CASES),
    ("lost", lost::CASES),
    ("migrations", migrations::CASES),
    ("reporting", reporting::CASES),
    ("rivals", rivals::CASES),
    ("thrown_out", thrown_out::CASES),
];

/// What also has to hold through a pooler.
const POOLED: [(&str, &[Case<Given>]); 4] = [
    ("cancelled", cancelled::POOLED),
    ("leases", leases::CASES),
    ("migrations", migrations::POOLED),
    ("rivals", rivals::CASES),
];

/// What needs a server of its own.
const OWN: [(&str, &[Case<PostgresServer>]); 4] =
    [("bell", bell::RESTARTS), ("crashes", crashes::CASES), ("plans", plans::CASES), ("tls", tls::CASES)];

fn main() -> ExitCode {
    let no_server = std::env::var_os(TEST_POSTGRES_URL).is_none().then_some(TEST_POSTGRES_URL);
    let no_pooler = (!Pooler::is_installed()).then_some("pgbouncer");
    let no_programs = programs().is_err().then_some("Postgres' programs");
    let no_openssl = (!tls::can_certify()).then_some("openssl");
    let mut trials = Vec::new();
    for (subject, cases) in SHARED {
        let missing = if subject == "migrations" { no_server.or(no_programs) } else { no_server };
        trials.extend(cases.iter().map(|case| trial(subject, case, missing, Given::on_a_database)));
    }
    for (subject, cases) in POOLED {
        let (subject, missing) = (format!("pooled::{subject}"), no_server.or(no_pooler));
        trials.extend(cases.iter().map(|case| trial(&subject, case, missing, Given::behind_a_pooler)));
    }
    for (subject, cases) in OWN {
        let missing = if subject == "tls" { no_programs.or(no_openssl) } else { no_programs };
        trials.extend(cases.iter().map(|case| trial(subject, case, missing, || given::a_server(subject))));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn trial<B, F>(subject: &str, case: &Case<B>, missing: Option<&str>, open: impl FnOnce() -> F + Send + 'static) -> Trial
where
    B: Send + 'static,
    F: Future<Output = B> + Send,
{
    let name = format!("{subject}::{}", case.name);
    let (run, what) = (case.run, name.clone());
    let trial = Trial::test(name, move || prove(&what, async move { run(open().await).await }));
    match missing {
        Some(missing) => trial.with_kind(format!("needs {missing}")).with_ignored_flag(true),
        None => trial,
    }
}

/// Runs one case on a runtime of its own, with room for things to happen at once.
fn prove(name: &str, case: impl Future<Output = Outcome> + Send + 'static) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let ended = runtime.block_on(async { tokio::time::timeout(PATIENCE, tokio::spawn(case)).await });
    // A case that blocks its thread would make an orderly end wait for ever.
    runtime.shutdown_background();
    match ended {
        Ok(Ok(outcome)) => outcome.map_err(|error| format!("{name} met an error: {error:?}").into()),
        Ok(Err(broken)) => resume_unwind(broken.into_panic()),
        Err(_) => Err(format!("{name} hangs: no end after {PATIENCE:?}").into()),
    }
}
