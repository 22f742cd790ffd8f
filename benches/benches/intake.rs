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
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::post;
use mrdj_benches::{Load, Measured, drive, machine, resident_kb};
use tokio::net::{TcpListener, TcpStream};

const POSTS: usize = 40_000;
/// What the back end that this one replaces does on such a machine, at 32 lines.
const REPLACED: f64 = 290.0;

#[tokio::main]
async fn main() {
    println!("{}", machine());
    let binary = build();
    let directory = tempfile::tempdir().expect("a directory");
    let server = Server::start(&binary, directory.path()).await;
    println!("start: {} ms until /readyz answers 200", server.ready_after.as_millis());
    let (rest, _) = resident_kb(server.child.id()).expect("a running server");
    println!("memory at rest: {:.1} MB", rest as f64 / 1_024.0);
    prefill(&server).await;
    let limit = bare().await;
    for lines in [1, 32, 64] {
        let posts = if lines == 1 { POSTS / 10 } else { POSTS };
        let load = Load { lines, posts, series: lines as u64, path: "/contact" };
        let bare = drive(limit, load).await;
        let ours = drive(server.address, load).await;
        print(lines, ours, bare);
    }
    let (_, most) = resident_kb(server.child.id()).expect("a running server");
    println!("memory at its highest: {:.1} MB", most as f64 / 1_024.0);
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

/// Builds the production binary beside this bench.
fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace above");
    let arguments = ["build", "--release", "-p", "mrdj-http", "--features", "server", "--bin", "mrdj"];
    let built = Command::new(cargo).args(arguments).current_dir(root).status().expect("cargo");
    assert!(built.success(), "the server does not build");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    target.join("release/mrdj")
}

struct Server {
    child: Child,
    address: SocketAddr,
    ready_after: Duration,
}

impl Server {
    async fn start(binary: &Path, data: &Path) -> Self {
        let address = free_address().await;
        let began = Instant::now();
        let child = Command::new(binary)
            .arg("serve")
            .env("DATA_DIR", data)
            .env("HOST", address.ip().to_string())
            .env("PORT", address.port().to_string())
            .env("WORKERS", "0")
            .env("RATE_LIMIT_MAX", "0")
            .env("CONTACT_RATE_LIMIT_MAX", "0")
            .env("LOG_LEVEL", "warn")
            .current_dir(data)
            .stderr(Stdio::null())
            .spawn()
            .expect("the server");
        while !is_ready(address).await {
            assert!(began.elapsed() < Duration::from_secs(30), "the server does not start");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Self { child, address, ready_after: began.elapsed() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("an address")
}

async fn is_ready(address: SocketAddr) -> bool {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let Ok(mut line) = TcpStream::connect(address).await else { return false };
    let asked = line.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
    let mut answer = Vec::new();
    asked.is_ok() && line.read_to_end(&mut answer).await.is_ok() && answer.starts_with(b"HTTP/1.1 200")
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
