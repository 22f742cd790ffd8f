//! A process that listens.

use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use serde_json::{Value, json};

use crate::{Answer, Ended, Process, request, talk, until};

/// A start in a debug build takes a second or two; on a busy machine some more.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server process, and where it listens.
pub struct Server {
    process: Process,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Returns when `process` has said where it listens.
    pub async fn of(mut process: Process) -> Self {
        let mut address = None;
        until("the server listens", PATIENCE, async || {
            address = told_address(&process.told()).or_else(|| told_address(&process.log()));
            assert!(address.is_some() || process.status().is_none(), "the server ended at start: {}", process.log());
            address.is_some()
        })
        .await;
        Self { process, address: address.expect("the loop ends with an address") }
    }

    /// kill −9, and what it had written to standard error.
    pub fn kill(self) -> String {
        self.process.kill()
    }

    /// SIGTERM, and what it ended with.
    pub async fn stop(self) -> Ended {
        self.process.stop().await
    }

    /// What it answers to `GET path`.
    pub async fn get(&self, path: &str) -> Answer {
        talk(self.address, &request("GET", path, "text/plain", b"")).await.expect("an answer")
    }

    /// Waits until nothing is left in its spool.
    pub async fn drained(&self) {
        until("the spool is empty", PATIENCE, async || {
            self.get("/health").await.json()["dependencies"]["spool"]["condition"] == "up"
        })
        .await;
    }
}

impl Deref for Server {
    type Target = Process;

    fn deref(&self) -> &Process {
        &self.process
    }
}

impl DerefMut for Server {
    fn deref_mut(&mut self) -> &mut Process {
        &mut self.process
    }
}

/// The address in a line of the example's output, or of the binary's log.
fn told_address(text: &str) -> Option<SocketAddr> {
    let told = ["mrdj listens on http://", "listening on http://"];
    let rest =
        |line: &str| told.iter().find_map(|words| line.split_once(words)?.1.split_whitespace().next()?.parse().ok());
    text.lines().find_map(rest)
}

/// An enquiry of somebody called after `who`, which is a word of its own for each person.
pub fn enquiry(who: &str) -> Value {
    json!({
        "name": format!("Visitor {who}"), "email": format!("{who}@example.com"), "phone": "0612345678",
        "eventType": "Bruiloft", "eventDate": "2030-06-20", "message": "Tot dan",
    })
}
