//! What goes on beside the workers: turns with a rest between them, until the crew is told to stop.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt;
use tokio::sync::watch;
use tracing::error;

/// How long a servant rests after a turn that panicked.
const AFTER_A_PANIC: Duration = Duration::from_secs(60);

/// Does one thing of its own, turn by turn.
#[async_trait]
pub(super) trait Servant: Send + Sync {
    /// Its name, for the log.
    fn name(&self) -> &'static str;

    /// Does what is to be done now, and says how long to rest before the next turn.
    async fn turn(&self) -> Duration;
}

/// Lets `servant` take turns until `stopped` says so; a turn that is under way is finished.
pub(super) async fn attend(servant: Box<dyn Servant>, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        let turn = AssertUnwindSafe(servant.turn()).catch_unwind().await;
        let rest = turn.unwrap_or_else(|_| {
            error!(servant = servant.name(), "a turn of {} panicked", servant.name());
            AFTER_A_PANIC
        });
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            Ok(()) = stopped.changed() => {}
        }
    }
}
