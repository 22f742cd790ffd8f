//! The line: who waits for an evening moves up when there is room.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tracing::{info, warn};

use super::service::{ROUNDS, crossed};
use super::{
    Agenda, Booking, BookingError, BookingEvent, BookingId, Bookings, EventTime, Free, Occupation, Party, Resource,
    ResourceId, ResourceKind, Span, Stage, Step, StepRefused, Why, clashes, free, take,
};
use crate::error::{ErrorKind, PortError};
use crate::leads::Standing;
use crate::store::{Change, Changes, Commit};

/// So many of those who wait, and of the holds that ran out, are looked at together.
const AT_ONCE: usize = 100;

/// Who asks so soon after another may be his rival.
const A_MOMENT: SignedDuration = SignedDuration::from_secs(2);

/// What an evening finds.
pub(super) struct Evening {
    /// Everything that can be booked.
    pub(super) resources: Vec<Resource>,
    /// Who is free, and why the others are not.
    pub(super) free: Free,
    /// What is taken around it.
    pub(super) taken: Vec<Occupation>,
    wanted: Span,
}

impl Evening {
    /// Who waits for it, the first in line first.
    pub(super) fn line(&self) -> Vec<BookingId> {
        let waits = |taken: &&Occupation| taken.why == Why::Waiting && taken.span.overlaps(self.wanted);
        let mut line: Vec<_> = self.taken.iter().filter(waits).map(owner).collect();
        line.sort();
        line.dedup();
        line
    }

    /// Whether somebody took some of it a moment ago, so that whoever asks at `now` may have rivals.
    pub(super) fn is_rushed(&self, now: Timestamp) -> bool {
        let holds = |taken: &&Occupation| matches!(taken.why, Why::Held { .. }) && taken.span.overlaps(self.wanted);
        // The clock of another process may be ahead.
        self.taken.iter().filter(holds).any(|taken| now.duration_since(owner(taken).made_at()).abs() < A_MOMENT)
    }

    /// Whether a hold within it ran out, and is still there.
    fn is_overdue(&self, now: Timestamp) -> bool {
        self.taken.iter().any(|taken| matches!(taken.why, Why::Held { until } if until <= now))
    }
}

fn owner(taken: &Occupation) -> BookingId {
    BookingId::from_uuid(taken.owner)
}

impl Bookings {
    /// Looks at the evening of an event; holds that ran out are let go before.
    pub(super) async fn evening(
        &self,
        time: &EventTime,
        place: Option<&str>,
        now: Timestamp,
    ) -> Result<Evening, BookingError> {
        let evening = self.seen(time, place).await?;
        if evening.is_overdue(now) && self.release_due(now).await? > 0 {
            return Ok(self.seen(time, place).await?);
        }
        Ok(evening)
    }

    pub(super) async fn seen(&self, time: &EventTime, place: Option<&str>) -> Result<Evening, PortError> {
        let zone = &self.rules.zone;
        let Agenda { resources, taken } = self.agenda(time.span(zone)).await?;
        let free = free(&resources, &taken, time, place, zone);
        Ok(Evening { resources, free, taken, wanted: time.span(zone) })
    }

    async fn agenda(&self, span: Span) -> Result<Agenda, PortError> {
        let agenda = self.calendar.agenda(span).await?;
        if !agenda.resources.is_empty() {
            return Ok(agenda);
        }
        self.resources().await?;
        self.calendar.agenda(span).await
    }

    /// Lets go of holds that ran out at `now`, and says how many there were.
    pub async fn release_due(&self, now: Timestamp) -> Result<usize, BookingError> {
        let mut released = 0;
        for booking in self.book.due(now, AT_ONCE).await? {
            let step = self.step(booking.id, &Step::Expire, Party::System).await;
            released += usize::from(passed(booking.id, step)?);
        }
        Ok(released)
    }

    /// Lets everybody in line move up who finds room at `now`, lets those go whose day has passed, and says how many
    /// moved.
    ///
    /// Whoever gives an evening up passes it on in the same commit; this is for evenings that became free otherwise.
    pub async fn seat_line(&self, now: Timestamp) -> Result<usize, BookingError> {
        let (mut moved, mut after) = (0, None);
        loop {
            let line = self.book.waiting(after, AT_ONCE).await?;
            let Some(last) = line.last() else { return Ok(moved) };
            after = Some(last.id);
            moved += self.seat(line.iter().map(|booking| booking.id).collect(), now).await?;
        }
    }

    /// The same for these of the line.
    pub(super) async fn seat(&self, line: Vec<BookingId>, now: Timestamp) -> Result<usize, BookingError> {
        let mut moved = 0;
        for id in line {
            let Some(booking) = self.book.find(id).await? else { continue };
            let step = if booking.span(&self.rules.zone).end <= now {
                self.step(id, &Step::Expire, Party::System).await
            } else if booking.is_believed() {
                self.promote(id, Party::System).await
            } else {
                continue;
            };
            moved += usize::from(passed(id, step)?);
        }
        Ok(moved)
    }

    /// Moves a booking up from the line, where there is room; a person may so let one through that looked like junk.
    pub async fn promote(&self, id: BookingId, by: Party) -> Result<Booking, BookingError> {
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let mut before = self.book.find(id).await?.ok_or(BookingError::Unknown("booking"))?;
            if by != Party::System && !before.is_believed() {
                before.standing = Standing::Released;
            }
            if before.stage != Stage::Waiting || !before.is_believed() {
                return Err(StepRefused::NotFromHere { from: before.stage.word(), step: "promote" }.into());
            }
            let evening = self.seen(&before.event.time, before.event.place.as_deref()).await?;
            let Some(after) = self.seated(&before, &evening.resources, &evening.taken, now) else {
                return Err(BookingError::NotFree(evening.free));
            };
            let changes = Changes::new().with_all(self.became(BookingEvent::Promoted, &after, by, "", now));
            if self.store.commit(changes).await? == Commit::Done {
                info!(booking.id = %id, "booking {id} moved up");
                self.bell.ring();
                return Ok(after);
            }
        }
        Err(crossed().into())
    }

    /// Who stands in line for what `before` took, and fits now that it is `after`: the first in line first.
    pub(super) async fn promotions(
        &self,
        before: &Booking,
        after: &Booking,
        now: Timestamp,
    ) -> Result<Vec<Change>, PortError> {
        let mut line = Vec::new();
        for gone in before.occupations() {
            line.extend(self.book.line_for(gone.span).await?);
        }
        line.sort_by_key(|booking| booking.id);
        line.dedup_by_key(|booking| booking.id);
        // What this decision changes is no longer as it is told.
        let mut decided = vec![after.clone()];
        for waiting in line.into_iter().filter(Booking::is_believed) {
            // Around what it wants, which may be longer than what was given up.
            let Agenda { resources, mut taken } = self.calendar.agenda(waiting.span(&self.rules.zone)).await?;
            taken.retain(|taken| decided.iter().all(|booking| booking.id != owner(taken)));
            taken.extend(decided.iter().flat_map(Booking::occupations));
            decided.extend(self.seated(&waiting, &resources, &taken, now));
        }
        let moved_up = |booking| self.became(BookingEvent::Promoted, booking, Party::System, "", now);
        Ok(decided[1..].iter().flat_map(moved_up).collect())
    }

    /// The same booking in the hold of whoever is free, if somebody is and everything else that it takes is there.
    fn seated(
        &self,
        waiting: &Booking,
        resources: &[Resource],
        taken: &[Occupation],
        now: Timestamp,
    ) -> Option<Booking> {
        let zone = &self.rules.zone;
        let until = self.until(self.rules.hold, now, waiting.span(zone));
        let mut booking = waiting.step(&Step::Promote { until }, now, zone).ok()?;
        let free = free(resources, taken, &booking.event.time, booking.event.place.as_deref(), zone);
        if !booking.retake(resources, &free, zone) {
            return None;
        }
        let fits = |wanted: &Occupation| {
            let resource = resources.iter().find(|resource| resource.id == wanted.resource);
            resource.is_some_and(|resource| clashes(resource, wanted, taken).is_empty())
        };
        booking.occupations().iter().all(fits).then_some(booking)
    }
}

impl Booking {
    /// Takes what it takes at the time of its event: whoever plays when he is free then, or else another who is; false when
    /// nobody is.
    pub(super) fn retake(&mut self, resources: &[Resource], free: &Free, zone: &TimeZone) -> bool {
        let resource = |id: &ResourceId| resources.iter().find(|resource| resource.id == *id);
        let mut takes = Vec::with_capacity(self.takes.len());
        for taken in &self.takes {
            let Some(mut it) = resource(&taken.resource) else { return false };
            if it.kind == ResourceKind::Performer && !free.has(&it.id) {
                let others =
                    |id: &&ResourceId| [&self.takes, &takes].into_iter().flatten().all(|take| take.resource != **id);
                let Some(another) = free.all().find(others).and_then(resource) else { return false };
                it = another;
            }
            takes.push(take(it, taken.units, &self.event.time, zone));
        }
        self.takes = takes;
        true
    }
}

/// Whether the step was taken; that another process or the client was faster is nobody's fault, and what cannot be now
/// holds up no other.
fn passed(id: BookingId, step: Result<Booking, BookingError>) -> Result<bool, BookingError> {
    match step {
        Ok(_) => Ok(true),
        Err(BookingError::Step(_) | BookingError::Unknown(_) | BookingError::NotFree(_)) => Ok(false),
        Err(BookingError::Store(error)) if error.kind == ErrorKind::Conflict => {
            warn!(booking.id = %id, error = %error, "booking {id} could not move on: {error}");
            Ok(false)
        }
        Err(error) => Err(error),
    }
}
