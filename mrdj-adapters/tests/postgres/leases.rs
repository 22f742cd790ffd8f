//! Two processes that carry from the same queue.

use std::collections::HashSet;

use jiff::SignedDuration;
use mrdj_adapters::postgres::Postgres;
use mrdj_core::contract::{Case, Outcome};
use mrdj_core::delivery::{
    AttemptOutcome, Breaker, Delivery, DeliveryDesk, DeliveryQueue, Ending, LeaseToken, QueueState, Settled, Settlement,
};
use mrdj_core::error::PortError;
use sqlx::Connection;
use tokio::task::JoinSet;

use crate::given::{Given, LANE, NOW, an_ask};

pub(crate) const CASES: &[Case<Given>] = mrdj_core::cases![
    no_two_workers_lease_the_same,
    of_two_who_settle_the_same_one_is_recorded,
    two_who_rescue_take_each_lease_back_once,
    a_row_that_was_damaged_holds_up_nothing,
];

/// Two stores that share nothing but the database.
async fn two_stores(given: &Given) -> Result<[Postgres; 2], PortError> {
    Ok([given.reached(given.config()).await?, given.reached(given.config()).await?])
}

async fn no_two_workers_lease_the_same(given: Given) -> Outcome {
    let stores = two_stores(&given).await?;
    given.due(&stores[0], 500).await?;
    let mut workers = JoinSet::new();
    for worker in 0..8 {
        workers.spawn(lease_all(stores[worker % 2].clone()));
    }
    let mut leased = Vec::new();
    while let Some(worker) = workers.join_next().await {
        leased.extend(worker.expect("no panic")?);
    }
    let different: HashSet<_> = leased.iter().map(|token| token.id).collect();
    assert_eq!((leased.len(), different.len()), (500, 500));
    Ok(())
}

/// Leases until nothing is left.
async fn lease_all(store: Postgres) -> Result<Vec<LeaseToken>, PortError> {
    let mut tokens = Vec::new();
    loop {
        let leased = store.lease(&an_ask(7)).await?;
        if leased.is_empty() {
            return Ok(tokens);
        }
        tokens.extend(leased.iter().map(Delivery::token));
    }
}

async fn of_two_who_settle_the_same_one_is_recorded(given: Given) -> Outcome {
    let [here, there] = two_stores(&given).await?;
    given.due(&here, 100).await?;
    for _ in 0..20 {
        let leased = here.lease(&an_ask(5)).await?;
        let forth: Vec<_> = leased.iter().map(delivered).collect();
        let back: Vec<_> = forth.iter().rev().cloned().collect();
        let (one, two) = tokio::join!(here.settle(forth, NOW), there.settle(back, NOW));
        for answers in one?.into_iter().rev().zip(two?) {
            assert!([(Settled::Recorded, Settled::Stale), (Settled::Stale, Settled::Recorded)].contains(&answers));
        }
        assert_eq!(here.attempts(leased[0].id).await?.len(), 1);
    }
    assert_eq!(given.number("SELECT count(*) FROM mrdj.attempt").await, 100);
    Ok(())
}

fn delivered(leased: &Delivery) -> Settlement {
    let attempt = leased.tried(AttemptOutcome::Delivered, NOW..NOW, "");
    Settlement { token: leased.token(), ending: Ending::Delivered { receipt: None }, attempt }
}

async fn two_who_rescue_take_each_lease_back_once(given: Given) -> Outcome {
    let [here, there] = two_stores(&given).await?;
    given.due(&here, 200).await?;
    let late = NOW + SignedDuration::from_mins(5);
    assert_eq!(here.lease(&an_ask(200)).await?.len(), 200);
    let (one, two) = tokio::join!(here.rescue(late), there.rescue(late));
    let rest = here.rescue(late).await?;
    assert_eq!(one? + two? + rest, 200);
    assert_eq!(given.number("SELECT count(*) FROM mrdj.attempt").await, 200, "each lost lease is one lost attempt");
    assert_eq!(
        given.number("SELECT count(*) FROM mrdj.delivery WHERE state = 0 AND doubt AND attempts = 1").await,
        200
    );
    Ok(())
}

async fn a_row_that_was_damaged_holds_up_nothing(given: Given) -> Outcome {
    let store = given.reached(given.config()).await?;
    given.due(&store, 3).await?;
    store.keep(&QueueState::fresh(LANE)).await?;
    let mut line = given.line().await;
    let damage = [
        "UPDATE mrdj.delivery SET payload = '{' WHERE id = (SELECT id FROM mrdj.delivery ORDER BY id LIMIT 1)",
        "UPDATE mrdj.queue SET breaker = 'open'",
    ];
    for damage in damage {
        sqlx::query(damage).execute(&mut line).await.expect("written by a hand that we do not hold");
    }
    let unreadable = ["state = 9", "attempts = -1", "fence = -1", "at = 9223372036854775807", "edition = 4294967296"];
    for column in unreadable {
        let damage = sqlx::AssertSqlSafe(format!("UPDATE mrdj.delivery SET {column}"));
        let refused = sqlx::query(damage).execute(&mut line).await.expect_err(column).to_string();
        assert!(refused.contains("delivery_readable"), "{column}: {refused}");
    }
    line.close().await.expect("closed");
    let payloads: Vec<_> = store.lease(&an_ask(5)).await?.into_iter().map(|leased| leased.payload).collect();
    assert_eq!(payloads.len(), 3);
    assert_eq!(payloads[0], "{", "the courier is shown what is there");
    let queues = store.queues().await?;
    assert_eq!(queues.iter().map(|queue| &queue.breaker).collect::<Vec<_>>(), [&Breaker::default()]);
    Ok(())
}
