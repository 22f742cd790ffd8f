//! Callers who go away at any moment, as a visitor does who closes the page.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use mrdj_adapters::postgres::Postgres;
use mrdj_core::chance::Chance;
use mrdj_core::contract::{Case, Outcome};
use mrdj_core::delivery::{AttemptOutcome, DeliveryDesk, DeliveryQueue, Ending, Filter, Settlement};
use mrdj_core::leads::LeadBook;
use mrdj_core::store::{Commit, Store};
use sqlx::postgres::PgPoolOptions;
use sqlx::{PgPool, Row};
use tokio::task::JoinSet;

use crate::given::{Given, NOW, an_ask};

pub(crate) const CASES: &[Case<Given>] =
    mrdj_core::cases![callers_who_go_away_leave_no_transaction_open, a_bare_begin_that_is_dropped_leaves_one_open,];

pub(crate) const POOLED: &[Case<Given>] = mrdj_core::cases![callers_who_go_away_leave_no_transaction_open];

/// How often each of the callers goes away, in the middle of each of the calls.
const ROUNDS: u32 = 60;
const CALLERS: usize = 4;

type Call<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Every way of talking to the store; nobody waits for how it ends.
fn calls<'a>(store: &'a Postgres, given: &'a Given) -> Vec<Call<'a>> {
    let (lead, changes) = given.stranger();
    let one = Filter::default();
    vec![
        Box::pin(async move { drop(store.commit(changes).await) }),
        Box::pin(async move { drop(store.lease(&an_ask(2)).await) }),
        Box::pin(async move { drop(store.find_by_reference(&lead.reference).await) }),
        Box::pin(async move { drop(DeliveryDesk::list(store, &one, 20, NOW).await) }),
        Box::pin(async move { drop(store.figures(NOW).await) }),
        Box::pin(async move {
            let Ok(leased) = store.lease(&an_ask(1)).await else { return };
            let tokens: Vec<_> = leased.iter().map(mrdj_core::delivery::Delivery::token).collect();
            drop(store.extend(&tokens, NOW).await);
            let ended = leased.iter().map(|one| Settlement {
                token: one.token(),
                ending: Ending::Again { at: NOW, counted: false },
                attempt: one.tried(AttemptOutcome::PutOff, NOW..NOW, ""),
            });
            drop(store.settle(ended.collect(), NOW).await);
        }),
    ]
}

/// Polls `future` up to `polls` times and lets go of it; what it gave, if it had come to its end.
async fn polled<F: Future>(future: F, polls: u32) -> Option<F::Output> {
    let (mut future, mut left) = (pin!(future), polls);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => {
            left = left.saturating_sub(1);
            if left == 0 { Poll::Ready(None) } else { Poll::Pending }
        }
    })
    .await
}

async fn callers_who_go_away_leave_no_transaction_open(given: Given) -> Outcome {
    let store = given.reached(given.config().connections(3)).await?;
    given.due(&store, 50).await?;
    let given = std::sync::Arc::new(given);
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let (store, given) = (store.clone(), given.clone());
        callers.spawn(async move {
            for round in 0..ROUNDS {
                for call in calls(&store, &given) {
                    if round % 2 == 0 {
                        polled(call, 1 + round / 2 % 12).await;
                    } else {
                        let moment = Duration::from_micros(given.chance.bits() % 4_000);
                        // It may have ended before that; then it was nobody's loss.
                        let _ = tokio::time::timeout(moment, call).await;
                    }
                }
            }
        });
    }
    callers.join_all().await;
    nobody_is_in_a_transaction(&given).await;
    assert_eq!(given.fragments().await, 0, "nothing is half written");
    for _ in 0..12 {
        let (lead, changes) = given.stranger();
        assert_eq!(store.commit(changes).await?, Commit::Done);
        assert_eq!(LeadBook::find(&store, lead.id).await?, Some(lead));
    }
    nobody_is_in_a_transaction(&given).await;
    store.close().await;
    Ok(())
}

/// Waits until no session is in a transaction, which takes as long as the calls that were left behind.
async fn nobody_is_in_a_transaction(given: &Given) {
    let query =
        "SELECT state, query FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND backend_type = 'client backend' AND (state <> 'idle' OR xact_start IS NOT NULL)";
    let mut line = given.line().await;
    let mut seen = Vec::new();
    for _ in 0..200 {
        let rows = sqlx::query(query).fetch_all(&mut line).await.expect("the server tells");
        seen = rows.iter().map(|row| (row.get::<String, _>(0), row.get::<String, _>(1))).collect();
        if seen.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("ten seconds after everybody left: {seen:?}");
}

/// What the adapter would do if it began its transactions as everybody does; this fails once sqlx has mended it.
#[expect(clippy::disallowed_methods, reason = "to show what is the matter with it")]
async fn a_bare_begin_that_is_dropped_leaves_one_open(given: Given) -> Outcome {
    let pool = PgPoolOptions::new().max_connections(1).connect(&given.database.url()).await.expect("a pool");
    // Which poll sends `BEGIN` is the runtime's affair.
    for polls in (1..=12).cycle().take(1_200) {
        drop(polled(pool.begin(), polls).await);
        if is_in_a_transaction(&pool).await {
            return Ok(());
        }
    }
    panic!("no begin that was dropped left its transaction to the next borrower");
}

/// Whether the next borrower of the pool's one connection finds a transaction open: then two statements share it.
async fn is_in_a_transaction(pool: &PgPool) -> bool {
    let mut line = pool.acquire().await.expect("the connection comes back");
    let mut transaction = async || -> i64 {
        let query = sqlx::query_scalar("SELECT txid_current()");
        query.fetch_one(&mut *line).await.expect("a number")
    };
    transaction().await == transaction().await
}
