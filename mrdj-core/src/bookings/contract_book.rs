//! The proof of [`BookingBook`](super::BookingBook).

use std::sync::Arc;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::contract::{hours, keeps, zone};
use super::{
    Attachment, Booking, BookingEntry, BookingEvent, BookingFilter, BookingId, BookingReference, Event, EventTime,
    FileKind, Party, Span, Stage, Step, take,
};
use crate::contract::given::{person, seconds};
use crate::contract::{Case, House, Outcome};
use crate::experiments::Seen;
use crate::id::Id;
use crate::store::{Change, Changes};

/// Every promise about reading them back.
pub const CASES: &[Case<House>] = crate::cases![
    booking_comes_back,
    booking_is_found_by_reference,
    bookings_are_listed_newest_first,
    holds_that_ran_out_are_due,
    open_bookings_of_a_person_are_found,
    the_line_is_told_in_order,
    the_line_for_an_evening_is_told,
    files_come_back_to_the_byte,
    history_is_kept_in_order,
];

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
