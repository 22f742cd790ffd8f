//! A server that throws everybody out: what was told is true, and afterwards everything goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mrdj_adapters::postgres::Postgres;
use mrdj_core::contract::{Case, Outcome};
use mrdj_core::delivery::{AttemptOutcome, DeliveryDesk, DeliveryQueue, Ending, Filter, Settlement};
use mrdj_core::error::{ErrorKind, PortError, Remedy};
use mrdj_core::leads::{Lead, LeadBook};
use mrdj_core::store::{Commit, Store};
use tokio::task::JoinSet;

use crate::given::{Given, NOW, an_ask, number};
use crate::load::each_kind_works;

pub(crate) const CASES: &[Case<Given>] = mrdj_core::cases![everybody_may_be_thrown_out_at_any_moment];

async fn everybody_may_be_thrown_out_at_any_moment(given: Given) -> Outcome {
    let store = given.reached(given.config()).await?;
    let (given, stop) = (Arc::new(given), Arc::new(AtomicBool::new(false)));
    let mut working = JoinSet::new();
    for _ in 0..8 {
        working.spawn(decide(given.clone(), store.clone(), stop.clone()));
    }
    let mut carrying = JoinSet::new();
    for _ in 0..2 {
        carrying.spawn(carry(store.clone(), stop.clone()));
    }
    let mut line = given.line().await;
    let everybody = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let mut thrown_out = 0;
    for _ in 0..30 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        thrown_out += number(&mut line, everybody).await;
    }
    stop.store(true, Ordering::Relaxed);
    // Nobody has noticed yet that his line is dead: the next call of each kind has to work all the same.
    let decided: Vec<_> = working.join_all().await;
    for carried in carrying.join_all().await {
        carried?;
    }
    thrown_out += number(&mut line, everybody).await;
    each_kind_works(&given, &store).await?;
    assert!(thrown_out > 30, "only {thrown_out} sessions were thrown out");

    let (mut done, mut failed) = (0, 0);
    for Decided { told, untold } in decided {
        for lead in &told {
            assert!(LeadBook::find(&store, lead.id).await?.is_some(), "what was told as done stands");
        }
        for (lead, error) in &untold {
            assert_eq!(error.kind, ErrorKind::Unavailable, "{error}: {:?}", error.cause);
            if error.remedy != Remedy::AskFirst {
                assert_eq!(LeadBook::find(&store, lead.id).await?, None, "what was told as failed does not");
            }
        }
        (done, failed) = (done + told.len(), failed + untold.len());
    }
    assert!(done > 0, "{failed} of {failed} decisions failed");
    assert_eq!(given.fragments().await, 0);
    Ok(())
}

/// What one caller was told of the decisions it handed in.
#[derive(Default)]
struct Decided {
    told: Vec<Lead>,
    untold: Vec<(Lead, PortError)>,
}

async fn decide(given: Arc<Given>, store: Postgres, stop: Arc<AtomicBool>) -> Decided {
    let mut decided = Decided::default();
    while !stop.load(Ordering::Relaxed) {
        let (lead, changes) = given.stranger();
        match store.commit(changes).await {
            Ok(commit) => {
                assert_eq!(commit, Commit::Done);
                decided.told.push(lead);
            }
            Err(error) => decided.untold.push((lead, error)),
        }
    }
    decided
}

/// Leases and settles; every error has to be an outage.
async fn carry(store: Postgres, stop: Arc<AtomicBool>) -> Outcome {
    let outage = |error: PortError| if error.kind == ErrorKind::Unavailable { Ok(()) } else { Err(error) };
    while !stop.load(Ordering::Relaxed) {
        let leased = match store.lease(&an_ask(20)).await {
            Ok(leased) => leased,
            Err(error) => {
                outage(error)?;
                continue;
            }
        };
        let ended = leased.iter().map(|one| Settlement {
            token: one.token(),
            ending: Ending::Again { at: NOW, counted: false },
            attempt: one.tried(AttemptOutcome::PutOff, NOW..NOW, ""),
        });
        if let Err(error) = store.settle(ended.collect(), NOW).await {
            outage(error)?;
        }
        if let Err(error) = DeliveryDesk::list(&store, &Filter::default(), 5, NOW).await {
            outage(error)?;
        }
    }
    Ok(())
}
