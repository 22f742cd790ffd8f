//! A process of ours.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use crate::until;

/// A stop finishes what is under way; on a busy machine that takes some time.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process that is killed when it is dropped.
pub struct Process {
    child: Child,
    logs: PathBuf,
}

/// What became of a process.
#[derive(Debug)]
pub struct Ended {
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote to standard error.
    pub said: String,
}

impl Process {
    /// Starts `command` in `directory`, with nothing of our environment but the path, and `settings`.
    pub fn start<'s>(
        mut command: Command,
        directory: &Path,
        settings: impl IntoIterator<Item = (&'s str, String)>,
    ) -> Self {
        let logs = tempfile::tempdir_in(directory).expect("a directory");
        let file = |name: &str| File::create(logs.path().join(name)).expect("a file of our own");
        command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path))).envs(settings);
        command.current_dir(directory).stdin(Stdio::null()).stdout(file("out")).stderr(file("err"));
        let child = command.spawn().expect("the program can be run");
        // The log is for whoever reads a failure; it goes with the directory.
        Self { child, logs: logs.keep() }
    }

    /// kill −9, and what it had written to standard error.
    pub fn kill(mut self) -> String {
        self.child.kill().expect("the process was ours");
        self.child.wait().expect("the process was ours");
        self.fine();
        self.log()
    }

    /// Sends it a signal by name, without `SIG`.
    pub fn signal(&self, name: &str) {
        let told = Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status();
        assert!(told.is_ok_and(|told| told.success()), "the process cannot be sent {name}");
    }

    /// SIGTERM, and what it ended with.
    pub async fn stop(self) -> Ended {
        self.signal("TERM");
        let ended = self.ended().await;
        assert_eq!(panic_in(&ended.said), None, "the process panicked");
        ended
    }

    /// Waits until it ends by itself, and tells how.
    pub async fn ended(mut self) -> Ended {
        until("the process ends", PATIENCE, async || self.status().is_some()).await;
        Ended { status: self.status().expect("it has ended"), said: self.log() }
    }

    /// Its id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub fn status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("the process is ours")
    }

    /// What it wrote to standard error.
    pub fn log(&self) -> String {
        fs::read_to_string(self.logs.join("err")).unwrap_or_default()
    }

    /// What it wrote to standard output.
    pub fn told(&self) -> String {
        fs::read_to_string(self.logs.join("out")).unwrap_or_default()
    }

    /// Whatever happened to it, nothing in it panicked.
    pub fn fine(&self) {
        assert_eq!(panic_in(&self.log()), None, "the process panicked");
    }
}

/// How many deliveries a process took back from vanished ones, by its log.
pub fn rescued(log: &str) -> u64 {
    let told = |line: &str| line.split_once("took back ")?.1.split(' ').next()?.parse::<u64>().ok();
    log.lines().filter_map(told).sum()
}

fn panic_in(log: &str) -> Option<&str> {
    log.lines().find(|line| line.contains("panicked"))
}

impl Drop for Process {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
