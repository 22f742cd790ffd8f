//! What the funnel needs from outside, as promises.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;

use super::{FunnelFigures, PageEvent};
use crate::error::PortError;

/// Counts what pages tell.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait FunnelLog: Send + Sync {
    /// Counts the events whose ids are new, all or none of them, and answers with how many those are.
    ///
    /// - `a_batch_of_page_events_counts_what_is_new`: each for its day, variant and kind, however large the batch is.
    /// - `a_page_event_counts_once`: however often its id comes, within a batch or in however many at once, for at least
    ///   [`PAGE_EVENT_IDS_KEPT_FOR`](super::PAGE_EVENT_IDS_KEPT_FOR); what came first under it stays.
    async fn record_page_events(&self, events: &[PageEvent]) -> Result<u64, PortError>;

    /// What was counted on the days from `from` until before `to`.
    ///
    /// - `funnel_figures_are_those_of_their_days`: and of no others.
    async fn funnel_figures(&self, from: Date, to: Date) -> Result<FunnelFigures, PortError>;

    /// Forgets up to `limit` ids of events from before `before`, the oldest first, and answers with how many.
    ///
    /// - `old_ids_of_page_events_are_forgotten_and_figures_stay`: who comes under one again counts anew.
    async fn sweep_page_event_ids(&self, before: Timestamp, limit: usize) -> Result<u64, PortError>;
}
