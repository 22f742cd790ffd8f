//! Hearing what partners say.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use tracing::{info, warn};
use uuid::Uuid;

use super::{Mention, PartnerNews, PartnerStatus, Told};
use crate::bookings::{BookingBook, BookingReference};
use crate::chance::Chance;
use crate::clock::Clock;
use crate::error::{ErrorKind, PortError};
use crate::id::Id;
use crate::leads::{LeadBook, Reference};
use crate::store::{Change, Changes, Commit, Refusal, Store};
use crate::webhooks::{
    EventBook, EventFilter, EventLine, HeardEvent, InboundEvent, MessageId, NoEvent, PartnerName, REMEMBERED,
    ReplayGuard,
};

/// Hears what partners say, each thing once, and keeps it with what it means for us.
#[derive(Clone)]
pub struct Listener {
    /// Where what was heard is kept.
    pub store: Arc<dyn Store>,
    /// Reads it back.
    pub events: Arc<dyn EventBook>,
    /// Reads what partners say of ours.
    pub news: Arc<dyn PartnerNews>,
    /// Finds enquiries that are mentioned.
    pub leads: Arc<dyn LeadBook>,
    /// Finds bookings that are mentioned.
    pub bookings: Arc<dyn BookingBook>,
    /// Tells quickly what was heard a moment ago.
    pub replays: Arc<dyn ReplayGuard>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes keys.
    pub chance: Arc<dyn Chance>,
}

/// A message that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// Who sent it.
    pub partner: PartnerName,
    /// What it is remembered by.
    pub id: MessageId,
    /// When it was signed, if the scheme says so.
    pub signed_at: Option<Timestamp>,
    /// Its kind, where that stands beside the body.
    pub kind: Option<&'a str>,
    /// What was sent, to the byte.
    pub body: &'a [u8],
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hearing {
    /// It is kept, and so is what it says of one of ours.
    Effective,
    /// It is kept; it says nothing that we know what to do with.
    Kept,
    /// It was heard before.
    Repeated,
}

/// Why a message was not heard.
#[derive(Debug, thiserror::Error)]
pub enum HearingError {
    /// It is no event.
    #[error(transparent)]
    NoEvent(#[from] NoEvent),
    /// The store did not take it: it is to be sent again.
    #[error(transparent)]
    Store(#[from] PortError),
}

impl Listener {
    /// Hears a message: it is kept together with what it says of one of ours, or neither is.
    ///
    /// Where the sender names the event itself (`event_id`, `eventId`), that is what it is remembered by: a sender that
    /// repeats itself signs anew.
    pub async fn hear(&self, mut message: Message<'_>) -> Result<Hearing, HearingError> {
        let now = self.clock.now();
        let event = match message.kind {
            Some(kind) => InboundEvent::read_as(kind, message.body)?,
            None => InboundEvent::read(message.body)?,
        };
        if let Some(id) = named(&event) {
            message.id = id;
        }
        if self.was_heard(&message, now).await? {
            return Ok(Hearing::Repeated);
        }
        let effect = self.effect(&message, &event, now).await?;
        let hearing = if effect.is_some() { Hearing::Effective } else { Hearing::Kept };
        let kept = Change::Hear(Box::new(self.line(&message, &event, now)?));
        let changes = Changes::new().with(kept).with_all(effect.map(Change::NoteStatus));
        match self.store.commit(changes).await? {
            Commit::Done => {
                info!(partner = %message.partner, ?hearing, "{} said something new", message.partner);
                Ok(hearing)
            }
            Commit::Refused(Refusal::AlreadyHeard) => Ok(Hearing::Repeated),
            Commit::Refused(refusal) => {
                let summary = format!("an event was refused: {refusal:?}");
                Err(PortError::new(ErrorKind::Conflict, "listener", "hear", summary).into())
            }
        }
    }

    /// What partners say of an enquiry or booking, by partner.
    pub async fn news_of(&self, subject: Uuid) -> Result<Vec<PartnerStatus>, PortError> {
        self.news.of(subject).await
    }

    /// Lists what was heard, newest first.
    pub async fn list(&self, filter: &EventFilter, limit: usize) -> Result<Vec<EventLine>, PortError> {
        self.events.list(filter, limit).await
    }

    /// Finds what a partner said.
    pub async fn find(&self, partner: &PartnerName, id: &MessageId) -> Result<Option<HeardEvent>, PortError> {
        self.events.find(partner, id).await
    }

    /// The guard is quick and may forget or be away; and what it remembers may not have been stored after all.
    async fn was_heard(&self, message: &Message<'_>, now: Timestamp) -> Result<bool, PortError> {
        let Message { partner, id, .. } = message;
        let first = self.replays.first_time(partner.as_str(), id.as_str(), REMEMBERED, now).await;
        let first = first.inspect_err(|error| warn!(%error, "nobody remembers what was heard a moment ago"));
        if first.unwrap_or(true) {
            return Ok(false);
        }
        Ok(self.events.find(partner, id).await?.is_some())
    }

    async fn effect(
        &self,
        message: &Message<'_>,
        event: &InboundEvent,
        now: Timestamp,
    ) -> Result<Option<PartnerStatus>, PortError> {
        let Some(told) = Told::by(event) else { return Ok(None) };
        let Some(subject) = self.subject(&told.of).await? else { return Ok(None) };
        let at = event.at.or(message.signed_at).unwrap_or(now);
        Ok(PartnerStatus::said(message.partner.clone(), subject, &told.status, at, now))
    }

    /// The id of what is meant, if we have it.
    async fn subject(&self, mention: &Mention) -> Result<Option<Uuid>, PortError> {
        Ok(match mention {
            Mention::Lead(name) => match name.parse() {
                Ok(id) => self.leads.find(id).await?,
                Err(_) => self.leads.find_by_reference(&Reference::from_text(name.clone())).await?,
            }
            .map(|lead| lead.id.uuid()),
            Mention::Booking(name) => match name.parse() {
                Ok(id) => self.bookings.find(id).await?,
                Err(_) => self.bookings.find_by_reference(&BookingReference::from_text(name.clone())).await?,
            }
            .map(|booking| booking.id.uuid()),
        })
    }

    fn line(&self, message: &Message<'_>, event: &InboundEvent, now: Timestamp) -> Result<HeardEvent, NoEvent> {
        let body = str::from_utf8(message.body).map_err(|_| NoEvent::NotJson)?.to_owned();
        let line = EventLine {
            key: Id::new(now, &*self.chance),
            partner: message.partner.clone(),
            id: message.id.clone(),
            kind: event.kind.clone(),
            at: event.at,
            heard_at: now,
        };
        Ok(HeardEvent { line, body })
    }
}

/// What the sender itself calls the event, beside what it is about.
fn named(event: &InboundEvent) -> Option<MessageId> {
    let name = ["event_id", "eventId"]
        .iter()
        .find_map(|name| event.body.get(*name)?.as_str())
        .filter(|name| !name.is_empty())?;
    Some(MessageId::parse(name).unwrap_or_else(|_| MessageId::digest(&[name.as_bytes()])))
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").finish_non_exhaustive()
    }
}
