//! Contact posts per second into Postgres, beside `pgbench` with the same inserts on the same server.
//!
//! ```sh
//! cargo bench -p mrdj-benches --bench postgres_intake
//! ```
//!
//! The server of the database is private, on loopback, with its defaults (`fsync` and `synchronous_commit` on). Ours takes a
//! post by HTTP, parses and scores it, and commits a contact, a lead and three deliveries; `pgbench` sends a lead and two
//! deliveries in one transaction, prepared, with as many clients as there are lines.

use std::path::PathBuf;
use std::process::Command;

use mrdj_benches::{Load, Measured, Server, build, drive, machine};
use mrdj_servers::PostgresServer;

const POSTS: usize = 40_000;
const PEER_SECONDS: usize = 8;

#[tokio::main]
async fn main() {
    println!("{}", machine());
    let database = PostgresServer::start(&[]).expect("a database server; Debian's package is postgresql");
    println!("{}", version("postgres", &["--version"]));
    let binary = build();
    let directory = tempfile::tempdir().expect("a directory");
    let settings = [("DATABASE_URL", database.url())];
    let server = Server::start(&binary, directory.path(), &settings).await;
    println!("memory at rest: {:.1} MB", server.memory_mb().now);
    let script = script(directory.path());
    for lines in [1, 32, 64] {
        let posts = if lines == 1 { POSTS / 10 } else { POSTS };
        let load = Load { lines, posts, series: lines as u64, path: "/contact" };
        let ours = drive(server.address, load).await;
        let peer = pgbench(database.url(), &script, lines);
        print(lines, ours, peer);
    }
    println!("memory at its highest: {:.1} MB", server.memory_mb().highest);
}

fn print(lines: usize, ours: Measured, peer: f64) {
    println!(
        "{lines:>2} lines: {:>6.0} posts/s, p50 {:.2} ms, p99 {:.2} ms | pgbench {peer:>6.0} transactions/s, ratio {:.2}",
        ours.per_second,
        ours.p50_ms,
        ours.p99_ms,
        ours.per_second / peer,
    );
}

/// What `pgbench` runs: the rows of one enquiry in our own tables.
fn script(directory: &std::path::Path) -> PathBuf {
    let delivery = |queue: &str, kind: &str| {
        format!(
            "INSERT INTO mrdj.delivery (id, queue, kind, subject, edition, payload, created_at, state, doubt, at, attempts,
            failures, fence) VALUES (gen_random_uuid(), '{queue}', '{kind}', md5(:n::text)::uuid, 1, '{{}}', 1, 0, false, 1, 0, 0, 0);"
        )
        .replace('\n', " ")
    };
    let lead = "INSERT INTO mrdj.lead (id, reference, kind, contact, name, email, phone, phone_checked, event_type, event_date,
        message, language, standing, score, marks, source, submitted_at, changed_at, version)
        VALUES (md5(:n::text)::uuid, md5(:n::text), 'contact', 'jan@example.com', 'Jan en Marie Jansen', 'jan@example.com', '+31612345678',
        true, 'bruiloft', '2027-06-19', 'Wij trouwen in juni en zoeken een DJ voor de avond, met licht en een rustige
        dinermuziek.', 'nl', 'clear', 0, '[]', 'mister-dj-website', 1, 1, 1);"
        .replace('\n', " ");
    let lines = [
        "\\set n random(1, 9223372036854775807)".to_owned(),
        "BEGIN;".to_owned(),
        lead,
        delivery("crm", "lead.card"),
        delivery("mail", "lead.notice"),
        "COMMIT;".to_owned(),
    ];
    let path = directory.join("enquiry.sql");
    std::fs::write(&path, lines.join("\n")).expect("a script");
    path
}

/// Transactions per second of `pgbench`.
fn pgbench(url: &str, script: &std::path::Path, clients: usize) -> f64 {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(clients);
    let ran = Command::new(program("pgbench"))
        .args(["--no-vacuum", "--protocol=prepared", "--file"])
        .arg(script)
        .args(["--client", &clients.to_string(), "--jobs", &threads.to_string(), "--time", &PEER_SECONDS.to_string()])
        .arg(url)
        .output()
        .expect("pgbench");
    let said = String::from_utf8_lossy(&ran.stdout);
    let told = said.lines().find_map(|line| line.strip_prefix("tps = "));
    let told = told.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    told.unwrap_or_else(|| panic!("pgbench told nothing: {said}{}", String::from_utf8_lossy(&ran.stderr)))
}

fn version(name: &str, arguments: &[&str]) -> String {
    let said = Command::new(program(name)).args(arguments).output().expect("a program that is installed");
    String::from_utf8_lossy(&said.stdout).trim().to_owned()
}

/// A program beside the server's own.
fn program(name: &str) -> PathBuf {
    mrdj_servers::programs().expect("the programs of the server that just started").join(name)
}
