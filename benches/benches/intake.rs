//! Contact posts per second to a durable row with its deliveries: the release server, driven over loopback.
//!
//! ```sh
//! cargo bench -p mrdj-benches --bench intake
//! ```
//!
//! The server runs with its workers off and no limits, so that every post is an enquiry of its own: parsed, scored,
//! committed with `synchronous=FULL` together with a contact and three deliveries. Beside it stands the same load on a bare
//! axum route that answers at once: what the machine, the driver and HTTP leave room for. `MRDJ_BENCH_PREFILL=1000000` fills
//! the store before, to show what a post costs then.

use std::net::SocketAddr;

use axum::Router;
use axum::routing::post;
use mrdj_benches::{Load, Measured, Server, build, drive, machine};
use tokio::net::TcpListener;

const POSTS: usize = 40_000;
/// What the back end that this one replaces does on such a machine, at 32 lines.
const REPLACED: f64 = 290.0;

#[tokio::main]
async fn main() {
    println!("{}", machine());
    let binary = build();
    let directory = tempfile::tempdir().expect("a directory");
    let server = Server::start(&binary, directory.path(), &[]).await;
    println!("start: {} ms until /readyz answers 200", server.ready_after.as_millis());
    println!("memory at rest: {:.1} MB", server.memory_mb().now);
    prefill(&server).await;
    let limit = bare().await;
    for lines in [1, 32, 64] {
        let posts = if lines == 1 { POSTS / 10 } else { POSTS };
        let load = Load { lines, posts, series: lines as u64, path: "/contact" };
        let bare = drive(limit, load).await;
        let ours = drive(server.address, load).await;
        print(lines, ours, bare);
    }
    println!("memory at its highest: {:.1} MB", server.memory_mb().highest);
}

fn print(lines: usize, ours: Measured, bare: Measured) {
    println!(
        "{lines:>2} lines: {:>6.0} posts/s, p50 {:.2} ms, p99 {:.2} ms | bare answer {:>6.0}/s, ratio {:.2} | {:.0} x the replaced",
        ours.per_second,
        ours.p50_ms,
        ours.p99_ms,
        bare.per_second,
        ours.per_second / bare.per_second,
        ours.per_second / REPLACED,
    );
}

async fn prefill(server: &Server) {
    let Ok(many) = std::env::var("MRDJ_BENCH_PREFILL") else { return };
    let posts = many.parse().expect("MRDJ_BENCH_PREFILL is a number of leads");
    let load = Load { lines: 64, posts, series: 9_999, path: "/contact" };
    let filled = drive(server.address, load).await;
    println!("filled with {posts} leads at {:.0}/s", filled.per_second);
}

/// A route that reads the body and answers at once, in this process.
async fn bare() -> SocketAddr {
    let answer = async |_: String| r#"{"success":true}"#;
    let router = Router::new().route("/contact", post(answer));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}
