//! Visitors who keep writing, whether they are answered or not.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use mrdj_harness::{enquiry, post};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval};

/// How often somebody writes to each server; the wait of one holds up no other.
const BEAT: Duration = Duration::from_millis(100);

/// What a visitor heard.
#[derive(Clone, Debug)]
pub(crate) enum Heard {
    /// That the enquiry is taken: the reference of its receipt, and whether it waits in the spool.
    Accepted { reference: String, spooled: bool },
    /// That it is not, or nothing to the end; it may have been taken for all that.
    Unaccepted,
}

/// Everybody who writes, each from a mailbox of their own.
pub(crate) struct Visitors {
    streets: Vec<JoinHandle<Vec<(String, Heard)>>>,
    over: Arc<AtomicBool>,
    accepted: Arc<AtomicUsize>,
}

impl Visitors {
    /// Starts writing to every one of `servers`.
    pub(crate) fn start(servers: impl IntoIterator<Item = SocketAddr>) -> Self {
        let (over, accepted) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let street = |(number, address)| tokio::spawn(write(address, number, Arc::clone(&over), Arc::clone(&accepted)));
        Self { streets: servers.into_iter().enumerate().map(street).collect(), over, accepted }
    }

    /// How many were told that their enquiry is taken, so far.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }

    /// Stops writing, waits for the answers, and tells what each mailbox heard.
    pub(crate) async fn end(self) -> Vec<(String, Heard)> {
        self.over.store(true, Ordering::Relaxed);
        let mut heard = Vec::new();
        for street in self.streets {
            heard.extend(street.await.expect("a street ends"));
        }
        heard
    }
}

async fn write(
    address: SocketAddr,
    street: usize,
    over: Arc<AtomicBool>,
    accepted: Arc<AtomicUsize>,
) -> Vec<(String, Heard)> {
    let (mut visits, mut beat) = (JoinSet::new(), interval(BEAT));
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for number in 0.. {
        beat.tick().await;
        if over.load(Ordering::Relaxed) {
            break;
        }
        let accepted = Arc::clone(&accepted);
        visits.spawn(async move {
            let who = format!("street-{street}-house-{number}");
            let heard = visit(address, &who).await;
            accepted.fetch_add(usize::from(matches!(heard, Heard::Accepted { .. })), Ordering::Relaxed);
            (format!("{who}@example.com"), heard)
        });
    }
    visits.join_all().await
}

async fn visit(address: SocketAddr, who: &str) -> Heard {
    let form = enquiry(who).to_string();
    let Ok(answer) = post(address, "/contact", "application/json", form.as_bytes()).await else {
        return Heard::Unaccepted;
    };
    match (answer.status, answer.json()["leadId"].as_str()) {
        (200 | 202, Some(reference)) => {
            Heard::Accepted { reference: reference.to_owned(), spooled: answer.status == 202 }
        }
        _ => Heard::Unaccepted,
    }
}
