//! Seeing bookings through.

use jiff::Timestamp;
use tracing::{info, warn};

use super::service::{ROUNDS, crossed};
use super::{
    Booking, BookingChange, BookingEntry, BookingError, BookingEvent, BookingFilter, BookingId, BookingReference,
    Bookings, Occupation, Party, Stage, Step, StepRefused, Why,
};
use crate::error::PortError;
use crate::store::{Changes, Commit, Refusal};

impl Bookings {
    /// Takes a step of a booking; what it gives up goes to who stands in line.
    ///
    /// Money that comes for an evening which is not kept any more is written down and is an error: a person decides.
    pub async fn step(&self, id: BookingId, step: &Step, by: Party) -> Result<Booking, BookingError> {
        let mut promotes = true;
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let before = self.book.find(id).await?.ok_or(BookingError::Unknown("booking"))?;
            let (after, late) = match before.step(step, now, &self.rules.zone) {
                Err(StepRefused::LatePayment) => (before.changed(now, |_| {}), true),
                stepped => (stepped?, false),
            };
            let mut changes = Changes::new().with_all(if late {
                let note = format!("the booking was {} when the deposit came", before.stage.word());
                self.became(BookingEvent::LatePayment, &after, by, &note, now)
            } else {
                self.became(event_of(step), &after, by, "", now)
            });
            let gives_up = before.stage != Stage::Waiting && after.occupations().is_empty();
            if promotes && gives_up {
                changes = changes.with_all(self.promotions(&before, &after, now).await?);
            }
            match self.store.commit(changes).await? {
                Commit::Done => {
                    self.bell.ring();
                    if late {
                        warn!(booking.id = %id, "a deposit came late for booking {id}: a person decides");
                        return Err(StepRefused::LatePayment.into());
                    }
                    info!(booking.id = %id, booking.stage = after.stage.word(), "booking {id} is {}", after.stage.word());
                    return Ok(after);
                }
                // What is given up is given up, whoever stands in line for it.
                Commit::Refused(Refusal::Taken) => promotes = false,
                Commit::Refused(_) => {}
            }
        }
        Err(crossed().into())
    }

    /// Asks whoever holds the evening that `waiting` wants to decide soon.
    pub async fn challenge(&self, waiting: BookingId) -> Result<Vec<Booking>, BookingError> {
        let now = self.clock.now();
        let behind = self.book.find(waiting).await?.ok_or(BookingError::Unknown("booking"))?;
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

    /// Changes a booking; a new time or place has to be free, and the old one goes to who stands in line for it. A client
    /// changes neither time nor package of what was agreed.
    pub async fn change(&self, id: BookingId, change: &BookingChange, by: Party) -> Result<Booking, BookingError> {
        let mut promotes = true;
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let before = self.book.find(id).await?.ok_or(BookingError::Unknown("booking"))?;
            if before.stage.is_final() {
                return Err(StepRefused::NotFromHere { from: before.stage.word(), step: "change" }.into());
            }
            let resources = self.resources().await?;
            let after = before.changed(now, |booking| change.apply(booking, &resources, &self.rules.zone));
            if after.event == before.event {
                return Ok(before);
            }
            if by == Party::Client && before.stage.is_agreed() && !after.event.is_as_agreed(&before.event) {
                return Err(StepRefused::Agreed.into());
            }
            let mut changes = Changes::new().with_all(self.became(BookingEvent::Changed, &after, by, "", now));
            let moves = before.takes != after.takes && before.stage != Stage::Waiting;
            if moves && promotes {
                changes = changes.with_all(self.promotions(&before, &after, now).await?);
            }
            match self.store.commit(changes).await? {
                Commit::Done => {
                    self.bell.ring();
                    return Ok(after);
                }
                Commit::Refused(Refusal::Taken) if moves && promotes => promotes = false,
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
