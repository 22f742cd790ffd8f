//! A house of the test's own, and server processes in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use mrdj_adapters::sqlite::{Config, Sqlite};
use mrdj_core::leads::{Lead, LeadBook, LeadFilter};
use mrdj_harness::{Ended, Partners, Process, Program, Server, settings};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tempfile::TempDir;

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
    pub(crate) async fn serve_with(&self, further: &[(&str, &str)], shell: Option<&str>) -> Server {
        Server::of(self.spawn(further, shell)).await
    }

    /// Starts a server that is not expected to listen, and returns what it ended with.
    pub(crate) async fn fail_with(&self, further: &[(&str, &str)], shell: Option<&str>) -> Ended {
        self.spawn(further, shell).ended().await
    }

    fn spawn(&self, further: &[(&str, &str)], shell: Option<&str>) -> Process {
        let program = Program::Example.path();
        let command = match shell {
            Some(script) => {
                let mut command = Command::new("sh");
                command.args(["-c", script, "sh"]).arg(program);
                command
            }
            None => Command::new(program),
        };
        let told = settings(&self.path().join("data"), &self.partners);
        let further = further.iter().map(|(key, value)| (*key, (*value).to_owned()));
        Process::start(command, self.path(), told.into_iter().chain(further))
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

/// Another program that has the store's file open.
pub(crate) struct Neighbour(SqliteConnection);

impl Neighbour {
    pub(crate) async fn run(&mut self, statement: &'static str) {
        sqlx::query(statement).execute(&mut self.0).await.expect("a statement that holds");
    }
}
