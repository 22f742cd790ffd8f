//! Deliveries per second through lease, carry and settle in Postgres, beside bare SQL that writes the same rows.
//!
//! ```sh
//! cargo bench -p mrdj-benches --bench postgres_delivery
//! ```
//!
//! The courier does nothing. Besides: how soon a single delivery is picked up by a process that sleeps on the bell, what a
//! delivery costs with a thousand and with a million waiting, and what a second worker adds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use mrdj_adapters::postgres::{Config, Postgres, PostgresBell};
use mrdj_adapters::system::SystemClock;
use mrdj_benches::{LANE, machine, owe, telling_worker, work_off, worker};
use mrdj_core::delivery::Bell;
use mrdj_core::secret::Secret;
use mrdj_servers::{Database, PostgresServer};
use sqlx::{Connection, PgConnection};

const DELIVERIES: usize = 50_000;
const AT_ONCE: usize = 250;

#[tokio::main]
async fn main() {
    println!("{}", machine());
    let server = PostgresServer::start(&[]).expect("a database server; Debian's package is postgresql");
    let (one, two) = (rate(&server, 1).await, rate(&server, 2).await);
    let bare = bare(&server).await;
    println!("lease, carry, settle: {one:.0} deliveries/s, {AT_ONCE} at once, no-op courier");
    println!("two workers:          {two:.0} deliveries/s, {:.2} x one", two / one);
    println!("bare SQL:             {bare:.0} rows/s, {AT_ONCE} per transaction; ratio {:.2}", one / bare);
    let (few, many) = (waiting(&server, 1_000).await, waiting(&server, 1_000_000).await);
    println!(
        "cost per delivery:    {few:.1} us with a thousand waiting, {many:.1} us with a million: {:.2} x",
        many / few
    );
    let (p50, p95) = pick_up(&server).await;
    println!(
        "pick-up of one:       p50 {p50:.1} ms, p95 {p95:.1} ms, from its commit in one process to the courier in another"
    );
}

/// A store over a database of its own.
async fn fresh(server: &PostgresServer) -> (Arc<Postgres>, Config, Database) {
    let database = Database::create(server.url()).await.expect("a database");
    let config = Config::parse(&Secret::from(database.url())).expect("an address");
    (Arc::new(Postgres::open(config.clone()).expect("a store")), config, database)
}

async fn rate(server: &PostgresServer, workers: usize) -> f64 {
    let (store, _, _database) = fresh(server).await;
    owe(&*store, DELIVERIES, AT_ONCE).await;
    let began = Instant::now();
    let crew = (0..workers).map(|_| {
        let worker = worker(store.clone(), Arc::new(SystemClock), AT_ONCE);
        tokio::spawn(async move { work_off(&worker, usize::MAX).await })
    });
    let mut delivered = 0;
    for turns in crew.collect::<Vec<_>>() {
        delivered += turns.await.expect("a worker that does not panic");
    }
    assert_eq!(delivered, DELIVERIES);
    DELIVERIES as f64 / began.elapsed().as_secs_f64()
}

/// Microseconds per delivery while about `many` wait.
async fn waiting(server: &PostgresServer, many: usize) -> f64 {
    let (store, _, database) = fresh(server).await;
    owe(&*store, AT_ONCE, AT_ONCE).await;
    let mut line = PgConnection::connect(&database.url()).await.expect("a line");
    // Ids in the order of time, as ours are.
    let fill =
        "INSERT INTO mrdj.delivery (id, queue, kind, subject, edition, payload, created_at, state, doubt, at, attempts,
        failures, fence) SELECT ('019aa5b0-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, $1, 'bench',
        gen_random_uuid(), 1, '{}', 1, 0, false, 1, 0, 0, 0 FROM generate_series($2::bigint, $3::bigint) AS n";
    let mut last = 0;
    let mut filled = async |line: &mut PgConnection, many: usize| {
        let first = last + 1;
        last += i64::try_from(many).expect("a few millions at most");
        sqlx::query(fill).bind(LANE.as_str()).bind(first).bind(last).execute(line).await.expect("rows");
    };
    filled(&mut line, many).await;
    sqlx::raw_sql("VACUUM ANALYZE mrdj.delivery").execute(&mut line).await.expect("a swept table");
    let worker = worker(store, Arc::new(SystemClock), AT_ONCE);
    let (mut took, mut delivered) = (Duration::ZERO, 0);
    while delivered < 20_000 {
        let began = Instant::now();
        let now = work_off(&worker, AT_ONCE).await;
        took += began.elapsed();
        delivered += now;
        filled(&mut line, now).await;
    }
    took.as_secs_f64() * 1e6 / delivered as f64
}

/// Milliseconds from the commit of one delivery to its end, half and 95 in 100 of them at most.
async fn pick_up(server: &PostgresServer) -> (f64, f64) {
    let (here, config, _database) = fresh(server).await;
    let there = Arc::new(Postgres::open(config.clone()).expect("a store"));
    there.reached().await;
    let (rung, heard) = (PostgresBell::hang(&config), PostgresBell::hang(&config));
    let (handed, mut told) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        let worker = telling_worker(there, Arc::new(SystemClock), 5, handed);
        loop {
            heard.wait().await;
            work_off(&worker, usize::MAX).await;
        }
    });
    // Listening begins within a moment of hanging the bell.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut times = Vec::new();
    for _ in 0..400 {
        owe(&*here, 1, 1).await;
        let committed = Instant::now();
        rung.ring();
        let handed: Instant = told.recv().await.expect("a worker");
        times.push(handed.saturating_duration_since(committed));
        // The worker settles and sleeps again before the next one.
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    times.sort_unstable();
    let at = |part: usize| times[times.len() * part / 100].as_secs_f64() * 1_000.0;
    (at(50), at(95))
}

/// The least that a durable queue writes: each row becomes leased, and then done with a line of history.
async fn bare(server: &PostgresServer) -> f64 {
    let database = Database::create(server.url()).await.expect("a database");
    let mut line = PgConnection::connect(&database.url()).await.expect("a line");
    let schema = "CREATE TABLE job (id bigint PRIMARY KEY, state smallint, payload text);
        CREATE INDEX open ON job (id) WHERE state = 0;
        CREATE TABLE history (job bigint, at bigint);
        INSERT INTO job SELECT id, 0, 'x' FROM generate_series(1, 50000) AS id;";
    sqlx::raw_sql(schema).execute(&mut line).await.expect("a schema");
    let lease = "UPDATE job SET state = 1 WHERE id IN
        (SELECT id FROM job WHERE state = 0 ORDER BY id LIMIT 250 FOR UPDATE SKIP LOCKED) RETURNING id";
    let settle = "WITH done AS (UPDATE job SET state = 2 WHERE id = ANY($1) RETURNING id)
        INSERT INTO history SELECT id, 1 FROM done";
    let began = Instant::now();
    for _ in 0..DELIVERIES / AT_ONCE {
        let leased: Vec<i64> = sqlx::query_scalar(lease).fetch_all(&mut line).await.expect("rows");
        sqlx::query(settle).bind(leased).execute(&mut line).await.expect("rows");
    }
    DELIVERIES as f64 / began.elapsed().as_secs_f64()
}
