//! A bell within one process.

use async_trait::async_trait;
use mrdj_core::delivery::Bell;
use tokio::sync::Notify;

/// Wakes the worker of the same process; a ring before the wait is remembered, several are one.
#[derive(Debug, Default)]
pub struct ProcessBell(Notify);

#[async_trait]
impl Bell for ProcessBell {
    fn ring(&self) {
        self.0.notify_one();
    }

    async fn wait(&self) {
        self.0.notified().await;
    }
}
