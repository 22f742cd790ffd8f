//! The production server, started for a bench.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::machine::resident_kb;

/// Builds the production binary beside a bench.
pub fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace above");
    let arguments = ["build", "--release", "-p", "mrdj-http", "--features", "server", "--bin", "mrdj"];
    let built = Command::new(cargo).args(arguments).current_dir(root).status().expect("cargo");
    assert!(built.success(), "the server does not build");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    target.join("release/mrdj")
}

/// The production server at work, its workers and limits switched off; it ends with this value.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From its start until it said that it is ready.
    pub ready_after: Duration,
}

/// Resident memory in MB.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// As it is.
    pub now: f64,
    /// The most it ever was.
    pub highest: f64,
}

impl Server {
    /// Starts `binary` with its files in `data` and these further settings.
    pub async fn start(binary: &Path, data: &Path, settings: &[(&str, &str)]) -> Self {
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
            .envs(settings.iter().copied())
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

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How much memory it takes.
    pub fn memory_mb(&self) -> Memory {
        let (now, highest) = resident_kb(self.child.id()).expect("a running server");
        Memory { now: now as f64 / 1_024.0, highest: highest as f64 / 1_024.0 }
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
    let Ok(mut line) = TcpStream::connect(address).await else { return false };
    let asked = line.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
    let mut answer = Vec::new();
    asked.is_ok() && line.read_to_end(&mut answer).await.is_ok() && answer.starts_with(b"HTTP/1.1 200")
}
