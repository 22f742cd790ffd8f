//! What webhooks need of a memory, as promises.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::{EventLine, HeardEvent, HeardId, MessageId, OutgoingEvent, PartnerName};
use crate::error::PortError;

/// Remembers which words were heard, for all who share it.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ReplayGuard: Send + Sync {
    /// Whether `source` says `id` for the first time within `window`, which begins with the first time.
    ///
    /// - `exactly_one_is_the_first`: of many at once, one is told so.
    /// - `first_again_after_the_window`: a repetition does not prolong it.
    /// - `sources_do_not_share`: what one has said says nothing about another.
    async fn first_time(
        &self,
        source: &str,
        id: &str,
        window: SignedDuration,
        now: Timestamp,
    ) -> Result<bool, PortError>;
}

/// How long what a partner said is kept: it may hold personal data.
pub const EVENTS_KEPT_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Which events an operator wants to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Only of this partner.
    pub partner: Option<PartnerName>,
    /// Only older than this one: the last of the page before.
    pub before: Option<HeardId>,
}

/// Reads back what partners said; [`Store::commit`](crate::store::Store::commit) writes it.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait EventBook: Send + Sync {
    /// Finds what `partner` said under `id`.
    ///
    /// - `heard_event_comes_back`: what was committed is what is found, its body to the byte and, in time, to the
    ///   microsecond; one partner's id says nothing about another's.
    /// - `unknown_kinds_are_kept`: like any other, whatever they are called.
    async fn find(&self, partner: &PartnerName, id: &MessageId) -> Result<Option<HeardEvent>, PortError>;

    /// Lists at most `limit` events, newest first.
    ///
    /// - `heard_events_are_listed_newest_first`: every filter holds, and following `before` shows each once.
    async fn list(&self, filter: &EventFilter, limit: usize) -> Result<Vec<EventLine>, PortError>;

    /// Throws away up to `limit` events that were heard before `before`, and answers with how many.
    ///
    /// - `sweep_takes_old_events_alone`: the oldest first; what they caused stays.
    async fn sweep_events(&self, before: Timestamp, limit: usize) -> Result<u64, PortError>;
}

/// Hears what happens here.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Subscriber: Send + Sync {
    /// Tells it `event`, signed at `now`.
    ///
    /// The same event again has the same id, by which a subscriber knows it. One that wants no more of it is `Rejected`; a
    /// refused key, another address, and an address that may not be called are `Misconfigured`.
    async fn tell(&self, event: &OutgoingEvent, now: Timestamp) -> Result<(), PortError>;
}
