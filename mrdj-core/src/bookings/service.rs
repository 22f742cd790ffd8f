//! Making bookings.

use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tracing::info;

use super::{
    Booking, BookingBook, BookingEntry, BookingError, BookingEvent, BookingFact, BookingForm, BookingId,
    BookingReference, CalendarBook, EventTime, Free, Package, Party, Resource, ResourceId, Span, Stage, Wish, take,
};
use crate::chance::Chance;
use crate::clock::Clock;
use crate::contacts::{Contact, PhoneNormalizer};
use crate::delivery::{Bell, Delivery, Owes};
use crate::error::{ErrorKind, PortError};
use crate::experiments::{Conversion, Seen};
use crate::id::Id;
use crate::idempotency::{IdempotencyBook, IdempotencyRecord, recalled};
use crate::leads::{EventType, HumanCheck, Judgement, JunkRule, Scales, Signs, Standing, Visit, judge};
use crate::store::{Change, Changes, Commit, Expect, Refusal, Store};

/// How evenings are kept.
#[derive(Clone, Debug)]
pub struct BookingRules {
    /// The business's civil time.
    pub zone: TimeZone,
    /// For so long an evening is kept for whoever asked first.
    pub hold: SignedDuration,
    /// So long an offer stands.
    pub offer: SignedDuration,
    /// So long whoever holds an evening may think once another wants it.
    pub challenge: SignedDuration,
    /// So many evenings one person may have kept or wait for at once, until one of them is agreed.
    pub most_open: usize,
    /// So many may stand in line for one evening.
    pub longest_line: usize,
    /// When a form counts as junk.
    pub junk: JunkRule,
    /// What can be bought.
    pub packages: Vec<Package>,
    /// Whom a business begins with that has named nobody yet.
    pub performers: Vec<Resource>,
}

impl BookingRules {
    /// Three days for a hold, seven for an offer, 24 hours for a challenge, three evenings a person, five in a line, the
    /// sample packages, and one DJ.
    pub fn new(zone: TimeZone) -> Self {
        let first = Resource::performer(ResourceId::from_stored("dj-1".to_owned()), "DJ");
        let days = |days: i64| SignedDuration::from_hours(24 * days);
        Self {
            zone,
            hold: days(3),
            offer: days(7),
            challenge: days(1),
            most_open: 3,
            longest_line: 5,
            junk: JunkRule::default(),
            packages: Package::samples(),
            performers: vec![first],
        }
    }
}

/// Proof that a booking is on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingReceipt {
    /// The booking's id.
    pub id: BookingId,
    /// What the client may quote.
    pub reference: BookingReference,
    /// What for.
    pub event_type: EventType,
    /// When the event is.
    pub time: EventTime,
    /// Which package was wished for.
    pub package: Option<String>,
    /// How far it has come: held, or waiting in line.
    pub stage: Stage,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Makes bookings and sees them through; every use case a visitor and an operator have with them.
#[derive(Clone)]
pub struct Bookings {
    /// Where bookings are committed.
    pub store: Arc<dyn Store>,
    /// Where they are read back.
    pub book: Arc<dyn BookingBook>,
    /// Where is read what is taken.
    pub calendar: Arc<dyn CalendarBook>,
    /// Where answers are read back.
    pub answers: Arc<dyn IdempotencyBook>,
    /// Knows the numbering plans.
    pub phones: Arc<dyn PhoneNormalizer>,
    /// Tells people from programs, where it is set up.
    pub human: Option<Arc<dyn HumanCheck>>,
    /// What a booking owes the world.
    pub owes: Vec<Arc<dyn Owes<BookingFact>>>,
    /// Wakes the workers.
    pub bell: Arc<dyn Bell>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Rolls the dice.
    pub chance: Arc<dyn Chance>,
    /// How evenings are kept.
    pub rules: BookingRules,
}

/// Others may be faster a few times; more is an attack or a fault.
pub(super) const ROUNDS: usize = 8;

impl Bookings {
    /// Books a wish: the evening is held where a DJ or set is free; where it is held for somebody else the wish may
    /// stand in line; else nothing is written, and the error says of each why.
    ///
    /// The same key and body get the same receipt; without a key, so does the same wish while it is open. A wish that
    /// looks like junk holds nothing: it stands in line until a person lets it through.
    pub async fn request(&self, form: &BookingForm, visit: Visit) -> Result<BookingReceipt, BookingError> {
        let now = self.clock.now();
        if let Some(receipt) = self.answered(&visit, now).await? {
            return Ok(receipt);
        }
        let scales = Scales { phones: &*self.phones, zone: &self.rules.zone, language: visit.language };
        let wish = Wish::parse(form, now, scales, |id| self.is_package(id))?;
        let judgement = self.judge(&wish, form, &visit, now).await;
        // Most who book have nothing open: it is read once that turns out to be false, or matters.
        let mut open = Vec::new();
        for _ in 0..ROUNDS {
            let decided = match wish.among(&open) {
                Some(known) => Ok((known.receipt(), Changes::new())),
                None => match self.place(&wish, &judgement, open.len(), now).await {
                    Ok(placed) => {
                        let booking = Booking { seen: visit.seen.clone(), ..placed };
                        Ok((booking.receipt(), self.make(&booking, now).expect(only(&booking, &open))))
                    }
                    Err(refused) => self.known(&wish, refused).await.map(|receipt| (receipt, Changes::new())),
                },
            };
            let (receipt, changes) = match decided {
                Ok(decided) => decided,
                // Its evening may be what another copy of this request was given meanwhile.
                Err(refused) => return self.answered(&visit, now).await?.ok_or(refused),
            };
            let answer = IdempotencyRecord::of(visit.key.as_ref(), &receipt, now);
            match self.store.commit(changes.with_all(answer.map(Change::Remember))).await? {
                Commit::Done => {
                    let id = receipt.id;
                    info!(booking.id = %id, booking.stage = receipt.stage.word(), "booking {id} is made");
                    self.bell.ring();
                    return Ok(receipt);
                }
                Commit::Refused(Refusal::KeyTaken) => {
                    if let Some(receipt) = self.answered(&visit, now).await? {
                        return Ok(receipt);
                    }
                }
                Commit::Refused(Refusal::OthersOpen) => open = self.book.open_of(&wish.contact).await?,
                Commit::Refused(_) => {}
            }
        }
        Err(crossed().into())
    }

    /// The receipt of the same wish, if that is what has the evening which was `refused`.
    async fn known(&self, wish: &Wish, refused: BookingError) -> Result<BookingReceipt, BookingError> {
        if !matches!(refused, BookingError::NotFree(_)) {
            return Err(refused);
        }
        let open = self.book.open_of(&wish.contact).await?;
        let enough = (open.len() >= self.rules.most_open).then_some(BookingError::Enough(open.len()));
        wish.among(&open).map(Booking::receipt).ok_or(enough.unwrap_or(refused))
    }

    /// Whether something can be bought under that name.
    pub fn is_package(&self, id: &str) -> bool {
        self.rules.packages.iter().any(|package| package.id == id)
    }

    /// Who is free for an event at that time and place, and why the others are not.
    pub async fn look(&self, time: &EventTime, place: Option<&str>) -> Result<Free, BookingError> {
        Ok(self.evening(time, place, self.clock.now()).await?.free)
    }

    /// Everything that can be booked; a business that has named nothing yet begins with what the rules say.
    pub async fn resources(&self) -> Result<Vec<Resource>, PortError> {
        let resources = self.calendar.resources().await?;
        if !resources.is_empty() {
            return Ok(resources);
        }
        let first = self.rules.performers.iter().cloned().map(Change::KeepResource);
        self.store.commit(Changes::new().with_all(first)).await?;
        self.calendar.resources().await
    }

    async fn judge(&self, wish: &Wish, form: &BookingForm, visit: &Visit, now: Timestamp) -> Judgement {
        let honeypot = form.website.filled().is_some();
        let signs = Signs { honeypot, token: form.human_token(), address: visit.address };
        let today = now.to_zoned(self.rules.zone.clone()).date();
        judge(&wish.enquiry(), signs, self.human.as_deref(), self.rules.junk, today, now).await
    }

    /// Decides where a wish goes, by what is free now, of somebody who has so many `open` bookings.
    async fn place(
        &self,
        wish: &Wish,
        judgement: &Judgement,
        open: usize,
        now: Timestamp,
    ) -> Result<Booking, BookingError> {
        if open >= self.rules.most_open {
            return Err(BookingError::Enough(open));
        }
        let (time, place) = (&wish.event.time, wish.event.place.as_deref());
        let mut evening = self.evening(time, place, now).await?;
        // Who waits comes first.
        if evening.free.first().is_some() && self.seat(evening.line(), now).await? > 0 {
            evening = self.evening(time, place, now).await?;
        }
        let believed = judgement.standing != Standing::Suspicious;
        // What is not believed stands in nobody's line, and finds none too long.
        let waits = !believed || (wish.wait_behind && evening.line().len() < self.rules.longest_line);
        // The first who is free; rivals, who would all meet there, part ways.
        let dice = if evening.is_rushed(now) { self.chance.dice() } else { 0.0 };
        let spot = match (evening.free.one(dice), evening.free.soonest_held()) {
            (Some(id), _) if believed => {
                Some((id, Stage::held(self.until(self.rules.hold, now, time.span(&self.rules.zone)))))
            }
            (Some(id), _) | (None, Some(id)) if waits => Some((id, Stage::Waiting)),
            _ => None,
        };
        let Some((id, stage)) = spot.map(|(id, stage)| (id.clone(), stage)) else {
            return Err(BookingError::NotFree(evening.free));
        };
        Ok(self.booking(wish, judgement, &evening.resources, &id, stage, now))
    }

    fn booking(
        &self,
        wish: &Wish,
        judgement: &Judgement,
        resources: &[Resource],
        on: &ResourceId,
        stage: Stage,
        now: Timestamp,
    ) -> Booking {
        let chosen = resources.iter().filter(|resource| resource.id == *on);
        let id = Id::new(now, &*self.chance);
        Booking {
            id,
            reference: BookingReference::of(id, now, &self.rules.zone),
            lead: None,
            contact: wish.contact.clone(),
            client: wish.client.clone(),
            event: wish.event.clone(),
            takes: chosen.map(|resource| take(resource, 1, &wish.event.time, &self.rules.zone)).collect(),
            stage,
            standing: judgement.standing,
            marks: judgement.marks.clone(),
            seen: Seen::default(),
            created_at: now,
            changed_at: now,
            version: 1,
        }
    }

    /// Until when an evening is kept that is kept for `length` from `now`: no longer than until the event begins, or,
    /// once it has begun, ends.
    pub fn until(&self, length: SignedDuration, now: Timestamp, event: Span) -> Timestamp {
        let until = now.checked_add(length).unwrap_or(Timestamp::MAX);
        if event.start > now { until.min(event.start) } else { until.min(event.end) }
    }

    fn make(&self, booking: &Booking, now: Timestamp) -> Changes {
        let client = &booking.client;
        let contact = Contact {
            id: Id::new(now, &*self.chance),
            key: booking.contact.clone(),
            name: client.name.clone(),
            email: Some(client.email.clone()),
            phone: Some(client.phone.clone()),
            first_seen_at: now,
            last_seen_at: now,
        };
        let made = self.became(BookingEvent::Created, booking, Party::Client, "", now);
        Changes::new().with(Change::MeetContact(contact)).with_all(made)
    }

    /// The facts of one step: the booking as it is now, the line it leaves, and what it owes.
    pub(super) fn became(
        &self,
        event: BookingEvent,
        booking: &Booking,
        by: Party,
        note: &str,
        now: Timestamp,
    ) -> Vec<Change> {
        let entry = self.entry(event, booking.id, by, note, now);
        let fact = BookingFact { event, by, booking: booking.clone() };
        // What is not believed is told to nobody.
        let owes = self.owes.iter().filter(|_| booking.is_believed());
        let owed = owes.flat_map(|owes| owes.owes(&fact));
        let owed = owed.map(|owed| Change::Deliver(Delivery::new(owed, booking.id.uuid(), now, &*self.chance)));
        let kept = [Change::KeepBooking(Box::new(booking.clone())), Change::NoteBooking(entry)];
        let agreed = (event == BookingEvent::Agreed).then(|| self.converted(booking, now)).flatten();
        kept.into_iter().chain(owed).chain(agreed).collect()
    }

    /// What an agreed booking counts for experiments.
    fn converted(&self, booking: &Booking, now: Timestamp) -> Option<Change> {
        let conversion = Conversion::of_booking(booking, &self.rules.packages, now, &self.rules.zone);
        conversion.map(|conversion| Change::Convert(Box::new(conversion)))
    }

    pub(super) fn entry(
        &self,
        event: BookingEvent,
        booking: BookingId,
        by: Party,
        note: &str,
        at: Timestamp,
    ) -> BookingEntry {
        BookingEntry { id: Id::new(at, &*self.chance), booking, event, by, at, note: note.to_owned() }
    }

    async fn answered(&self, visit: &Visit, now: Timestamp) -> Result<Option<BookingReceipt>, BookingError> {
        Ok(recalled(&*self.answers, visit.key.as_ref(), now).await?)
    }
}

/// The belief that nothing of that person is open beside these.
fn only(booking: &Booking, open: &[Booking]) -> Expect {
    Expect::OpenBookings { contact: booking.contact.clone(), are: open.iter().map(|booking| booking.id).collect() }
}

impl Booking {
    /// The receipt of this booking.
    pub fn receipt(&self) -> BookingReceipt {
        BookingReceipt {
            id: self.id,
            reference: self.reference.clone(),
            event_type: self.event.kind.clone(),
            time: self.event.time.clone(),
            package: self.event.package.clone(),
            stage: self.stage.clone(),
            created_at: self.created_at,
        }
    }
}

/// Every round met somebody who was faster.
pub(super) fn crossed() -> PortError {
    PortError::new(ErrorKind::Conflict, "bookings", "book", "too many decisions about one evening at once")
}
