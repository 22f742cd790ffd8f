//! Waiting for something to come true.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// How often is looked.
const BEAT: Duration = Duration::from_millis(10);

/// Waits until `holds`, and fails with `what` when it does not come true within `patience`.
pub async fn until(what: &str, patience: Duration, mut holds: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + patience;
    while !holds().await {
        assert!(Instant::now() < end, "waited {patience:?} in vain until {what}");
        sleep(BEAT).await;
    }
}
