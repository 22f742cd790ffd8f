//! The proof of [`CalendarBook`](super::CalendarBook).

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

use super::contract::{TAKEN, hours, keeps, named, zone};
use super::{Agenda, Block, Booking, Occupation, Party, Resource, Span, Stage, Step, Why, take};
use crate::contract::{Case, House, Outcome};
use crate::id::Id;
use crate::store::{Change, Changes, Commit};

/// Every promise about the calendar.
pub const CASES: &[Case<House>] =
    crate::cases![resources_come_back, what_is_taken_is_told, an_agenda_tells_what_is_near, blocks_come_and_go,];

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
