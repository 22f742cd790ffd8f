//! Decisions that leave together, each whole or not at all.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use mrdj_adapters::postgres::Postgres;
use mrdj_core::contract::{Case, Outcome};
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::leads::LeadBook;
use mrdj_core::store::{Changes, Commit, Expect, Refusal, Store};

use crate::given::Given;
use crate::proxy::{Proxy, Trick};

pub(crate) const CASES: &[Case<Given>] = mrdj_core::cases![
    what_waits_for_a_commit_leaves_in_one_transaction,
    one_that_cannot_be_spoils_nothing_but_itself,
    each_decision_of_a_batch_hears_its_own_outcome,
    an_error_quotes_nobody,
];

type Committing = Pin<Box<dyn Future<Output = Result<Commit, PortError>> + Send>>;

fn committing(store: &Postgres, changes: Changes) -> Committing {
    let store = store.clone();
    Box::pin(async move { store.commit(changes).await })
}

/// Hands everything in while `proxy` holds a commit, so that it leaves together, and lets go.
async fn together(
    given: &Given,
    (proxy, store): (&Proxy, &Postgres),
    waiting: &mut [Committing],
    trick: Trick,
) -> Outcome {
    proxy.play(Trick::Hold);
    let first = tokio::spawn(committing(store, given.stranger().1));
    proxy.played().await;
    poll_fn(|context| {
        let waits = |one: &mut Committing| one.as_mut().poll(context).is_pending();
        assert!(waiting.iter_mut().all(waits), "nothing is answered while a commit is held");
        Poll::Ready(())
    })
    .await;
    proxy.play(trick);
    proxy.let_go();
    assert_eq!(first.await.expect("no panic")?, Commit::Done);
    Ok(())
}

async fn what_waits_for_a_commit_leaves_in_one_transaction(given: Given) -> Outcome {
    let (proxy, store) = Proxy::with_a_store(&given).await?;
    let mut waiting: Vec<_> = (0..49).map(|_| committing(&store, given.stranger().1)).collect();
    together(&given, (&proxy, &store), &mut waiting, Trick::None).await?;
    for commit in waiting {
        assert_eq!(commit.await?, Commit::Done);
    }
    assert_eq!(given.number("SELECT count(*) FROM mrdj.lead").await, 50);
    assert_eq!(given.number("SELECT count(DISTINCT xmin::text) FROM mrdj.lead").await, 2);
    Ok(())
}

async fn one_that_cannot_be_spoils_nothing_but_itself(given: Given) -> Outcome {
    let (proxy, store) = Proxy::with_a_store(&given).await?;
    let (_, there) = given.stranger();
    assert_eq!(store.commit(there.clone()).await?, Commit::Done);
    let strangers: Vec<_> = (0..20).map(|_| given.stranger()).collect();
    let mut waiting: Vec<_> = strangers.iter().map(|(_, changes)| committing(&store, changes.clone())).collect();
    waiting.insert(10, committing(&store, there));
    together(&given, (&proxy, &store), &mut waiting, Trick::None).await?;
    let refused = waiting.remove(10).await.expect_err("its lead is there already");
    assert_eq!(refused.kind, ErrorKind::Conflict);
    for (commit, (lead, _)) in waiting.into_iter().zip(strangers) {
        assert_eq!(commit.await?, Commit::Done);
        assert_eq!(LeadBook::find(&store, lead.id).await?, Some(lead));
    }
    assert_eq!(given.number("SELECT count(*) FROM mrdj.lead").await, 22);
    assert_eq!(given.fragments().await, 0);
    Ok(())
}

async fn each_decision_of_a_batch_hears_its_own_outcome(given: Given) -> Outcome {
    let (proxy, store) = Proxy::with_a_store(&given).await?;
    for _ in 0..5 {
        let decisions: Vec<_> = (0..20).map(|_| (given.stranger(), given.stranger())).collect();
        let mut waiting = Vec::new();
        for ((_, right), (lead, wrong)) in &decisions {
            let belief = Expect::LeadVersion { id: lead.id, version: 1 };
            waiting.push(committing(&store, right.clone()));
            waiting.push(committing(&store, wrong.clone().expect(belief)));
        }
        together(&given, (&proxy, &store), &mut waiting, Trick::CutAfter).await?;
        let mut answers = Vec::new();
        for commit in waiting {
            answers.push(commit.await?);
        }
        assert_eq!(answers, [Commit::Done, Commit::Refused(Refusal::VersionMoved)].repeat(20));
        for ((right, _), (wrong, _)) in decisions {
            assert_eq!(LeadBook::find(&store, right.id).await?, Some(right));
            assert_eq!(LeadBook::find(&store, wrong.id).await?, None);
        }
    }
    assert_eq!(given.number("SELECT count(*) FROM mrdj.lead").await, 105);
    assert_eq!(given.fragments().await, 0);
    Ok(())
}

async fn an_error_quotes_nobody(given: Given) -> Outcome {
    let store = given.reached(given.config()).await?;
    let odd = "ALTER TABLE mrdj.lead ADD CONSTRAINT nobody CHECK (name = '')";
    sqlx::raw_sql(odd).execute(&mut given.line().await).await.expect("altered");
    let lead = given.lead("jan@example.com");
    let refused = store.commit(given.decision(&lead)).await.expect_err("the database refuses the row");
    assert_eq!(refused.kind, ErrorKind::Conflict);
    // In its detail Postgres shows the whole row.
    let logged = format!("{refused} {:?}", refused.cause);
    assert!(logged.contains("23514") && logged.contains("nobody"), "{logged}");
    assert!(!logged.contains("jan@example.com") && !logged.contains(lead.reference.as_str()), "{logged}");
    Ok(())
}
