//! What a test asks its Redis, and does to it.

use mrdj_servers::RedisServer;
use std::collections::BTreeMap;
use std::process::Command;

/// How often each command was called, by its name in lower case.
pub(crate) fn calls(server: &RedisServer) -> BTreeMap<String, u64> {
    let stats = server.run(&["INFO", "commandstats"]);
    let calls = stats.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
        Some((name.to_owned(), rest.split(',').next()?.parse().ok()?))
    });
    calls.collect()
}

/// Every key there is.
pub(crate) fn keys(server: &RedisServer) -> Vec<String> {
    let page = server.run(&["SCAN", "0", "COUNT", "100000"]);
    page.lines().skip(1).map(str::to_owned).collect()
}

/// A Redis that holds still: its lines stand, and nobody answers. It goes on when this is dropped.
pub(crate) struct Frozen(String);

impl Frozen {
    /// Stops `server` in its tracks.
    pub(crate) fn hold(server: &RedisServer) -> Self {
        let told = server.run(&["INFO", "server"]);
        let pid = told.lines().find_map(|line| line.strip_prefix("process_id:")).expect("a process of its own");
        signal("-STOP", pid);
        Self(pid.to_owned())
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        signal("-CONT", &self.0);
    }
}

fn signal(signal: &str, pid: &str) {
    let sent = Command::new("kill").args([signal, pid]).status();
    assert!(sent.is_ok_and(|status| status.success()), "{signal} cannot be sent");
}
