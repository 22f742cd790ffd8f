//! A house of the test's own, and server processes in it.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use mrdj_adapters::sqlite::{Config, Sqlite};
use mrdj_core::leads::{Lead, LeadBook, LeadFilter};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tempfile::TempDir;

use super::program::program;
use super::{Answer, Partners, request, talk, until};

/// A start in a debug build takes a second or two; on a busy machine some more.
const PATIENCE: Duration = Duration::from_secs(60);

/// A directory with a store, and partners.
pub(crate) struct House {
    pub(crate) partners: Partners,
    directory: TempDir,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self { partners: Partners::start().await, directory: tempfile::tempdir().expect("a directory") }
    }

    /// Its directory: `data` in it is the server's.
    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path().join("data/mrdj.db")
    }

    /// Another program's connection to the store's file.
    pub(crate) async fn neighbour(&self) -> Neighbour {
        let options = SqliteConnectOptions::new().filename(self.database());
        Neighbour(options.connect().await.expect("the file opens"))
    }

    /// Starts a server, and returns when it listens.
    pub(crate) async fn serve(&self) -> Server {
        self.serve_with(&[], None).await
    }

    /// The same with further settings, begun by `shell`, a script that ends in `exec "$@"`.
    pub(crate) async fn serve_with(&self, settings: &[(&str, &str)], shell: Option<&str>) -> Server {
        let mut server = self.spawn(settings, shell);
        let mut address = None;
        until("the server listens", PATIENCE, async || {
            let told = server.told();
            address = told.lines().find_map(|line| line.strip_prefix("mrdj listens on http://")?.parse().ok());
            assert!(address.is_some() || server.status().is_none(), "the server ended at start: {}", server.log());
            address.is_some()
        })
        .await;
        server.address = address.expect("the loop ends with an address");
        server
    }

    /// Starts a server that is not expected to listen, and returns what it ended with.
    pub(crate) async fn fail_with(&self, settings: &[(&str, &str)], shell: Option<&str>) -> Ended {
        let mut server = self.spawn(settings, shell);
        until("the server ends", PATIENCE, async || server.status().is_some()).await;
        Ended { status: server.status().expect("it has ended"), said: server.log() }
    }

    fn spawn(&self, settings: &[(&str, &str)], shell: Option<&str>) -> Server {
        let mut command = match shell {
            Some(script) => {
                let mut command = Command::new("sh");
                command.args(["-c", script, "sh"]).arg(program());
                command
            }
            None => Command::new(program()),
        };
        let logs = tempfile::tempdir_in(self.path()).expect("a directory");
        let file = |name: &str| File::create(logs.path().join(name)).expect("a file of our own");
        command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.envs(defaults(&self.path().join("data"))).envs(self.partners.settings());
        command.envs(settings.iter().copied()).current_dir(self.path());
        command.stdin(std::process::Stdio::null()).stdout(file("out")).stderr(file("err"));
        let child = command.spawn().expect("the server's program can be run");
        // The log is for whoever reads a failure; it goes with the house.
        Server { child, logs: logs.keep(), address: SocketAddr::from(([127, 0, 0, 1], 0)) }
    }

    /// Every enquiry in the store, oldest first.
    pub(crate) async fn leads(&self) -> Vec<Lead> {
        Self::leads_in(&self.database()).await
    }

    /// Every enquiry in the store at `path`, oldest first.
    pub(crate) async fn leads_in(path: &Path) -> Vec<Lead> {
        let store = Sqlite::open(&Config::at(path)).await.expect("the store opens");
        let leads = store.list(&LeadFilter::default(), usize::from(u16::MAX)).await.expect("a list");
        store.close().await;
        leads.into_iter().rev().collect()
    }
}

/// Limits are off and waits are short, so that a test sees in seconds what happens in minutes.
fn defaults(data: &Path) -> Vec<(&'static str, String)> {
    let mut settings = vec![("DATA_DIR", data.display().to_string())];
    let fixed = [
        ("PORT", "0"),
        ("LOG_FORMAT", "text"),
        ("RATE_LIMIT_MAX", "0"),
        ("CONTACT_RATE_LIMIT_MAX", "0"),
        ("MAIL_HOURLY_LIMIT", "0"),
        ("MAIL_LOOKUP_DELAY_MS", "500"),
        ("RENTGUY_RETRY_DELAY_MS", "200"),
        ("MAIL_RETRY_DELAY_MS", "200"),
        ("CIRCUIT_COOLDOWN_MS", "300"),
        ("CONFIG_DASHBOARD_ENABLED", "false"),
    ];
    settings.extend(fixed.map(|(key, value)| (key, value.to_owned())));
    settings
}

/// Another program that has the store's file open.
pub(crate) struct Neighbour(SqliteConnection);

impl Neighbour {
    pub(crate) async fn run(&mut self, statement: &'static str) {
        sqlx::query(statement).execute(&mut self.0).await.expect("a statement that holds");
    }
}

/// A server process; it is killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    logs: PathBuf,
    pub(crate) address: SocketAddr,
}

/// What became of a server.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) said: String,
}

impl Server {
    /// kill −9, and what it had written to standard error.
    pub(crate) fn kill(mut self) -> String {
        self.child.kill().expect("the process was ours");
        self.child.wait().expect("the process was ours");
        self.fine();
        self.log()
    }

    pub(crate) fn terminate(&self) {
        let told = Command::new("kill").args(["-TERM", &self.pid().to_string()]).status();
        assert!(told.is_ok_and(|told| told.success()), "the server cannot be told to end");
    }

    /// SIGTERM, and what it ended with.
    pub(crate) async fn stop(mut self) -> Ended {
        self.terminate();
        until("the server ends", PATIENCE, async || self.status().is_some()).await;
        self.fine();
        Ended { status: self.status().expect("it has ended"), said: self.log() }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("the process is ours")
    }

    /// What it answers to `GET path`.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        talk(self.address, &request("GET", path, "text/plain", b"")).await.expect("an answer")
    }

    /// Waits until nothing is left in its spool.
    pub(crate) async fn drained(&self) {
        until("the spool is empty", PATIENCE, async || {
            self.get("/health").await.json()["dependencies"]["spool"]["condition"] == "up"
        })
        .await;
    }

    /// What it wrote to standard error.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.logs.join("err")).unwrap_or_default()
    }

    fn told(&self) -> String {
        fs::read_to_string(self.logs.join("out")).unwrap_or_default()
    }

    /// Whatever happened to it, nothing in it panicked.
    pub(crate) fn fine(&self) {
        let log = self.log();
        let panic = log.lines().find(|line| line.contains("panicked"));
        assert_eq!(panic, None, "the server panicked");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An enquiry of somebody called after `who`, which is a word of its own for each person.
pub(crate) fn enquiry(who: &str) -> Value {
    json!({
        "name": format!("Visitor {who}"), "email": format!("{who}@example.com"), "phone": "0612345678",
        "eventType": "Bruiloft", "eventDate": "2030-06-20", "message": "Tot dan",
    })
}
