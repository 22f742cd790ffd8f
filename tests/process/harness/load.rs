//! Visitors who write as fast as they are answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use mrdj_harness::{Line, enquiry};
use tokio::task::JoinSet;

/// Several visitors at once, each under names of their own.
pub(crate) struct Load {
    clients: JoinSet<Vec<String>>,
    over: Arc<AtomicBool>,
    spooled: Arc<AtomicUsize>,
}

impl Load {
    /// So many at once.
    pub(crate) const CLIENTS: usize = 4;

    /// Starts writing: each visitor at most `posts` enquiries.
    pub(crate) fn start(address: SocketAddr, who: &str, posts: usize) -> Self {
        let (mut clients, over) = (JoinSet::new(), Arc::new(AtomicBool::new(false)));
        let spooled = Arc::new(AtomicUsize::new(0));
        for client in 0..Self::CLIENTS {
            let (over, spooled) = (Arc::clone(&over), Arc::clone(&spooled));
            clients.spawn(write(address, format!("{who}-{client}"), posts, over, spooled));
        }
        Self { clients, over, spooled }
    }

    /// How many were answered with 202 so far.
    pub(crate) fn spooled(&self) -> usize {
        self.spooled.load(Ordering::Relaxed)
    }

    /// Stops writing, and returns the ids of everything that was answered with 200 or 202.
    pub(crate) async fn end(self) -> Vec<String> {
        self.over.store(true, Ordering::Relaxed);
        self.done().await
    }

    /// Waits until everything is written, and returns the same.
    pub(crate) async fn done(self) -> Vec<String> {
        self.clients.join_all().await.concat()
    }
}

/// Sends enquiries until the server is gone; an answer counts once it was heard to its end.
async fn write(
    address: SocketAddr,
    who: String,
    posts: usize,
    over: Arc<AtomicBool>,
    spooled: Arc<AtomicUsize>,
) -> Vec<String> {
    let mut answered = Vec::new();
    let Ok(mut line) = Line::open(address).await else { return answered };
    for post in 0..posts {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let Ok(answer) = line.post("/contact", &enquiry(&format!("{who}-{post}"))).await else { break };
        answered.push(answer.contact_id());
        spooled.fetch_add(usize::from(answer.status == 202), Ordering::Relaxed);
    }
    answered
}
