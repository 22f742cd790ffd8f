//! The proof of [`BookingBook`](super::BookingBook), of [`CalendarBook`](super::CalendarBook), and of what the
//! [`Store`](crate::store::Store) promises about bookings.

use std::sync::Arc;

use futures_util::future::join_all;
use jiff::civil::date;
use jiff::tz::{self, TimeZone};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{
    Agenda, Attachment, Block, Booking, BookingEntry, BookingEvent, BookingFilter, BookingId, BookingReference, Client,
    Event, EventHours, EventTime, FileKind, Occupation, Party, Resource, ResourceId, Span, Stage, Step, Why, take,
};
use crate::contacts::{PersonName, Phone};
use crate::contract::given::{address, person, seconds, seen};
use crate::contract::{Case, House, Outcome};
use crate::error::PortError;
use crate::experiments::Seen;
use crate::id::Id;
use crate::leads::{EventType, LeadId, Mark, Standing};
use crate::messages::Language;
use crate::store::{Change, Changes, Commit, Expect, Refusal};

/// Every promise about bookings.
pub const CASES: &[Case<House>] = crate::cases![
    nothing_is_booked_twice,
    one_decision_may_pass_an_evening_on,
    a_booking_moves_on_from_what_was_read,
    one_person_s_open_bookings_are_counted,
    booking_comes_back,
    booking_is_found_by_reference,
    bookings_are_listed_newest_first,
    holds_that_ran_out_are_due,
    open_bookings_of_a_person_are_found,
    the_line_is_told_in_order,
    the_line_for_an_evening_is_told,
    files_come_back_to_the_byte,
    history_is_kept_in_order,
    resources_come_back,
    what_is_taken_is_told,
    an_agenda_tells_what_is_near,
    blocks_come_and_go,
];

/// The clocks that cases go by.
fn zone() -> TimeZone {
    TimeZone::fixed(tz::offset(1))
}

fn named(name: &str) -> ResourceId {
    ResourceId::parse(name).expect("cases use real names")
}

fn hours(day: i8, from: i8, length: i64) -> EventTime {
    let start = date(2027, 6, day).at(from, 0, 0, 0);
    let end = start.checked_add(SignedDuration::from_hours(length)).expect("in range");
    EventTime::Hours(EventHours::new(start, end, zone()).expect("cases use real hours"))
}

impl House {
    /// A DJ called `dj`, and three sets of lights.
    async fn given_resources(&self) -> Result<(Resource, Resource), PortError> {
        let (dj, lights) = (Resource::performer(named("dj"), "DJ"), Resource::equipment(named("lights"), "Lights", 3));
        let changes = [dj.clone(), lights.clone()].map(Change::KeepResource);
        self.given(Changes::new().with_all(changes)).await?;
        Ok((dj, lights))
    }

    /// A booking of so many `units` of `resource`, held for a day; not yet committed.
    fn a_booking(&self, resource: &Resource, units: u16, time: EventTime) -> Booking {
        let id = Id::new(self.now(), &self.chance);
        let client = Client {
            name: PersonName::parse("Zoë van 't Hof").expect("a name"),
            email: address("zoe@example.com"),
            phone: Phone::known("+31612345678".to_owned()),
            language: Language::En,
        };
        let event = Event {
            kind: EventType::parse("bruiloft").expect("a kind"),
            place: Some("Zaal 't Hoekje, Breda".to_owned()),
            package: Some("gold".to_owned()),
            message: Some("Hoi!\n\"Dancing Queen\" 🎉 \\ ' % _".to_owned()),
            time,
        };
        let takes = vec![take(resource, units, &event.time, &zone())];
        Booking {
            id,
            reference: BookingReference::of(id, self.now(), &zone()),
            lead: Some(LeadId::new(self.now(), &self.chance)),
            contact: person("zoe@example.com"),
            client,
            event,
            takes,
            stage: Stage::Held { until: self.then(SignedDuration::from_hours(24)), challenged: false },
            standing: Standing::Released,
            marks: vec![Mark::Links],
            seen: seen(&self.chance),
            created_at: self.now(),
            changed_at: self.now(),
            version: 1,
        }
    }

    async fn given_booking(&self, resource: &Resource, units: u16, time: EventTime) -> Result<Booking, PortError> {
        let booking = self.a_booking(resource, units, time);
        self.given(keeps([&booking])).await?;
        Ok(booking)
    }

    async fn commits(&self, bookings: impl IntoIterator<Item = &Booking>) -> Result<Commit, PortError> {
        self.ports.store.commit(keeps(bookings)).await
    }

    async fn stepped(&self, booking: &Booking, step: Step) -> Result<Booking, PortError> {
        let after = booking.step(&step, self.now(), &zone()).expect("cases take real steps");
        self.given(keeps([&after])).await?;
        Ok(after)
    }

    async fn taken_on(&self, day: i8) -> Result<Vec<Occupation>, PortError> {
        let mut taken = self.ports.calendar.taken(hours(day, 0, 24).span(&zone())).await?;
        taken.sort_by_key(|occupation| occupation.owner);
        Ok(taken)
    }
}

fn keeps<'b>(bookings: impl IntoIterator<Item = &'b Booking>) -> Changes {
    Changes::new().with_all(bookings.into_iter().map(|booking| Change::KeepBooking(Box::new(booking.clone()))))
}

const TAKEN: Commit = Commit::Refused(Refusal::Taken);

async fn nothing_is_booked_twice(house: House) -> Outcome {
    let (dj, lights) = house.given_resources().await?;
    let wishes: Vec<_> = (0..30).map(|n| house.a_booking(&dj, 1, hours(19, 12 + n % 8, 6))).collect();
    let commits = join_all(wishes.iter().map(|wish| house.commits([wish]))).await;
    let commits = commits.into_iter().collect::<Result<Vec<_>, _>>()?;
    assert_eq!(commits.iter().filter(|commit| **commit == Commit::Done).count(), 1, "{commits:?}");
    assert!(commits.iter().all(|commit| [Commit::Done, TAKEN].contains(commit)));

    let sets: Vec<_> = (0..10).map(|_| house.a_booking(&lights, 1, hours(19, 20, 4))).collect();
    let commits = join_all(sets.iter().map(|set| house.commits([set]))).await;
    assert_eq!(commits.into_iter().filter(|commit| matches!(commit, Ok(Commit::Done))).count(), 3, "there are three");

    let block = Block::new(Id::new(house.now(), &house.chance), &dj, date(2027, 6, 21), &zone(), "holiday");
    house.given(Changes::new().with(Change::Block(block))).await?;
    let cannot = [
        house.a_booking(&dj, 1, EventTime::Day(date(2027, 6, 21))),
        house.a_booking(&lights, 4, hours(25, 20, 4)),
        house.a_booking(&Resource::performer(named("stranger"), "?"), 1, hours(25, 20, 4)),
        house.a_booking(&dj, 2, hours(25, 20, 4)),
    ];
    for booking in &cannot {
        assert_eq!(house.commits([booking]).await?, TAKEN, "{:?}", booking.takes);
        assert_eq!(house.ports.bookings.find(booking.id).await?, None);
    }
    // The night before ends when the blocked day begins, and what only waits is in nobody's way.
    let before = EventTime::Hours(
        EventHours::new(date(2027, 6, 20).at(21, 0, 0, 0), date(2027, 6, 21).at(5, 0, 0, 0), zone()).expect("hours"),
    );
    assert_eq!(house.commits([&house.a_booking(&dj, 1, before)]).await?, Commit::Done);
    let waiting = Booking { stage: Stage::Waiting, ..house.a_booking(&dj, 1, hours(19, 18, 6)) };
    assert_eq!(house.commits([&waiting]).await?, Commit::Done);
    Ok(())
}

async fn one_decision_may_pass_an_evening_on(house: House) -> Outcome {
    let (dj, _) = house.given_resources().await?;
    let first = house.given_booking(&dj, 1, hours(19, 20, 5)).await?;
    let second = house.a_booking(&dj, 1, hours(19, 18, 5));
    assert_eq!(house.commits([&second]).await?, TAKEN);
    let given_up = first.step(&Step::Cancel { by: Party::Client }, house.now(), &zone()).expect("it is held");
    // In whatever order they stand in the decision.
    assert_eq!(house.commits([&second, &given_up]).await?, Commit::Done);
    let third = house.a_booking(&dj, 1, hours(19, 20, 5));
    let given_up = second.step(&Step::Cancel { by: Party::Client }, house.now(), &zone()).expect("it is held");
    assert_eq!(house.commits([&given_up, &third]).await?, Commit::Done);
    let twice = [house.a_booking(&dj, 1, hours(22, 20, 4)), house.a_booking(&dj, 1, hours(22, 22, 4))];
    assert_eq!(house.commits(&twice).await?, TAKEN, "two of one decision cannot stand together either");
    assert_eq!(house.ports.bookings.find(twice[0].id).await?, None);
    Ok(())
}

async fn a_booking_moves_on_from_what_was_read(house: House) -> Outcome {
    let (dj, _) = house.given_resources().await?;
    let booking = house.given_booking(&dj, 1, hours(19, 20, 5)).await?;
    house.pass(seconds(1));
    let steps = [Step::Agree, Step::Cancel { by: Party::Business }];
    let both = steps.map(|step| booking.step(&step, house.now(), &zone()).expect("it is held"));
    let commits = join_all(both.iter().map(|after| house.commits([after]))).await;
    let commits = commits.into_iter().collect::<Result<Vec<_>, _>>()?;
    assert_eq!(commits.iter().filter(|commit| **commit == Commit::Done).count(), 1);
    assert!(commits.contains(&Commit::Refused(Refusal::VersionMoved)));

    let again = house.a_booking(&dj, 1, hours(25, 20, 5));
    let unheard_of = Booking { version: 2, ..again };
    assert_eq!(house.commits([&unheard_of]).await?, Commit::Refused(Refusal::VersionMoved));
    Ok(())
}

async fn one_person_s_open_bookings_are_counted(house: House) -> Outcome {
    let (dj, _) = house.given_resources().await?;
    let first = house.given_booking(&dj, 1, hours(1, 20, 5)).await?;
    let believes = |are: &[&Booking], booking: &Booking| {
        let are = are.iter().map(|booking| booking.id).collect();
        keeps([booking]).expect(Expect::OpenBookings { contact: booking.contact.clone(), are })
    };
    let wishes: Vec<_> = (2..=9).map(|day| house.a_booking(&dj, 1, hours(day, 20, 5))).collect();
    let commits = join_all(wishes.iter().map(|wish| house.ports.store.commit(believes(&[&first], wish)))).await;
    let commits = commits.into_iter().collect::<Result<Vec<_>, _>>()?;
    let done: Vec<_> = (0..8).filter(|n| commits[*n] == Commit::Done).collect();
    assert_eq!(done.len(), 1, "{commits:?}");
    assert_eq!(commits.iter().filter(|commit| **commit == OTHERS_OPEN).count(), 7);

    let second = &wishes[done[0]];
    let third = house.a_booking(&dj, 1, hours(11, 20, 5));
    assert_eq!(house.ports.store.commit(believes(&[second], &third)).await?, OTHERS_OPEN, "the first is open, too");
    house.stepped(&first, Step::Agree).await?;
    assert_eq!(
        house.ports.store.commit(believes(&[second], &third)).await?,
        Commit::Done,
        "what is agreed is not open"
    );
    let stranger = Booking { contact: person("jan@example.com"), ..house.a_booking(&dj, 1, hours(12, 20, 5)) };
    assert_eq!(house.ports.store.commit(believes(&[], &stranger)).await?, Commit::Done);
    Ok(())
}

const OTHERS_OPEN: Commit = Commit::Refused(Refusal::OthersOpen);

async fn booking_comes_back(house: House) -> Outcome {
    let (dj, lights) = house.given_resources().await?;
    let until = house.then(SignedDuration::from_micros(86_400_000_001));
    let stages = [
        Stage::Held { until, challenged: true },
        Stage::Offered { until, challenged: false },
        Stage::Agreed,
        Stage::Deposit,
        Stage::Done,
        Stage::Expired,
        Stage::Cancelled { by: Party::Client },
        Stage::Waiting,
    ];
    for (day, stage) in (1..).zip(stages) {
        let mut booking = Booking { stage, ..house.a_booking(&dj, 1, hours(day, 20, 5)) };
        booking.takes.push(take(&lights, 2, &booking.event.time, &zone()));
        house.given(keeps([&booking])).await?;
        assert_eq!(house.ports.bookings.find(booking.id).await?, Some(booking));
    }
    // The last day of the year is that day, whatever the zones of store and process.
    let day = EventTime::Day(date(2027, 12, 31));
    let sparse = house.a_booking(&dj, 1, day.clone());
    let event = Event { place: None, package: None, message: None, ..sparse.event.clone() };
    let sparse = Booking { lead: None, seen: Seen::default(), event, ..sparse };
    house.given(keeps([&sparse])).await?;
    assert_eq!(house.ports.bookings.find(sparse.id).await?, Some(sparse.clone()));
    let filter =
        BookingFilter { from: Some(date(2027, 12, 31)), to: Some(date(2028, 1, 1)), ..BookingFilter::default() };
    assert_eq!(house.ports.bookings.list(&filter, 10).await?, [sparse]);
    assert_eq!(house.ports.bookings.find(BookingId::from_uuid(Uuid::max())).await?, None);
    Ok(())
}

async fn booking_is_found_by_reference(house: House) -> Outcome {
    let (dj, _) = house.given_resources().await?;
    let booking = house.given_booking(&dj, 1, hours(19, 20, 5)).await?;
    house.given_booking(&dj, 1, hours(20, 20, 5)).await?;
    let found =
        async |text: &str| house.ports.bookings.find_by_reference(&BookingReference::from_text(text.to_owned())).await;
    let reference = booking.reference.as_str();
    assert_eq!(found(reference).await?, Some(booking.clone()));
    for other in ["", "%", &reference[..reference.len() - 1], &reference.to_uppercase()] {
        assert_eq!(found(other).await?, None, "{other:?}");
    }
    let same_name = Booking { reference: booking.reference, ..house.a_booking(&dj, 1, hours(25, 20, 5)) };
    assert!(house.commits([&same_name]).await.is_err(), "a reference is one booking's");
    Ok(())
}

async fn bookings_are_listed_newest_first(house: House) -> Outcome {
    let (dj, _) = house.given_resources().await?;
    let mut made = Vec::new();
    for day in 1..=6 {
        made.push(house.given_booking(&dj, 1, hours(day, 20, 5)).await?);
        house.pass(seconds(1));
    }
    made[2] = house.stepped(&made[2], Step::Agree).await?;
    let list = async |filter: BookingFilter, limit| house.ports.bookings.list(&filter, limit).await;
    let newest: Vec<_> = made.iter().rev().cloned().collect();
    assert_eq!(list(BookingFilter::default(), 10).await?, newest);
    assert_eq!(list(BookingFilter { stage: Some("agreed"), ..BookingFilter::default() }, 10).await?, [made[2].clone()]);
    let days = BookingFilter { from: Some(date(2027, 6, 2)), to: Some(date(2027, 6, 5)), ..BookingFilter::default() };
    assert_eq!(list(days, 10).await?, newest[2..5]);
    let mut pages = Vec::new();
    let mut filter = BookingFilter::default();
    loop {
        let page = list(filter.clone(), 4).await?;
        let Some(last) = page.last() else { break };
        filter.before = Some(last.id);
        pages.extend(page);
    }
    assert_eq!(pages, newest, "each once");
    Ok(())
}

async fn holds_that_ran_out_are_due(house: House) -> Outcome {
    let (dj, _) = house.given_resources().await?;
    let mut held = Vec::new();
    for day in 1..=5 {
        let hold = Stage::Held { until: house.then(seconds(100 - i64::from(day))), challenged: false };
        let booking = Booking { stage: hold, ..house.a_booking(&dj, 1, hours(day, 20, 5)) };
        house.given(keeps([&booking])).await?;
        held.push(booking);
    }
    house.stepped(&held[0], Step::Agree).await?;
    house.stepped(&held[1], Step::Cancel { by: Party::Client }).await?;
    assert_eq!(house.ports.bookings.due(house.now(), 10).await?, []);
    house.pass(seconds(96));
    assert_eq!(house.ports.bookings.due(house.now(), 10).await?, [held[4].clone(), held[3].clone()]);
    assert_eq!(house.ports.bookings.due(house.now(), 1).await?, [held[4].clone()]);
    house.stepped(&held[4], Step::Expire).await?;
    assert_eq!(house.ports.bookings.due(house.now(), 10).await?, [held[3].clone()]);
    Ok(())
}

async fn open_bookings_of_a_person_are_found(house: House) -> Outcome {
    let (dj, _) = house.given_resources().await?;
    let mut open = Vec::new();
    for day in 1..=5 {
        open.push(house.given_booking(&dj, 1, hours(day, 20, 5)).await?);
        house.pass(seconds(1));
    }
    let until = house.then(seconds(3_600));
    open[0] = house.stepped(&open[0], Step::Offer { until }).await?;
    house.stepped(&open[1], Step::Agree).await?;
    house.stepped(&open[2], Step::Cancel { by: Party::Client }).await?;
    let waiting = Booking { stage: Stage::Waiting, ..house.a_booking(&dj, 1, hours(1, 20, 5)) };
    let stranger = Booking { contact: person("jan@example.com"), ..house.a_booking(&dj, 1, hours(9, 20, 5)) };
    house.given(keeps([&waiting, &stranger])).await?;
    let expected = [open[0].clone(), open[3].clone(), open[4].clone(), waiting.clone()];
    assert_eq!(house.ports.bookings.open_of(&waiting.contact).await?, expected);
    assert_eq!(house.ports.bookings.open_of(&person("nobody@example.com")).await?, []);
    Ok(())
}

async fn the_line_is_told_in_order(house: House) -> Outcome {
    let (dj, _) = house.given_resources().await?;
    house.given_booking(&dj, 1, hours(19, 20, 5)).await?;
    let mut line = Vec::new();
    for _ in 0..5 {
        let waiting = Booking { stage: Stage::Waiting, ..house.a_booking(&dj, 1, hours(19, 20, 5)) };
        house.given(keeps([&waiting])).await?;
        line.push(waiting);
        house.pass(seconds(1));
    }
    house.stepped(&line.remove(2), Step::Cancel { by: Party::Client }).await?;
    assert_eq!(house.ports.bookings.waiting(None, 10).await?, line);
    assert_eq!(house.ports.bookings.waiting(None, 3).await?, line[..3]);
    assert_eq!(house.ports.bookings.waiting(Some(line[2].id), 3).await?, line[3..]);
    assert_eq!(house.ports.bookings.waiting(Some(line[3].id), 3).await?, []);
    Ok(())
}

async fn the_line_for_an_evening_is_told(house: House) -> Outcome {
    let (dj, lights) = house.given_resources().await?;
    house.given_booking(&dj, 1, hours(19, 20, 5)).await?;
    let mut line = Vec::new();
    for resource in [&dj, &lights, &dj] {
        let mut waiting = Booking { stage: Stage::Waiting, ..house.a_booking(resource, 1, hours(19, 20, 5)) };
        waiting.takes.push(take(&lights, 1, &waiting.event.time, &zone()));
        waiting.takes.dedup_by(|one, other| one.resource == other.resource);
        house.given(keeps([&waiting])).await?;
        line.push(waiting);
        house.pass(seconds(1));
    }
    let elsewhere = Booking { stage: Stage::Waiting, ..house.a_booking(&dj, 1, hours(21, 20, 5)) };
    house.given(keeps([&elsewhere])).await?;
    house.stepped(&line.remove(2), Step::Cancel { by: Party::Client }).await?;
    let bookings = &house.ports.bookings;
    assert_eq!(bookings.line_for(hours(19, 20, 5).span(&zone())).await?, line, "each once, whatever it waits for");
    let moment = SignedDuration::from_micros(1);
    let first = line[0].takes[0].span;
    assert_eq!(bookings.line_for(Span { start: first.start - moment, end: first.start + moment }).await?, line[..1]);
    assert_eq!(
        bookings.line_for(Span { start: Timestamp::MIN, end: first.start }).await?,
        [],
        "touching is not within"
    );
    Ok(())
}

async fn files_come_back_to_the_byte(house: House) -> Outcome {
    let (dj, _) = house.given_resources().await?;
    let booking = house.given_booking(&dj, 1, hours(19, 20, 5)).await?;
    let other = house.given_booking(&dj, 1, hours(20, 20, 5)).await?;
    let mut files = Vec::new();
    for (n, owner) in [&booking, &booking, &other].into_iter().enumerate() {
        let bytes: Vec<u8> = (0..70_000_usize).map(|at| (at * 31 + n).to_le_bytes()[0]).collect();
        let attachment = Attachment {
            id: Id::new(house.now(), &house.chance),
            booking: owner.id,
            name: format!("één ' {n}.pdf"),
            kind: FileKind::Pdf,
            bytes: 70_000,
            by: Party::Client,
            at: house.now(),
        };
        let added = Change::Attach { attachment: attachment.clone(), bytes: Arc::from(bytes.clone()) };
        house.given(Changes::new().with(added)).await?;
        files.push((attachment, bytes));
        house.pass(seconds(1));
    }
    let [first, second, strange] = <[_; 3]>::try_from(files).expect("three");
    let listed = house.ports.bookings.attachments(booking.id).await?;
    assert_eq!(listed, [first.0.clone(), second.0.clone()]);
    assert_eq!(house.ports.bookings.open_attachment(second.0.id).await?, Some(second.clone()));
    house.given(Changes::new().with(Change::Detach(second.0.id))).await?;
    assert_eq!(house.ports.bookings.attachments(booking.id).await?, [first.0]);
    assert_eq!(house.ports.bookings.open_attachment(second.0.id).await?, None);
    assert_eq!(house.ports.bookings.open_attachment(strange.0.id).await?, Some(strange));
    Ok(())
}

async fn history_is_kept_in_order(house: House) -> Outcome {
    let (dj, _) = house.given_resources().await?;
    let booking = house.given_booking(&dj, 1, hours(19, 20, 5)).await?;
    let other = house.given_booking(&dj, 1, hours(20, 20, 5)).await?;
    let mut lines = Vec::new();
    for (event, by) in [
        (BookingEvent::Created, Party::Client),
        (BookingEvent::Challenged, Party::Business),
        (BookingEvent::DepositPaid, Party::System),
        (BookingEvent::LatePayment, Party::System),
    ] {
        let entry = |booking: &Booking| BookingEntry {
            id: Id::new(house.now(), &house.chance),
            booking: booking.id,
            event,
            by,
            at: house.now(),
            note: "één ✓".to_owned(),
        };
        let line = entry(&booking);
        house
            .given(Changes::new().with(Change::NoteBooking(line.clone())).with(Change::NoteBooking(entry(&other))))
            .await?;
        lines.push(line);
        house.pass(seconds(1));
    }
    assert_eq!(house.ports.bookings.history(booking.id).await?, lines);
    assert_eq!(house.ports.bookings.history(other.id).await?.len(), 4);
    assert_eq!(house.ports.bookings.history(BookingId::from_uuid(Uuid::max())).await?, []);
    Ok(())
}

async fn resources_come_back(house: House) -> Outcome {
    let (dj, lights) = house.given_resources().await?;
    assert_eq!(house.ports.calendar.resources().await?, [dj.clone(), lights.clone()]);
    let retired = Resource { retired: true, name: "Zoë".to_owned(), ..dj };
    let another = Resource::performer(named("a-dj"), "A");
    let changes = [&another, &retired].map(|resource| Change::KeepResource(resource.clone()));
    house.given(Changes::new().with_all(changes)).await?;
    assert_eq!(house.ports.calendar.resources().await?, [another, retired.clone(), lights]);
    let late = house.a_booking(&retired, 1, hours(19, 20, 5));
    assert_eq!(house.commits([&late]).await?, TAKEN, "who has retired takes nothing new");
    Ok(())
}

async fn what_is_taken_is_told(house: House) -> Outcome {
    let (dj, lights) = house.given_resources().await?;
    let mut booking = house.a_booking(&dj, 1, hours(19, 20, 5));
    booking.takes.push(take(&lights, 2, &booking.event.time, &zone()));
    house.given(keeps([&booking])).await?;
    house.given_booking(&dj, 1, hours(25, 20, 5)).await?;
    let waiting = Booking { stage: Stage::Waiting, ..house.a_booking(&dj, 1, hours(19, 18, 5)) };
    house.given(keeps([&waiting])).await?;

    let sorted = |mut occupations: Vec<Occupation>| {
        occupations.sort_by(|one, other| (one.owner, &one.resource).cmp(&(other.owner, &other.resource)));
        occupations
    };
    let expected = sorted([booking.occupations(), waiting.occupations()].concat());
    assert_eq!(sorted(house.taken_on(19).await?), expected);
    let agreed = house.stepped(&booking, Step::Agree).await?;
    let told = house.taken_on(19).await?;
    assert!(told.iter().filter(|taken| taken.owner == agreed.id.uuid()).all(|taken| taken.why == Why::Booked));
    house.stepped(&agreed, Step::Cancel { by: Party::Client }).await?;
    assert_eq!(house.taken_on(19).await?, waiting.occupations(), "what was given up is free");

    let touching = Span { start: Timestamp::MIN, end: waiting.takes[0].span.start };
    assert_eq!(house.ports.calendar.taken(touching).await?, [], "what only touches is not within");
    let moment = SignedDuration::from_micros(1);
    let last = Span { start: waiting.takes[0].span.end - moment, end: waiting.takes[0].span.end };
    assert_eq!(house.ports.calendar.taken(last).await?, waiting.occupations());
    Ok(())
}

async fn an_agenda_tells_what_is_near(house: House) -> Outcome {
    assert_eq!(house.ports.calendar.agenda(hours(19, 0, 24).span(&zone())).await?, Agenda::default());
    let (dj, lights) = house.given_resources().await?;
    let booking = house.given_booking(&dj, 1, hours(19, 20, 5)).await?;
    house.given_booking(&lights, 2, hours(21, 20, 5)).await?;
    let takes = booking.takes[0].span;
    let (far, moment) = (dj.reach().max(lights.reach()), SignedDuration::from_micros(1));
    let before = Span { start: takes.start - far - far, end: takes.start - far };
    let after = Span { start: takes.end + far, end: takes.end + far + far };
    for (span, near) in [
        (takes, true),
        (before, false),
        (Span { end: before.end + moment, ..before }, true),
        (after, false),
        (Span { start: after.start - moment, ..after }, true),
    ] {
        let agenda = house.ports.calendar.agenda(span).await?;
        assert_eq!(agenda.taken, if near { booking.occupations() } else { Vec::new() }, "{span:?}");
        assert_eq!(agenda.resources, [dj.clone(), lights.clone()]);
    }
    let slow = Resource { travel: Resource::LONGEST_BUFFER, retired: true, ..dj };
    house.given(Changes::new().with(Change::KeepResource(slow))).await?;
    let agenda = house.ports.calendar.agenda(before).await?;
    assert_eq!(agenda.taken, booking.occupations(), "one that needs longer looks further");
    Ok(())
}

async fn blocks_come_and_go(house: House) -> Outcome {
    let (dj, lights) = house.given_resources().await?;
    house.given_booking(&dj, 1, hours(19, 20, 5)).await?;
    let block = |resource: &Resource, day| {
        Block::new(Id::new(house.now(), &house.chance), resource, date(2027, 6, day), &zone(), "één ✓")
    };
    // A day may be blocked on which something is booked: the owner falls ill when he falls ill.
    let blocks = [block(&dj, 19), block(&lights, 20), block(&dj, 22)];
    house.given(Changes::new().with_all(blocks.iter().cloned().map(Change::Block))).await?;
    let listed = house.ports.calendar.blocks(date(2027, 6, 19), date(2027, 6, 22)).await?;
    assert_eq!(listed, blocks[..2]);
    assert!(house.taken_on(19).await?.contains(&blocks[0].occupation()));
    let blocked = house.a_booking(&lights, 1, hours(20, 20, 2));
    assert_eq!(house.commits([&blocked]).await?, TAKEN);

    house.given(Changes::new().with(Change::Unblock(blocks[1].id))).await?;
    assert_eq!(house.commits([&blocked]).await?, Commit::Done);
    assert_eq!(house.ports.calendar.blocks(date(2027, 6, 20), date(2027, 6, 22)).await?, []);
    // What is no blocked day frees nothing.
    let before = house.taken_on(19).await?;
    let bookings = before.iter().filter(|taken| matches!(taken.why, Why::Held { .. })).map(|taken| taken.owner);
    let unblocked = bookings.map(|owner| Change::Unblock(Id::from_uuid(owner)));
    house.given(Changes::new().with_all(unblocked)).await?;
    assert_eq!(house.taken_on(19).await?, before);
    Ok(())
}
