//! A server that is slow or silent: calls end, and afterwards everything goes on.

use std::time::Duration;

use mrdj_adapters::postgres::Postgres;
use mrdj_core::contract::{Case, Outcome};
use mrdj_core::delivery::{DeliveryDesk, DeliveryQueue};
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::leads::LeadBook;
use mrdj_core::store::Store;
use tokio::task::JoinSet;

use crate::given::{Given, NOW, an_ask};
use crate::proxy::Proxy;

pub(crate) const CASES: &[Case<Given>] =
    mrdj_core::cases![a_locked_table_ends_every_call, a_full_pool_ends_every_call, a_silent_server_ends_every_call,];

const SHORT: Duration = Duration::from_secs(1);

/// One call of each kind, all at once: a decision, a lease, a look.
async fn each_kind(given: &Given, store: &Postgres) -> Vec<Result<(), PortError>> {
    let mut calls = JoinSet::new();
    let (one, two, three) = (store.clone(), store.clone(), store.clone());
    let changes = given.stranger().1;
    calls.spawn(async move { one.commit(changes).await.map(drop) });
    calls.spawn(async move { two.lease(&an_ask(1)).await.map(drop) });
    calls.spawn(async move { three.figures(NOW).await.map(drop) });
    calls.join_all().await
}

async fn each_kind_is_unavailable(given: &Given, store: &Postgres) {
    for ended in each_kind(given, store).await {
        let error = ended.expect_err("it cannot be done");
        assert_eq!(error.kind, ErrorKind::Unavailable, "{error}");
    }
}

/// One call of each kind works.
pub(crate) async fn each_kind_works(given: &Given, store: &Postgres) -> Outcome {
    each_kind(given, store).await.into_iter().collect()
}

async fn a_locked_table_ends_every_call(given: Given) -> Outcome {
    let store = given.reached(given.config().statement_timeout(SHORT)).await?;
    let mut line = given.line().await;
    let lock = "BEGIN; LOCK TABLE mrdj.delivery IN ACCESS EXCLUSIVE MODE";
    sqlx::raw_sql(lock).execute(&mut line).await.expect("it can be locked");
    for _ in 0..3 {
        each_kind_is_unavailable(&given, &store).await;
    }
    sqlx::raw_sql("ROLLBACK").execute(&mut line).await.expect("it can be let go");
    each_kind_works(&given, &store).await?;
    assert_eq!(given.number("SELECT count(*) FROM mrdj.lead").await, 1, "what took too long was undone");
    assert_eq!(given.fragments().await, 0);
    Ok(())
}

async fn a_full_pool_ends_every_call(given: Given) -> Outcome {
    let store = given.reached(given.config().connections(2).patience(SHORT)).await?;
    let mut line = given.line().await;
    let lock = "BEGIN; LOCK TABLE mrdj.delivery IN ACCESS EXCLUSIVE MODE";
    sqlx::raw_sql(lock).execute(&mut line).await.expect("it can be locked");
    let mut stuck = JoinSet::new();
    for _ in 0..2 {
        let store = store.clone();
        stuck.spawn(async move { store.figures(NOW).await });
    }
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while given.number(waiting).await < 2 {
        tokio::task::yield_now().await;
    }
    let error = store.newest_of(&given.lead("jan@example.com").contact).await.expect_err("there is no connection left");
    assert_eq!(error.kind, ErrorKind::Unavailable, "{error}");
    assert!(error.summary.contains("no connection"), "{error}");
    sqlx::raw_sql("ROLLBACK").execute(&mut line).await.expect("it can be let go");
    for figures in stuck.join_all().await {
        figures?;
    }
    each_kind_works(&given, &store).await
}

async fn a_silent_server_ends_every_call(given: Given) -> Outcome {
    let proxy = Proxy::before(&given).await;
    let store = given.reached(proxy.config().connections(3).patience(SHORT).statement_timeout(SHORT)).await?;
    each_kind_works(&given, &store).await?;
    proxy.silent(true);
    // More than there are connections, so that one that never comes back would be missed.
    for _ in 0..3 {
        each_kind_is_unavailable(&given, &store).await;
    }
    proxy.silent(false);
    each_kind_works(&given, &store).await?;
    let mut looks = JoinSet::new();
    for _ in 0..20 {
        let store = store.clone();
        looks.spawn(async move { store.figures(NOW).await });
    }
    for figures in looks.join_all().await {
        figures?;
    }
    assert_eq!(given.fragments().await, 0);
    Ok(())
}
