//! A pooler in front of a Postgres server.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(20);

/// A PgBouncer on loopback that gives each transaction another connection; it ends with this value.
#[derive(Debug)]
pub struct Pooler {
    child: Child,
    address: SocketAddr,
    _directory: TempDir,
}

impl Pooler {
    /// Whether there is one to start.
    pub fn is_installed() -> bool {
        Command::new("pgbouncer").arg("--version").output().is_ok_and(|told| told.status.success())
    }

    /// Starts one in front of `server`, an address of Postgres; few of its connections serve many.
    pub fn start(server: &str) -> io::Result<Self> {
        let directory = TempDir::new()?;
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr())?;
        let file = directory.path().join("pgbouncer.ini");
        std::fs::write(&file, settings(server, address)?)?;
        let mut command = Command::new("pgbouncer");
        if is_root()? {
            // It refuses to run as root.
            command.arg("--user=nobody");
        }
        let child = command.arg("--quiet").arg(file).stdin(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut pooler = Self { child, address, _directory: directory };
        pooler.wait()?;
        Ok(pooler)
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("postgres://mrdj@{}/postgres?sslmode=disable", self.address)
    }

    /// Returns once it takes lines.
    fn wait(&mut self) -> io::Result<()> {
        let end = Instant::now() + PATIENCE;
        while TcpStream::connect(self.address).is_err() {
            if Instant::now() > end || self.child.try_wait()?.is_some() {
                return Err(io::Error::other("pgbouncer does not start"));
            }
            sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whoever comes is let in, as the server's own user.
fn settings(server: &str, address: SocketAddr) -> io::Result<String> {
    let options: PgConnectOptions = server.parse().map_err(io::Error::other)?;
    let (host, port, user) = (options.get_host(), options.get_port(), options.get_username());
    // The options do not give it away again.
    let login = server.split_once("://").and_then(|(_, rest)| rest.split_once('@')).map_or("", |(login, _)| login);
    let password = login.split_once(':').map(|(_, password)| format!(" password={password}")).unwrap_or_default();
    Ok(format!(
        "[databases]
* = host={host} port={port} user={user}{password}
[pgbouncer]
listen_addr = {}
listen_port = {}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 300
",
        address.ip(),
        address.port()
    ))
}

fn is_root() -> io::Result<bool> {
    let told = Command::new("id").arg("-u").output()?;
    Ok(told.stdout.trim_ascii() == b"0")
}
