//! What pages tell of their visits: how many of those who were shown a variant clicked, began a form, and sent it.
//!
//! ```text
//!  page ──▶ Funnel::tell ──▶ PageEventRecorder ──▶ FunnelLog ──▶ a number for each day, variant and kind of step
//! ```
//!
//! [`Funnel`] takes in what a page tells when the content has its variant, and shows operators what was counted. A
//! [`PageEvent`] names a step and a variant, and nobody: whatever else a page sends is thrown away unread. What is kept of it
//! is a number ([`FunnelFigures`]), and for two days its id, so that telling it twice counts it once.
//!
//! These are the words of pages, which anybody can say. They show where visitors turn back; which variant sells is told by
//! facts of this system ([`Conversion`](super::Conversion)).

#[cfg(feature = "contract")]
pub mod contract;
mod event;
mod figures;
mod ports;
mod reading;
mod recorder;
mod service;
mod variants;

pub use event::{PAGE_EVENT_IDS_KEPT_FOR, PageEvent, PageEventId, PageEventKind};
pub use figures::{FunnelCell, FunnelFigures, Steps};
pub use ports::FunnelLog;
#[cfg(feature = "mocks")]
pub use ports::MockFunnelLog;
pub use recorder::PageEventRecorder;
pub use service::Funnel;
pub use variants::{KnownVariants, VariantId};
