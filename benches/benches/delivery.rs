//! Deliveries per second through lease, carry and settle, beside bare SQL that writes the same rows.
//!
//! ```sh
//! cargo bench -p mrdj-benches --bench delivery
//! ```

use std::sync::Arc;
use std::time::Instant;

use mrdj_adapters::sqlite::{Config, Sqlite};
use mrdj_adapters::system::SystemClock;
use mrdj_benches::{machine, owe, work_off, worker};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, SqliteConnection};

const DELIVERIES: usize = 50_000;
const AT_ONCE: usize = 250;

#[tokio::main]
async fn main() {
    println!("{}", machine());
    let directory = tempfile::tempdir().expect("a directory");
    let ours = ours(&directory.path().join("ours.db")).await;
    println!("lease, carry, settle: {ours:.0} deliveries/s, {AT_ONCE} at once, no-op courier");
    let bare = bare(&directory.path().join("bare.db")).await;
    println!("bare SQL:             {bare:.0} rows/s, {AT_ONCE} per transaction, update to leased and to done");
    println!("ratio                 {:.2}", ours / bare);
}

async fn ours(path: &std::path::Path) -> f64 {
    let store = Arc::new(Sqlite::open(&Config::at(path)).await.expect("a store"));
    owe(&*store, DELIVERIES, AT_ONCE).await;
    let worker = worker(store, Arc::new(SystemClock), AT_ONCE);
    let began = Instant::now();
    assert_eq!(work_off(&worker, usize::MAX).await, DELIVERIES);
    DELIVERIES as f64 / began.elapsed().as_secs_f64()
}

/// The least that a durable queue writes: each row becomes leased, and then done with a line of history.
async fn bare(path: &std::path::Path) -> f64 {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    let mut connection = options.connect().await.expect("a connection");
    let schema = [
        "CREATE TABLE job (id INTEGER PRIMARY KEY, state INTEGER, payload TEXT)",
        "CREATE INDEX open ON job (state, id) WHERE state < 2",
        "CREATE TABLE history (job INTEGER, at INTEGER)",
    ];
    for statement in schema {
        run(&mut connection, statement).await;
    }
    let fill = "WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 50000)
        INSERT INTO job SELECT id, 0, 'x' FROM n";
    run(&mut connection, fill).await;
    let began = Instant::now();
    for _ in 0..DELIVERIES / AT_ONCE {
        run(
            &mut connection,
            "UPDATE job SET state = 1 WHERE id IN (SELECT id FROM job WHERE state = 0 ORDER BY id LIMIT 250)",
        )
        .await;
        run(&mut connection, "BEGIN IMMEDIATE").await;
        run(&mut connection, "INSERT INTO history SELECT id, 1 FROM job WHERE state = 1").await;
        run(&mut connection, "UPDATE job SET state = 2 WHERE state = 1").await;
        run(&mut connection, "COMMIT").await;
    }
    DELIVERIES as f64 / began.elapsed().as_secs_f64()
}

async fn run(connection: &mut SqliteConnection, statement: &'static str) {
    sqlx::query(statement).execute(connection).await.expect("a statement");
}
