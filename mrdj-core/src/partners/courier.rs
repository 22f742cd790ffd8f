//! Carries cards and bookings to the CRM, and reads back what it says of them.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tracing::warn;

use super::{
    BOOKING, BOOKING_STATES, BookingCard, BookingCrm, BookingPut, BookingWatch, CARD, CRM, Card, Crm, CrmNews,
};
use crate::bookings::{Booking, BookingBook, BookingEntry, Stage};
use crate::delivery::{Carried, Courier, Delivery, Found, QueueName, Recall, Schedule};
use crate::error::{ErrorKind, PortError};
use crate::id::Id;
use crate::leads::{Lead, LeadBook};

/// So long a booking waits whose setting is refused.
const REST: SignedDuration = SignedDuration::from_mins(5);
/// After so long the next look is owed, and an older one tells nothing more.
const LOOK: SignedDuration = SignedDuration::from_mins(15);
/// What was over so long ago is read back no more.
const LOOKS_BACK: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Carries the card of a lead: reads it and puts it into the CRM; and a booking likewise, where the CRM takes bookings.
pub struct CrmCourier {
    /// Keeps the cards.
    pub crm: Arc<dyn Crm>,
    /// Where leads are read.
    pub leads: Arc<dyn LeadBook>,
    /// The way of bookings; `None` where none go there.
    pub bookings: Option<BookingLane>,
}

/// The way of bookings to the CRM and back.
pub struct BookingLane {
    /// Keeps the bookings.
    pub crm: Arc<dyn BookingCrm>,
    /// Tells what it says of them; `None` where it cannot be asked.
    pub watch: Option<Arc<dyn BookingWatch>>,
    /// Hears what it said.
    pub news: Arc<dyn CrmNews>,
    /// Where bookings are read.
    pub book: Arc<dyn BookingBook>,
    /// What the CRM is told about where they come from.
    pub source: String,
}

#[async_trait]
impl Courier for CrmCourier {
    fn queue(&self) -> QueueName {
        CRM
    }

    fn recall(&self) -> Recall {
        // A CRM recognises our reference (`card_twice_is_one_card`, `booking_twice_is_one`): putting it again is how one asks.
        Recall::SendAgain
    }

    async fn carry(&self, delivery: &Delivery, now: Timestamp) -> Result<Carried, PortError> {
        match (delivery.kind.as_str(), &self.bookings) {
            (CARD, _) => self.put_card(delivery, now).await,
            (BOOKING, Some(lane)) => lane.put(delivery, now).await,
            (BOOKING_STATES, Some(lane)) => lane.look(delivery, now).await,
            (BOOKING | BOOKING_STATES, None) => Ok(skipped("no bookings go to this CRM")),
            (kind, _) => {
                let summary = format!("the CRM takes no {kind}");
                Err(PortError::new(ErrorKind::Rejected, "crm", "carry", summary))
            }
        }
    }

    async fn ask(&self, _: &Delivery, _: Timestamp) -> Result<Found, PortError> {
        Ok(Found::Missing)
    }
}

impl CrmCourier {
    async fn put_card(&self, delivery: &Delivery, now: Timestamp) -> Result<Carried, PortError> {
        let Some(lead) = self.leads.find(Id::from_uuid(delivery.subject)).await? else {
            return Ok(skipped("the enquiry is no longer there"));
        };
        let receipt = self.crm.put_card(&card(&lead), now).await?;
        Ok(Carried::Delivered { receipt: receipt.id })
    }
}

impl BookingLane {
    async fn put(&self, delivery: &Delivery, now: Timestamp) -> Result<Carried, PortError> {
        let Some(booking) = self.book.find(Id::from_uuid(delivery.subject)).await? else {
            return Ok(skipped("the booking is no longer there"));
        };
        if !self.was_agreed(&booking).await? {
            return Ok(skipped("it was never agreed, so the CRM was never told of it"));
        }
        match self.crm.put_booking(&BookingCard::of(&booking, &self.source), now).await {
            Ok(BookingPut::Kept(receipt)) => Ok(Carried::Delivered { receipt: receipt.id }),
            Ok(BookingPut::Left { reason }) => Ok(Carried::Skipped { reason }),
            // An account that bookings alone need would close the queue, and no enquiry's card is to wait for it.
            Err(error) if error.kind == ErrorKind::Misconfigured => {
                warn!(delivery.id = %delivery.id, error = %error, "booking {} waits for a setting: {error}", booking.id);
                Ok(Carried::PutOff { at: now.checked_add(REST).unwrap_or(Timestamp::MAX), reason: error.summary })
            }
            Err(error) => Err(error),
        }
    }

    async fn was_agreed(&self, booking: &Booking) -> Result<bool, PortError> {
        if !matches!(booking.stage, Stage::Cancelled { .. }) {
            return Ok(true);
        }
        let history = self.book.history(booking.id).await?;
        Ok(BookingEntry::tell_of_agreement(&history))
    }

    async fn look(&self, delivery: &Delivery, now: Timestamp) -> Result<Carried, PortError> {
        let Some(watch) = &self.watch else { return Ok(skipped("this CRM cannot be asked about bookings")) };
        if now.duration_since(Schedule::occurrence(delivery)) >= LOOK {
            return Ok(skipped("a later look is owed"));
        }
        let from = TimeZone::UTC.to_datetime(now.checked_sub(LOOKS_BACK).unwrap_or(now)).date();
        let states = match watch.booking_states(from, now).await {
            Ok(states) => states,
            Err(error) if matches!(error.kind, ErrorKind::Unavailable | ErrorKind::Throttled) => return Err(error),
            // The next look comes soon enough, and a dead letter for each would bury those that matter.
            Err(error) => {
                warn!(delivery.id = %delivery.id, error = %error, "bookings could not be read back: {error}");
                return Ok(Carried::Skipped { reason: error.summary });
            }
        };
        let mut news = Vec::with_capacity(states.len());
        for state in states {
            let ours = self.book.find(state.booking).await?;
            news.push(state.beside(ours.as_ref()));
        }
        self.news.heard(news, now).await?;
        Ok(Carried::Delivered { receipt: None })
    }
}

fn skipped(reason: &str) -> Carried {
    Carried::Skipped { reason: reason.to_owned() }
}

fn card(lead: &Lead) -> Card {
    let enquiry = &lead.enquiry;
    Card {
        reference: lead.reference.to_string(),
        source: lead.source.clone(),
        status: "new".to_owned(),
        name: enquiry.name.clone(),
        email: enquiry.email.clone(),
        phone: enquiry.phone.clone(),
        event_type: enquiry.event_type.as_ref().map_or_else(String::new, ToString::to_string),
        event_date: enquiry.event_date,
        package: enquiry.package.clone(),
        message: enquiry.message.clone(),
    }
}
