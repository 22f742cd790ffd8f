//! Seeing bookings through.

use jiff::{SignedDuration, Timestamp};
use tracing::{info, warn};

use super::service::{ROUNDS, crossed};
use super::{
    Booking, BookingChange, BookingEntry, BookingError, BookingEvent, BookingFilter, BookingId, BookingReference,
    Bookings, Free, Occupation, Party, ResourceId, ResourceKind, Stage, Step, StepRefused, Why, free,
};
use crate::error::PortError;
use crate::store::{Changes, Commit, Refusal};

/// What a step makes of a booking.
struct Turn {
    after: Booking,
    event: BookingEvent,
    note: String,
}

impl Bookings {
    /// Takes a step of a booking; what it gives up goes to who stands in line. A client agrees to an offer, and to nothing
    /// less; a deposit in time is an agreement, too.
    ///
    /// Money that comes for an evening which is not kept any more is written down and is an error: a person decides.
    pub async fn step(&self, id: BookingId, step: &Step, by: Party) -> Result<Booking, BookingError> {
        let mut promotes = true;
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let before = self.book.find(id).await?.ok_or(BookingError::Unknown("booking"))?;
            let Turn { after, event, note } = self.turn(&before, step, by, now).await?;
            let mut changes = Changes::new().with_all(self.became(event, &after, by, &note, now));
            let gives_up = before.stage != Stage::Waiting && after.occupations().is_empty();
            if promotes && gives_up {
                changes = changes.with_all(self.promotions(&before, &after, now).await?);
            }
            match self.store.commit(changes).await? {
                Commit::Done => {
                    self.bell.ring();
                    if event == BookingEvent::LatePayment {
                        warn!(booking.id = %id, "a deposit came late for booking {id}: a person decides");
                        return Err(StepRefused::LatePayment.into());
                    }
                    info!(booking.id = %id, booking.stage = after.stage.word(), "booking {id} is {}", after.stage.word());
                    // Who paid and has agreed by that, has paid, too.
                    if event == BookingEvent::Agreed && *step == Step::PayDeposit {
                        continue;
                    }
                    return Ok(after);
                }
                // What is given up is given up, whoever stands in line for it.
                Commit::Refused(Refusal::Taken) => promotes = false,
                Commit::Refused(_) => {}
            }
        }
        Err(crossed().into())
    }

    /// What `step` makes of `before`: who pays in time has agreed, with everything that an agreement owes, and money that
    /// comes too late is written down once.
    async fn turn(&self, before: &Booking, step: &Step, by: Party, now: Timestamp) -> Result<Turn, BookingError> {
        if by == Party::Client && *step == Step::Agree && !matches!(before.stage, Stage::Offered { .. }) {
            return Err(StepRefused::NotFromHere { from: before.stage.word(), step: step.word() }.into());
        }
        let step = if *step == Step::PayDeposit && before.stage.is_running(now) { &Step::Agree } else { step };
        match before.step(step, now, &self.rules.zone) {
            Ok(after) => Ok(Turn { after, event: event_of(step), note: String::new() }),
            Err(StepRefused::LatePayment) => {
                let history = self.book.history(before.id).await?;
                if history.last().is_some_and(|line| line.event == BookingEvent::LatePayment) {
                    return Err(StepRefused::LatePayment.into());
                }
                let note = format!("the booking was {} when the deposit came", before.stage.word());
                Ok(Turn { after: before.changed(now, |_| {}), event: BookingEvent::LatePayment, note })
            }
            Err(refused) => Err(refused.into()),
        }
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
            let known = self.book.find(holder).await?;
            if known.is_none_or(|known| known.stage.is_challenged()) {
                continue;
            }
            match self.step(holder, &Step::Challenge { before }, Party::Business).await {
                Ok(booking) => challenged.push(booking),
                // The hold ended meanwhile.
                Err(BookingError::Step(_)) => {}
                Err(error) => return Err(error),
            }
        }
        if challenged.is_empty() { Err(StepRefused::NobodyToChallenge.into()) } else { Ok(challenged) }
    }

    async fn holders(&self, behind: &Booking) -> Result<Vec<BookingId>, PortError> {
        // The line is one for the evening, whichever performer it was joined for.
        let resources = self.resources().await?;
        let performs = |id: &ResourceId| resources.iter().any(|it| it.id == *id && it.kind == ResourceKind::Performer);
        let mut holders = Vec::new();
        for wanted in behind.takes.iter().filter(|take| performs(&take.resource)) {
            let taken = self.calendar.taken(wanted.span).await?;
            let held = |other: &&Occupation| performs(&other.resource) && matches!(other.why, Why::Held { .. });
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
            let (after, free) = self.changed(&before, change, by, now).await?;
            if after.event == before.event {
                return Ok(before);
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
                Commit::Refused(Refusal::Taken) => return Err(BookingError::NotFree(free)),
                Commit::Refused(_) => {}
            }
        }
        Err(crossed().into())
    }

    /// The booking as `change` makes it, and who is free then beside itself.
    ///
    /// Whoever plays moves along when he is free at the new time, and another takes his place when he is not. A hold ends
    /// no later than the new event, and terms that a client changes are no longer those of the offer.
    async fn changed(
        &self,
        before: &Booking,
        change: &BookingChange,
        by: Party,
        now: Timestamp,
    ) -> Result<(Booking, Free), BookingError> {
        let zone = &self.rules.zone;
        let event = change.of(&before.event);
        let moves = event.time != before.event.time;
        let is_client_s = by == Party::Client && !event.is_as_agreed(&before.event);
        if is_client_s && before.stage.is_agreed() {
            return Err(StepRefused::Agreed.into());
        }
        if moves && before.stage == Stage::Waiting {
            return Err(StepRefused::NotFromHere { from: before.stage.word(), step: "move" }.into());
        }
        if before.stage.until().is_some_and(|until| until <= now) {
            return Err(StepRefused::HoldOver.into());
        }
        let mut seen = self.seen(&event.time, event.place.as_deref()).await?;
        seen.taken.retain(|taken| taken.owner != before.id.uuid());
        let free = free(&seen.resources, &seen.taken, &event.time, event.place.as_deref(), zone);
        let mut after = before.changed(now, |booking| booking.event = event);
        if let Some(until) = before.stage.until() {
            let latest = self.until(SignedDuration::MAX, now, after.span(zone));
            let stage = if is_client_s { Stage::held(until) } else { before.stage.clone() };
            after.stage = stage.kept(until.min(latest), before.stage.is_challenged());
        }
        // Buffers that changed since are taken up with another time alone.
        if moves && !after.retake(&seen.resources, &free, zone) {
            return Err(BookingError::NotFree(free));
        }
        Ok((after, free))
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
