//! A Postgres server for a test that stops, kills or measures it.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// How a server is told to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopMode {
    /// Ends every session, writes everything, and goes.
    Fast,
    /// Goes at once, as if it had crashed, and recovers at its next start.
    Immediate,
}

/// Where the programs of the server lie.
pub fn programs() -> io::Result<PathBuf> {
    let found = Command::new(script()).arg("find").output()?;
    let said = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    if found.status.success() { Ok(PathBuf::from(said)) } else { Err(io::Error::other("no Postgres programs here")) }
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../postgres")
}

/// A server on loopback with a cluster of its own; it ends with this value.
#[derive(Debug)]
pub struct PostgresServer {
    directory: TempDir,
    port: u16,
    options: Vec<String>,
    url: String,
}

impl PostgresServer {
    /// Makes a cluster and starts a server on it, with further options of the program `postgres`.
    pub fn start(options: &[&str]) -> io::Result<Self> {
        let directory = TempDir::new()?;
        // The server may run as another user, who has to get through.
        #[cfg(unix)]
        std::fs::set_permissions(directory.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        let mut server = Self { directory, port: 0, options, url: String::new() };
        server.url = server.run("start", &["0"])?;
        let port = server.url.rsplit(':').next().and_then(|rest| rest.split('/').next());
        server.port = port.and_then(|port| port.parse().ok()).ok_or_else(|| io::Error::other("no port was told"))?;
        Ok(server)
    }

    /// The address of its first database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Stops it.
    pub fn stop(&self, mode: StopMode) -> io::Result<()> {
        let word = if mode == StopMode::Fast { "fast" } else { "immediate" };
        self.run("stop", &[word]).map(drop)
    }

    /// Starts it again after a stop, on the same port.
    pub fn start_again(&self) -> io::Result<()> {
        self.run("start", &[&self.port.to_string()]).map(drop)
    }

    /// Kills it and every process of it, as a power cut would; returns when all are gone.
    pub fn kill(&self) -> io::Result<()> {
        let file = std::fs::read_to_string(self.cluster().join("postmaster.pid"))?;
        let parent = file.lines().next().unwrap_or_default();
        // Held, it can neither mourn its children nor have new ones.
        signal("-STOP", &[parent])?;
        let children = Command::new("pgrep").args(["-P", parent]).output()?.stdout;
        let children = String::from_utf8_lossy(&children).into_owned();
        let all: Vec<_> = children.lines().chain([parent]).collect();
        signal("-KILL", &all)?;
        while all.iter().any(|id| signal("-0", &[id]).is_ok()) {
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    fn cluster(&self) -> PathBuf {
        self.directory.path().join("cluster")
    }

    fn run(&self, command: &str, arguments: &[&str]) -> io::Result<String> {
        let options: &[String] = if command == "start" { &self.options } else { &[] };
        // The server keeps its starter's output open, so that only a file can be read to its end.
        let said = tempfile::NamedTempFile::new()?;
        let status = Command::new(script())
            .arg(command)
            .arg(self.cluster())
            .args(arguments)
            .args(options)
            .stdin(Stdio::null())
            .stdout(said.reopen()?)
            .status()?;
        if !status.success() {
            return Err(io::Error::other(format!("tests/postgres {command} ended with {status}")));
        }
        Ok(std::fs::read_to_string(said.path())?.trim().to_owned())
    }
}

/// Sends a signal; an error means that none of `ids` is there.
fn signal(name: &str, ids: &[&str]) -> io::Result<()> {
    let sent = Command::new("kill").arg(name).args(ids).stderr(Stdio::null()).status()?;
    if sent.success() { Ok(()) } else { Err(io::Error::other(format!("kill {name} reached nobody"))) }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        // It may be stopped already.
        let _ = self.stop(StopMode::Immediate);
    }
}
