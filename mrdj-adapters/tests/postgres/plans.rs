//! What is asked again and again is read by an index, however much lies in the tables.
//!
//! The server tells the plan of every statement that it runs, so that what is judged here is what the adapter says.

use std::future::Future;
use std::pin::Pin;

use jiff::SignedDuration;
use mrdj_adapters::postgres::Postgres;
use mrdj_core::contract::{Case, Outcome};
use mrdj_core::delivery::{AttemptOutcome, DeliveryDesk, DeliveryQueue, Ending, Filter, Settlement, Status};
use mrdj_core::idempotency::IdempotencyBook;
use mrdj_core::leads::{LeadBook, LeadFilter, Standing};
use mrdj_core::messages::PostOffice;
use mrdj_core::store::{Changes, Expect, Store};
use mrdj_servers::PostgresServer;
use sqlx::PgConnection;

use crate::given::{Given, LANE, NOW, an_ask, number};

pub(crate) const CASES: &[Case<PostgresServer>] = mrdj_core::cases![
    what_is_asked_again_and_again_is_read_by_an_index,
    tables_that_grew_since_the_start_are_read_by_an_index,
];

/// Tables that grow with the business.
const TABLES: [&str; 6] = ["answer", "attempt", "contact", "delivery", "lead", "postage"];

/// Five statements are planned for their values; from then on the server may keep one plan for all.
const TIMES: usize = 12;

/// What [`A_YEAR`] is told with; a new function makes the server forget every plan.
const WORDS: &str = "
    CREATE FUNCTION pg_temp.id(n bigint) RETURNS uuid LANGUAGE sql
        AS $$ SELECT ('019aa5b0-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
    CREATE FUNCTION pg_temp.moment(n bigint) RETURNS bigint LANGUAGE sql
        AS $$ SELECT 1795262400000000 - (120001 - n) * 240000000 $$";

/// A year of a good business: most of it is done, and of everything else there is some.
const A_YEAR: &str = "
    INSERT INTO mrdj.contact SELECT 'mail:' || n || '@example.com', pg_temp.id(n), 'Jan', n || '@example.com', NULL, false,
        pg_temp.moment(n), pg_temp.moment(n), pg_temp.id(n), pg_temp.moment(n) FROM generate_series(1, 120000) AS n;
    INSERT INTO mrdj.lead SELECT pg_temp.id(n), 'web-' || n, 'contact', 'mail:' || n || '@example.com', 'Jan',
        n || '@example.com', NULL, false, 'bruiloft', NULL, NULL, 'Hoi!', 'nl',
        CASE n % 50 WHEN 0 THEN 'suspicious' ELSE 'clear' END, 0, '[]', 'site', pg_temp.moment(n), pg_temp.moment(n), 1
        FROM generate_series(1, 120000) AS n;
    INSERT INTO mrdj.delivery (id, queue, kind, subject, edition, payload, created_at, state, doubt, at, attempts, failures,
            fence)
        SELECT pg_temp.id(n), CASE n % 2 WHEN 0 THEN 'lane' ELSE 'mail' END, 'case.kind', pg_temp.id(n), 1, 'null',
            pg_temp.moment(n), state, state = 3 OR (state = 1 AND n % 10 = 0),
            CASE state WHEN 1 THEN 1795262400000000 + n WHEN 2 THEN 1795262460000000 ELSE pg_temp.moment(n) END,
            CASE state WHEN 0 THEN 0 ELSE 1 END, 0, 1
        FROM (SELECT n, CASE WHEN n <= 115000 THEN 4 WHEN n % 50 < 2 THEN 5 WHEN n % 50 < 4 THEN 3 WHEN n % 50 < 8 THEN 2
            WHEN n % 50 < 14 THEN 1 ELSE 0 END AS state FROM generate_series(1, 120000) AS n) AS made;
    INSERT INTO mrdj.attempt SELECT id, 1, created_at, 20, '\"delivered\"', '' FROM mrdj.delivery WHERE attempts > 0;
    INSERT INTO mrdj.answer SELECT 'key-' || n, '', '', pg_temp.moment(n) FROM generate_series(1, 120000) AS n;
    INSERT INTO mrdj.postage SELECT pg_temp.id(n), int8send(n % 90000), pg_temp.moment(n) FROM generate_series(1, 120000) AS n";

/// What the server has told of the plans it ran.
struct Plans(PgConnection);

impl Plans {
    async fn read(given: &Given) -> Self {
        let mut line = given.line().await;
        sqlx::raw_sql("SET auto_explain.log_min_duration = -1")
            .execute(&mut line)
            .await
            .expect("it may be quiet itself");
        Self(line)
    }

    async fn length(&mut self) -> i64 {
        number(&mut self.0, "SELECT size FROM pg_stat_file('server.log')").await
    }

    /// Everything told since the log was of this length.
    async fn since(&mut self, length: i64) -> Vec<String> {
        let query = sqlx::query_scalar("SELECT pg_read_file('server.log', $1, 100000000)").bind(length);
        let told: String = query.fetch_one(&mut self.0).await.expect("the server's log");
        told.split("duration: ").skip(1).map(str::to_owned).collect()
    }
}

type Call<'a> = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> + Send + Sync + 'a>;

/// A call, and the index it reads by.
fn call<'a, F>(index: &'static str, run: impl Fn() -> F + Send + Sync + 'a) -> (&'static str, Call<'a>)
where
    F: Future<Output = Outcome> + Send + 'a,
{
    (index, Box::new(move || Box::pin(run())))
}

/// What is asked with every look of an operator.
fn looks(store: &Postgres) -> Vec<(&'static str, Call<'_>)> {
    let listed = |status, index| {
        let filter = Filter { queue: Some(LANE), status: Some(status), ..Filter::default() };
        call(index, move || {
            let filter = filter.clone();
            async move { DeliveryDesk::list(store, &filter, 50, NOW).await.map(drop) }
        })
    };
    let by_state = [Status::Waiting, Status::Delayed, Status::Active, Status::InDoubt, Status::Dead, Status::Done];
    let mut looks: Vec<_> = by_state.map(|status| listed(status, "delivery_")).into();
    looks.push(call("lead_standing", || async { held_back(store).await }));
    looks.push(call("lead_pkey", || async { LeadBook::list(store, &LeadFilter::default(), 50).await.map(drop) }));
    looks
}

/// What is asked with every delivery, every enquiry, or every second.
fn calls<'a>(store: &'a Postgres, given: &'a Given) -> Vec<(&'static str, Call<'a>)> {
    let late = NOW + SignedDuration::from_mins(5);
    let year_ago = NOW - SignedDuration::from_hours(24 * 340);
    let lead = given.lead("25000@example.com");
    let (contact, reference) = (lead.contact, lead.reference);
    vec![
        call("delivery_waiting", || async { store.lease(&an_ask(5)).await.map(drop) }),
        call("delivery_leased", || async { store.rescue(NOW).await.map(drop) }),
        call("delivery_leased", move || async move { store.rescue(late).await.map(drop) }),
        call("delivery_done", move || async move { store.prune(year_ago, 20).await.map(drop) }),
        call("delivery_pkey", || async { lease_and_settle(store).await }),
        call("delivery_rest", || async { store.hurry(&LANE, 5, NOW).await.map(drop) }),
        call("delivery_waiting", || async { store.figures(NOW).await.map(drop) }),
        call("answer_at", || async { store.sweep(NOW, 5).await.map(drop) }),
        call("postage_at", move || async move { store.sweep_postage(year_ago, 5).await.map(drop) }),
        call("lead_reference", move || {
            let reference = reference.clone();
            async move { store.find_by_reference(&reference).await.map(drop) }
        }),
        call("contact_pkey", move || {
            let contact = contact.clone();
            async move { store.newest_of(&contact).await.map(drop) }
        }),
        call("contact_pkey", || async { store.commit(alone(given)).await.map(drop) }),
    ]
}

/// An enquiry of somebody nobody has met, decided in that belief.
fn alone(given: &Given) -> Changes {
    let (lead, changes) = given.stranger();
    changes.expect(Expect::NewestLead { contact: lead.contact, since: NOW, is: None })
}

async fn lease_and_settle(store: &Postgres) -> Outcome {
    let leased = store.lease(&an_ask(3)).await?;
    let ending = Ending::Again { at: NOW, counted: false };
    let ended = leased.iter().map(|one| Settlement {
        token: one.token(),
        ending: ending.clone(),
        attempt: one.tried(AttemptOutcome::PutOff, NOW..NOW, ""),
    });
    store.settle(ended.collect(), NOW).await.map(drop)
}

async fn held_back(store: &Postgres) -> Outcome {
    let filter = LeadFilter { standing: Some(Standing::Suspicious), ..LeadFilter::default() };
    LeadBook::list(store, &filter, 50).await.map(drop)
}

async fn what_is_asked_again_and_again_is_read_by_an_index(server: PostgresServer) -> Outcome {
    let given = Given::on(&server).await;
    let store = given.reached(given.config().connections(2)).await?;
    let mut line = given.line().await;
    sqlx::raw_sql(WORDS).execute(&mut line).await.expect("two functions");
    sqlx::raw_sql(A_YEAR).execute(&mut line).await.expect("a year of business");
    sqlx::raw_sql("VACUUM ANALYZE").execute(&mut line).await.expect("as the server does by itself");
    let mut plans = Plans::read(&given).await;
    let mut faults = Vec::new();
    let asked = calls(&store, &given).into_iter().chain(looks(&store));
    for (n, (index, call)) in asked.enumerate() {
        let before = plans.length().await;
        for _ in 0..TIMES {
            call().await?;
        }
        let told = plans.since(before).await;
        faults.extend(whole_table(&told).map(|plan| format!("call {n} reads a whole table: {plan}")));
        if !told.iter().any(|plan| plan.contains(&format!("using {index}")) || plan.contains(&format!("on {index}"))) {
            faults.push(format!("call {n} does not read by {index}: {told:#?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

/// The first plan that reads one of [`TABLES`] to its end.
fn whole_table(plans: &[String]) -> Option<&String> {
    let whole = |plan: &&String| TABLES.iter().any(|table| plan.contains(&format!("Seq Scan on {table} ")));
    plans.iter().find(whole)
}

/// A plan that was right for an empty table is wrong an hour later, and the server looks at its tables only now and then.
async fn tables_that_grew_since_the_start_are_read_by_an_index(server: PostgresServer) -> Outcome {
    let given = Given::on(&server).await;
    let store = given.reached(given.config().connections(2)).await?;
    let (calls, mut line) = (calls(&store, &given), given.line().await);
    sqlx::raw_sql(WORDS).execute(&mut line).await.expect("two functions");
    for (_, call) in &calls {
        for _ in 0..TIMES {
            call().await?;
        }
    }
    sqlx::raw_sql(A_YEAR).execute(&mut line).await.expect("a year of business");
    let mut plans = Plans::read(&given).await;
    let mut faults = Vec::new();
    for (n, (_, call)) in calls.iter().enumerate() {
        let before = plans.length().await;
        call().await?;
        faults.extend(
            whole_table(&plans.since(before).await).map(|plan| format!("call {n} reads a whole table: {plan}")),
        );
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}
