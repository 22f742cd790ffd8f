//! Seeing bookings through.

use jiff::Timestamp;
use jiff::civil::Date;
use tracing::{info, warn};

use super::service::{ROUNDS, crossed};
use super::{
    Block, BlockId, Booking, BookingEntry, BookingError, BookingEvent, BookingFilter, BookingId, BookingReference,
    Bookings, EventTime, InvalidResource, Occupation, Party, Resource, Stage, Step, StepRefused, Why, clashes, take,
};
use crate::error::{ErrorKind, PortError};
use crate::id::Id;
use crate::store::{Change, Changes, Commit, Refusal};

/// So many holds that ran out are seen to in one turn.
const DUE_AT_ONCE: usize = 100;

/// What a client or an operator changes of a booking; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookingChange {
    /// Another time.
    pub time: Option<EventTime>,
    /// Another place, or none any more.
    pub place: Option<Option<String>>,
    /// Another package, or none any more.
    pub package: Option<Option<String>>,
    /// Another message, or none any more.
    pub message: Option<Option<String>>,
}

impl Bookings {
    /// Takes a step of a booking; what it gives up goes to who stands in line.
    ///
    /// Money that comes for an evening which is not kept any more is written down and is an error: a person decides.
    pub async fn step(&self, id: BookingId, step: &Step, by: Party) -> Result<Booking, BookingError> {
        let mut promotes = true;
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let before = self.book.find(id).await?.ok_or(BookingError::Unknown)?;
            let after = match before.step(step, now, &self.rules.zone) {
                Err(StepRefused::LatePayment) => return Err(self.late_payment(&before, by, now).await?.into()),
                stepped => stepped?,
            };
            let mut changes = Changes::new().with_all(self.became(event_of(step), &after, by, "", now));
            if promotes && after.occupations().is_empty() {
                changes = changes.with_all(self.promotions(&before, now).await?);
            }
            match self.store.commit(changes).await? {
                Commit::Done => {
                    info!(booking.id = %id, booking.stage = after.stage.word(), "booking {id} is {}", after.stage.word());
                    self.bell.ring();
                    return Ok(after);
                }
                // What is given up is given up, whoever stands in line for it.
                Commit::Refused(Refusal::Taken) => promotes = false,
                Commit::Refused(_) => {}
            }
        }
        Err(crossed().into())
    }

    async fn late_payment(&self, booking: &Booking, by: Party, now: Timestamp) -> Result<StepRefused, PortError> {
        let note = format!("the booking was {} when the deposit came", booking.stage.word());
        let changed = booking.changed(now, |_| {});
        let changes = Changes::new().with_all(self.became(BookingEvent::LatePayment, &changed, by, &note, now));
        warn!(booking.id = %booking.id, "a deposit came late for booking {}: a person decides", booking.id);
        self.store.commit(changes).await?;
        self.bell.ring();
        Ok(StepRefused::LatePayment)
    }

    /// Asks whoever holds the evening that `waiting` wants to decide soon.
    pub async fn challenge(&self, waiting: BookingId) -> Result<Vec<Booking>, BookingError> {
        let now = self.clock.now();
        let behind = self.book.find(waiting).await?.ok_or(BookingError::Unknown)?;
        if behind.stage != Stage::Waiting {
            return Err(StepRefused::NotFromHere { from: behind.stage.word(), step: "challenge" }.into());
        }
        let before = now.checked_add(self.rules.challenge).unwrap_or(Timestamp::MAX);
        let mut challenged = Vec::new();
        for holder in self.holders(&behind).await? {
            challenged.push(self.step(holder, &Step::Challenge { before }, Party::Business).await?);
        }
        Ok(challenged)
    }

    async fn holders(&self, behind: &Booking) -> Result<Vec<BookingId>, PortError> {
        let mut holders = Vec::new();
        for wanted in behind.occupations() {
            let taken = self.calendar.taken(wanted.span).await?;
            let held = |other: &&Occupation| other.resource == wanted.resource && matches!(other.why, Why::Held { .. });
            holders.extend(taken.iter().filter(held).map(|other| BookingId::from_uuid(other.owner)));
        }
        holders.sort();
        holders.dedup();
        Ok(holders)
    }

    /// Who stands in line for what `given_up` took, and fits once it is gone: the first in line first.
    async fn promotions(&self, given_up: &Booking, now: Timestamp) -> Result<Vec<Change>, PortError> {
        let resources = self.resources().await?;
        let mut promoted: Vec<Booking> = Vec::new();
        for gone in given_up.occupations() {
            let mut line = self.calendar.taken(gone.span).await?;
            line.retain(|waiting| waiting.resource == gone.resource && waiting.why == Why::Waiting);
            line.sort_by_key(|waiting| waiting.owner);
            for waiting in line {
                let Some(resource) = resources.iter().find(|resource| resource.id == waiting.resource) else {
                    continue;
                };
                let far = Resource::LONGEST_BUFFER * 2;
                // Around what it wants, which may be longer than what was given up.
                let mut taken = self.calendar.taken(waiting.span.widened(far, far)).await?;
                taken.retain(|other| other.owner != gone.owner);
                taken.extend(promoted.iter().flat_map(Booking::occupations));
                if !clashes(resource, &waiting, &taken).is_empty() {
                    continue;
                }
                let Some(booking) = self.book.find(BookingId::from_uuid(waiting.owner)).await? else { continue };
                let until = self.until(self.rules.hold, now, booking.span(&self.rules.zone));
                promoted.extend(booking.step(&Step::Promote { until }, now, &self.rules.zone));
            }
        }
        let moved_up = |booking| self.became(BookingEvent::Promoted, booking, Party::System, "", now);
        Ok(promoted.iter().flat_map(moved_up).collect())
    }

    /// Lets go of holds that ran out at `now`, and says how many there were.
    pub async fn release_due(&self, now: Timestamp) -> Result<usize, PortError> {
        let due = self.book.due(now, DUE_AT_ONCE).await?;
        let mut released = 0;
        for booking in due {
            match self.step(booking.id, &Step::Expire, Party::System).await {
                Ok(_) => released += 1,
                // Another process, or the client, was faster; what cannot end now holds up no other.
                Err(BookingError::Step(_) | BookingError::Unknown) => {}
                Err(BookingError::Store(error)) if error.kind == ErrorKind::Conflict => {
                    warn!(booking.id = %booking.id, error = %error, "hold {} could not end: {error}", booking.id);
                }
                Err(BookingError::Store(error)) => return Err(error),
                Err(error) => {
                    return Err(PortError::new(ErrorKind::Failed, "bookings", "let go", error.to_string()));
                }
            }
        }
        Ok(released)
    }

    /// Changes a booking; a new time or place has to be free.
    pub async fn change(&self, id: BookingId, change: &BookingChange, by: Party) -> Result<Booking, BookingError> {
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let before = self.book.find(id).await?.ok_or(BookingError::Unknown)?;
            if before.stage.is_final() {
                return Err(StepRefused::NotFromHere { from: before.stage.word(), step: "change" }.into());
            }
            let resources = self.resources().await?;
            let after = before.changed(now, |booking| change.apply(booking, &resources, &self.rules.zone));
            let changes = Changes::new().with_all(self.became(BookingEvent::Changed, &after, by, "", now));
            match self.store.commit(changes).await? {
                Commit::Done => {
                    self.bell.ring();
                    return Ok(after);
                }
                Commit::Refused(Refusal::Taken) => {
                    let free = self.look(&after.event.time, after.event.place.as_deref()).await?;
                    return Err(BookingError::NotFree(free));
                }
                Commit::Refused(_) => {}
            }
        }
        Err(crossed().into())
    }

    /// Finds a booking by its id or by what a person may quote.
    pub async fn find(&self, text: &str) -> Result<Option<Booking>, PortError> {
        match text.parse() {
            Ok(id) => self.book.find(id).await,
            Err(_) => self.book.find_by_reference(&BookingReference::from_text(text.to_owned())).await,
        }
    }

    /// A page of bookings, newest first.
    pub async fn list(&self, filter: &BookingFilter, limit: usize) -> Result<Vec<Booking>, PortError> {
        self.book.list(filter, limit).await
    }

    /// The history of a booking, oldest first.
    pub async fn history(&self, id: BookingId) -> Result<Vec<BookingEntry>, PortError> {
        self.book.history(id).await
    }

    /// Keeps a resource as it is now; its errors name each bound that is crossed.
    pub async fn keep_resource(&self, resource: &Resource) -> Result<Result<(), Vec<InvalidResource>>, PortError> {
        if let Err(broken) = resource.check() {
            return Ok(Err(broken));
        }
        self.store.commit(Changes::new().with(Change::KeepResource(resource.clone()))).await?;
        Ok(Ok(()))
    }

    /// Blocks a day for a resource, whatever is booked on it; `None` when there is no such resource.
    pub async fn block(&self, resource: &str, day: Date, reason: &str) -> Result<Option<Block>, PortError> {
        let resources = self.resources().await?;
        let Some(resource) = resources.iter().find(|one| one.id.as_str() == resource) else { return Ok(None) };
        let id = Id::new(self.clock.now(), &*self.chance);
        let block = Block::new(id, resource, day, &self.rules.zone, reason);
        self.store.commit(Changes::new().with(Change::Block(block.clone()))).await?;
        Ok(Some(block))
    }

    /// Blocks a day no more.
    pub async fn unblock(&self, id: BlockId) -> Result<(), PortError> {
        self.store.commit(Changes::new().with(Change::Unblock(id))).await.map(drop)
    }
}

impl BookingChange {
    fn apply(&self, booking: &mut Booking, resources: &[Resource], zone: &jiff::tz::TimeZone) {
        let event = &mut booking.event;
        event.time = self.time.clone().unwrap_or_else(|| event.time.clone());
        event.place = self.place.clone().unwrap_or_else(|| event.place.take());
        event.package = self.package.clone().unwrap_or_else(|| event.package.take());
        event.message = self.message.clone().unwrap_or_else(|| event.message.take());
        let time = event.time.clone();
        for taken in &mut booking.takes {
            if let Some(resource) = resources.iter().find(|resource| resource.id == taken.resource) {
                *taken = take(resource, taken.units, &time, zone);
            }
        }
    }
}

const fn event_of(step: &Step) -> BookingEvent {
    match step {
        Step::Promote { .. } => BookingEvent::Promoted,
        Step::Prolong { .. } => BookingEvent::Prolonged,
        Step::Challenge { .. } => BookingEvent::Challenged,
        Step::Offer { .. } => BookingEvent::Offered,
        Step::Agree => BookingEvent::Agreed,
        Step::PayDeposit => BookingEvent::DepositPaid,
        Step::Finish => BookingEvent::Finished,
        Step::Expire => BookingEvent::Expired,
        Step::Cancel { .. } => BookingEvent::Cancelled,
    }
}
