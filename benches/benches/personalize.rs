//! `GET /personalize` per second: the release server beside an Express server that does the same look-up from memory.
//!
//! ```sh
//! cargo bench -p mrdj-benches --bench personalize
//! ```
//!
//! Both are driven by the same driver over loopback, one after the other and by turns, and share the machine with it: so the
//! processor time that each takes for an answer stands beside the answers per second. A bare axum route that sends as many
//! bytes and looks nothing up shows what HTTP leaves room for. Express is installed by npm into a temporary folder. What
//! the look-up alone costs is measured by the bench `rules`.

use std::path::Path;
use std::process::Command;

use axum::Router;
use axum::routing::get as getting;
use mrdj_benches::{Measured, Pages, Peer, Server, build, get, machine, processor_time};
use tokio::net::TcpListener;

const EXPRESS: &str = "express@5";
/// Set for the process that is the bare axum route.
const BARE: &str = "MRDJ_BENCH_BARE";
/// What visitors ask: variants, cities, both, nothing that is known, an advertisement's whole tail.
const PATHS: &[&str] = &[
    "/personalize?keyword=bruiloft",
    "/personalize?keyword=dj+eindhoven",
    "/personalize?keyword=bruiloft%20dj%20in%20%27s-Hertogenbosch",
    "/personalize?q=stofzuiger",
    "/personalize?utm_source=google&utm_campaign=zakelijk_najaar&utm_term=bedrijfsfeest+dj&landing=/dj-tilburg&gclid=abcdefgh",
    "/personalize?persona=bruidspaar&city=Breda&referrer=https://www.example.com/",
    "/personalize?keyword=verjaardag&language=en",
    "/personalize",
];
const ROUNDS: usize = 3;

#[tokio::main]
async fn main() {
    if std::env::var_os(BARE).is_some() {
        return serve_bare().await;
    }
    println!("{}", machine());
    let binary = build();
    let directory = tempfile::tempdir().expect("a directory");
    let server = Server::start(&binary, directory.path(), &[]).await;
    let modules = tempfile::tempdir().expect("a directory");
    let peers = [bare(), express(modules.path())];
    for missing in peers.iter().filter_map(|peer| peer.as_ref().err()) {
        println!("nothing to stand beside: {missing}");
    }
    for lines in [1, 32] {
        let pages = |answers| Pages { lines, answers: if lines == 1 { answers / 10 } else { answers }, paths: PATHS };
        for _ in 0..ROUNDS {
            let ours = timed(server.pid(), async || get(server.address, pages(400_000)).await).await;
            print("mrdj", lines, ours, None);
            for peer in peers.iter().flatten() {
                let theirs = timed(peer.pid(), async || get(peer.address, pages(80_000)).await).await;
                print(&peer.name, lines, theirs, Some(ours));
            }
        }
    }
    println!("memory at its highest: {:.1} MB", server.memory_mb().highest);
}

fn express(modules: &Path) -> Result<Peer, String> {
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mrdj-core/content/personalization");
    let files = [content.join("variants.json"), content.join("cities.json")];
    Peer::start("personalize.js", EXPRESS, modules, &[&files[0], &files[1]])
}

/// This program once more, as a bare axum route.
fn bare() -> Result<Peer, String> {
    let mut command = Command::new(std::env::current_exe().expect("a program on a disk"));
    command.env(BARE, "1");
    Peer::spawn(command, "a bare axum route".to_owned())
}

async fn serve_bare() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    println!("{}", listener.local_addr().expect("an address").port());
    // As long as a usual answer with its headers.
    let body: &'static str = Box::leak(format!("{{\"text\":\"{}\"}}", "x".repeat(2_200)).into_boxed_str());
    let router = Router::new().route("/personalize", getting(async move || body));
    axum::serve(listener, router).await.expect("a server that does not end by itself");
}

/// What was measured, and the processor time that `pid` took for one answer, in microseconds.
async fn timed(pid: u32, measure: impl AsyncFnOnce() -> Measured) -> (Measured, f64) {
    let before = processor_time(pid);
    let measured = measure().await;
    let took = processor_time(pid).saturating_sub(before);
    (measured, took.as_secs_f64() * 1e6 / measured.answers as f64)
}

fn print(who: &str, lines: usize, (measured, processor_us): (Measured, f64), ours: Option<(Measured, f64)>) {
    let Measured { per_second, p50_ms, p99_ms, .. } = measured;
    let beside = ours.map_or_else(String::new, |(ours, ours_us)| {
        let (answers, processor) = (ours.per_second / per_second, processor_us / ours_us);
        format!(" | mrdj: {answers:.1} x the answers, {processor:.1} x per processor")
    });
    println!(
        "{lines:>2} lines: {per_second:>7.0} answers/s, p50 {p50_ms:.3} ms, p99 {p99_ms:.3} ms, {processor_us:>5.1} us of a processor each: {who}{beside}"
    );
}
