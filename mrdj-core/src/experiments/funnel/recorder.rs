//! Takes page events to their log in lots.

use async_trait::async_trait;

use super::{FunnelLog, PageEvent};
use crate::error::PortError;
use crate::experiments::{Recorded, Recorder};

/// Records page events in lots, so that no page waits for a store.
pub type PageEventRecorder = Recorder<PageEvent>;

#[async_trait]
impl Recorded for PageEvent {
    type Log = dyn FunnelLog;

    const MANY: &'static str = "page events";

    async fn record(log: &Self::Log, lot: &[Self]) -> Result<u64, PortError> {
        log.record_page_events(lot).await
    }
}
