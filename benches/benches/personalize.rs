//! `GET /personalize` per second: the release server beside an Express server that does the same look-up from memory.
//!
//! ```sh
//! cargo bench -p mrdj-benches --bench personalize
//! ```
//!
//! Both are driven by the same driver over loopback, one after the other and by turns, and share the machine with it: so the
//! processor time that each takes for an answer stands beside the answers per second. Express is installed by npm into a
//! temporary folder. The look-up alone is measured by the bench `rules`.

use std::path::Path;

use mrdj_benches::{Measured, Pages, Peer, Server, build, get, machine, processor_time};

const EXPRESS: &str = "express@5";
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
    println!("{}", machine());
    let binary = build();
    let directory = tempfile::tempdir().expect("a directory");
    let server = Server::start(&binary, directory.path(), &[]).await;
    let modules = tempfile::tempdir().expect("a directory");
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mrdj-core/content/personalization");
    let files = [content.join("variants.json"), content.join("cities.json")];
    let express = Peer::start("personalize.js", EXPRESS, modules.path(), &[&files[0], &files[1]]);
    if let Err(missing) = &express {
        println!("nothing to stand beside: {missing}");
    }
    for lines in [1, 32] {
        let pages = |answers| Pages { lines, answers: if lines == 1 { answers / 10 } else { answers }, paths: PATHS };
        for _ in 0..ROUNDS {
            let ours = timed(server.pid(), async || get(server.address, pages(400_000)).await).await;
            print("mrdj", lines, ours, None);
            if let Ok(express) = &express {
                let theirs = timed(express.pid(), async || get(express.address, pages(40_000)).await).await;
                print(&express.name, lines, theirs, Some(ours));
            }
        }
    }
    println!("memory at its highest: {:.1} MB", server.memory_mb().highest);
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
        format!(
            " | mrdj: {:.1} x the answers, {:.1} x per processor",
            ours.per_second / per_second,
            processor_us / ours_us
        )
    });
    println!(
        "{lines:>2} lines: {per_second:>7.0} answers/s, p50 {p50_ms:.3} ms, p99 {p99_ms:.3} ms, {processor_us:>5.1} us of a processor each: {who}{beside}"
    );
}
