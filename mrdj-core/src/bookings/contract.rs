//! The proof of what the [`Store`](crate::store::Store) promises about bookings, and what all proofs of bookings begin with.

use futures_util::future::join_all;
use jiff::SignedDuration;
use jiff::civil::date;
use jiff::tz::{self, TimeZone};

use super::{
    Block, Booking, BookingReference, Client, Event, EventHours, EventTime, Occupation, Party, Resource, ResourceId,
    Stage, Step, take,
};
use crate::contacts::{PersonName, Phone};
use crate::contract::given::{address, person, seconds, seen};
use crate::contract::{Case, House, Outcome};
use crate::error::PortError;
use crate::id::Id;
use crate::leads::{EventType, LeadId, Mark, Standing};
use crate::messages::Language;
use crate::store::{Change, Changes, Commit, Expect, Refusal};

/// Every promise about keeping them.
pub const CASES: &[Case<House>] = crate::cases![
    nothing_is_booked_twice,
    one_decision_may_pass_an_evening_on,
    a_booking_moves_on_from_what_was_read,
    one_person_s_open_bookings_are_counted,
];

/// The clocks that cases go by.
pub(super) fn zone() -> TimeZone {
    TimeZone::fixed(tz::offset(1))
}

pub(super) fn named(name: &str) -> ResourceId {
    ResourceId::parse(name).expect("cases use real names")
}

pub(super) fn hours(day: i8, from: i8, length: i64) -> EventTime {
    let start = date(2027, 6, day).at(from, 0, 0, 0);
    let end = start.checked_add(SignedDuration::from_hours(length)).expect("in range");
    EventTime::Hours(EventHours::new(start, end, zone()).expect("cases use real hours"))
}

impl House {
    /// A DJ called `dj`, and three sets of lights.
    pub(super) async fn given_resources(&self) -> Result<(Resource, Resource), PortError> {
        let (dj, lights) = (Resource::performer(named("dj"), "DJ"), Resource::equipment(named("lights"), "Lights", 3));
        let changes = [dj.clone(), lights.clone()].map(Change::KeepResource);
        self.given(Changes::new().with_all(changes)).await?;
        Ok((dj, lights))
    }

    /// A booking of so many `units` of `resource`, held for a day; not yet committed.
    pub(super) fn a_booking(&self, resource: &Resource, units: u16, time: EventTime) -> Booking {
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

    pub(super) async fn given_booking(
        &self,
        resource: &Resource,
        units: u16,
        time: EventTime,
    ) -> Result<Booking, PortError> {
        let booking = self.a_booking(resource, units, time);
        self.given(keeps([&booking])).await?;
        Ok(booking)
    }

    pub(super) async fn commits(&self, bookings: impl IntoIterator<Item = &Booking>) -> Result<Commit, PortError> {
        self.ports.store.commit(keeps(bookings)).await
    }

    pub(super) async fn stepped(&self, booking: &Booking, step: Step) -> Result<Booking, PortError> {
        let after = booking.step(&step, self.now(), &zone()).expect("cases take real steps");
        self.given(keeps([&after])).await?;
        Ok(after)
    }

    pub(super) async fn taken_on(&self, day: i8) -> Result<Vec<Occupation>, PortError> {
        let mut taken = self.ports.calendar.taken(hours(day, 0, 24).span(&zone())).await?;
        taken.sort_by_key(|occupation| occupation.owner);
        Ok(taken)
    }
}

pub(super) fn keeps<'b>(bookings: impl IntoIterator<Item = &'b Booking>) -> Changes {
    Changes::new().with_all(bookings.into_iter().map(|booking| Change::KeepBooking(Box::new(booking.clone()))))
}

pub(super) const TAKEN: Commit = Commit::Refused(Refusal::Taken);

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
