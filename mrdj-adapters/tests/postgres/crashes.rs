//! A server that crashes.

use std::sync::Arc;

use mrdj_core::contract::{Case, Outcome};
use mrdj_core::error::ErrorKind;
use mrdj_core::leads::LeadBook;
use mrdj_core::store::{Commit, Store};
use mrdj_servers::{PostgresServer, StopMode};

use crate::given::{Given, number};
use crate::proxy::{Proxy, Trick};

pub(crate) const CASES: &[Case<PostgresServer>] = mrdj_core::cases![a_crash_takes_the_number_of_a_transaction_along];

/// What a crash undoes had a number, and after the crash another transaction gets it. Who asks by the number alone is told
/// of the other's end.
async fn a_crash_takes_the_number_of_a_transaction_along(server: PostgresServer) -> Outcome {
    let server = Arc::new(server);
    let given = Given::on(&server).await;
    let (proxy, store) = Proxy::with_a_store(&given).await?;
    assert_eq!(store.commit(given.stranger().1).await?, Commit::Done);
    let mut line = given.line().await;
    sqlx::raw_sql("CHECKPOINT").execute(&mut line).await.expect("everything is on disk");
    proxy.play(Trick::Hold);
    let (lead, changes) = given.stranger();
    let committing = tokio::spawn({
        let store = store.clone();
        async move { store.commit(changes).await }
    });
    proxy.played().await;
    let next = number(&mut line, "SELECT txid_snapshot_xmax(txid_current_snapshot())").await;

    let crashing = server.clone();
    let crashed = tokio::task::spawn_blocking(move || {
        crashing.stop(StopMode::Immediate)?;
        crashing.start_again()
    });
    crashed.await.expect("no panic").expect("it goes as if it had crashed, and comes back");
    while number(&mut given.line().await, "SELECT txid_current()").await < next {}
    proxy.let_go();

    let commit = committing.await.expect("no panic");
    let stands = LeadBook::find(&store, lead.id).await?.is_some();
    assert!(!stands, "what was not on disk is gone");
    let error = commit.expect_err("what is gone is not told as done");
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert_eq!(given.fragments().await, 0);
    Ok(())
}
