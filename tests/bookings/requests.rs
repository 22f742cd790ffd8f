//! A wish comes in.

use futures_util::future::join_all;
use jiff::civil::date;
use libtest_mimic::Trial;
use mrdj_adapters::sqlite::{Config, Sqlite};
use mrdj_core::bookings::{
    BookingBook, BookingError, BookingFilter, BookingForm, Clash, EventTime, Party, ResourceId, Stage, Step,
};
use mrdj_core::delivery::{DeliveryDesk, Filter};
use mrdj_core::idempotency::{Fingerprint, IdempotencyKey};
use mrdj_core::leads::{Loose, Visit};
use mrdj_harness::trial;

use crate::house::{House, dj, form};

const EVENING: &str = "2026-12-31";

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("requests::the_last_evening_of_the_year_is_that_evening", the_last_evening_of_the_year_is_that_evening),
        trial(
            "requests::an_evening_that_is_held_is_refused_and_says_until_when",
            an_evening_that_is_held_is_refused_and_says_until_when,
        ),
        trial("requests::a_second_dj_takes_the_same_evening", a_second_dj_takes_the_same_evening),
        trial(
            "requests::two_feasts_of_one_day_share_a_dj_who_has_the_time_to_travel",
            two_feasts_of_one_day_share_a_dj_who_has_the_time_to_travel,
        ),
        trial("requests::a_blocked_day_is_nobody_s", a_blocked_day_is_nobody_s),
        trial("requests::the_same_request_twice_is_one_booking", the_same_request_twice_is_one_booking),
        trial("requests::the_same_wish_twice_is_one_booking", the_same_wish_twice_is_one_booking),
        trial(
            "requests::a_wish_for_what_one_holds_oneself_is_the_same_booking",
            a_wish_for_what_one_holds_oneself_is_the_same_booking,
        ),
        trial("requests::rivals_for_one_evening_part_ways", rivals_for_one_evening_part_ways),
        trial("requests::one_person_keeps_three_evenings_and_no_more", one_person_keeps_three_evenings_and_no_more),
        trial("requests::many_copies_of_one_wish_are_one_booking", many_copies_of_one_wish_are_one_booking),
        trial(
            "requests::a_wish_that_looks_like_junk_waits_for_a_person",
            a_wish_that_looks_like_junk_waits_for_a_person,
        ),
        trial("requests::a_line_has_an_end", a_line_has_an_end),
    ]
}

async fn the_last_evening_of_the_year_is_that_evening() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = Sqlite::open(&Config::at(directory.path().join("mrdj.db"))).await.expect("a store");
    let house = House::on(store).await;
    let receipt = house.ask("jan", EVENING).await.expect("booked");
    assert_eq!(receipt.time, EventTime::Day(date(2026, 12, 31)));
    assert_eq!(house.look(&receipt).await.event.time.day(), date(2026, 12, 31));
    assert!(receipt.reference.as_str().starts_with("bk-20261121-"), "{}", receipt.reference);
    assert_eq!(
        house.bookings.find(receipt.reference.as_str()).await.expect("a look"),
        Some(house.look(&receipt).await)
    );
}

async fn an_evening_that_is_held_is_refused_and_says_until_when() {
    let house = House::in_memory().await;
    house.ask("jan", EVENING).await.expect("booked");
    let Err(BookingError::NotFree(free)) = house.ask("piet", EVENING).await else { panic!("it is held") };
    let until = house.then(72);
    assert_eq!(free.performers, [(dj("dj-1").id, vec![Clash::HeldUntil(until)])]);
    house.ask("piet", "2027-01-01").await.expect("the next evening is free");
    assert_eq!(
        DeliveryDesk::list(&*house.store, &Filter::default(), 10, house.clock_now()).await.expect("a list").len(),
        2
    );
}

async fn a_second_dj_takes_the_same_evening() {
    let house = House::in_memory().await;
    house.keep(&dj("dj-2")).await;
    let first = house.ask("jan", EVENING).await.expect("booked");
    let second = house.ask("piet", EVENING).await.expect("booked");
    let on = async |receipt| house.look(receipt).await.takes[0].resource.clone();
    let names: Vec<ResourceId> = vec![on(&first).await, on(&second).await];
    assert_eq!(names, [dj("dj-1").id, dj("dj-2").id]);
    assert!(matches!(house.ask("kees", EVENING).await, Err(BookingError::NotFree(_))));
}

async fn two_feasts_of_one_day_share_a_dj_who_has_the_time_to_travel() {
    let house = House::in_memory().await;
    let at = |who: &str, from: &str, to: &str, place: &str| BookingForm {
        start_time: Loose::from(from),
        end_time: Loose::from(to),
        location: Loose::from(place),
        ..form(who, EVENING)
    };
    let ask = async |form: BookingForm| house.bookings.request(&form, Visit::default()).await;
    ask(at("jan", "11:00", "14:00", "Breda")).await.expect("booked");
    // An hour to break down, an hour and a half to set up, and between two places another hour.
    let Err(BookingError::NotFree(free)) = ask(at("piet", "17:00", "22:00", "Tilburg")).await else {
        panic!("too short")
    };
    assert_eq!(free.performers[0].1, [Clash::TooShort { gap_min: 30, needed_min: 60 }]);
    ask(at("piet", "17:00", "22:00", "breda")).await.expect("at the same place there is the time");
}

async fn a_blocked_day_is_nobody_s() {
    let house = House::in_memory().await;
    let block = house.bookings.block("dj-1", date(2026, 12, 31), "on holiday").await.expect("blocked");
    let Err(BookingError::NotFree(free)) = house.ask("jan", EVENING).await else { panic!("it is blocked") };
    assert_eq!(free.performers[0].1, [Clash::Blocked("on holiday".to_owned())]);
    let unknown = house.bookings.block("dj-9", date(2026, 12, 31), "?").await;
    assert!(matches!(unknown, Err(BookingError::Unknown("resource"))));
    house.bookings.unblock(block.id).await.expect("lifted");
    house.ask("jan", EVENING).await.expect("booked");
}

async fn the_same_request_twice_is_one_booking() {
    let house = House::in_memory().await;
    let visit = |body: &[u8]| Visit {
        key: Some((IdempotencyKey::parse("booking", "k-1").expect("a key"), Fingerprint::of(body))),
        ..Visit::default()
    };
    let first = house.bookings.request(&form("jan", EVENING), visit(b"one")).await.expect("booked");
    house.pass(1);
    let again = house.bookings.request(&form("jan", EVENING), visit(b"one")).await.expect("the same answer");
    assert_eq!(again, first);
    let other = house.bookings.request(&form("jan", "2027-03-01"), visit(b"two")).await;
    assert!(matches!(other, Err(BookingError::KeyReused)));
    assert!(matches!(first.stage, Stage::Held { challenged: false, .. }));
}

async fn the_same_wish_twice_is_one_booking() {
    let house = House::in_memory().await;
    house.keep(&dj("dj-2")).await;
    let first = house.ask("jan", EVENING).await.expect("booked");
    house.pass(1);
    assert_eq!(house.ask("jan", EVENING).await.expect("the same"), first);
    // Who gave it up and wants it again, wants it anew.
    house.bookings.step(first.id, &Step::Cancel { by: Party::Client }, Party::Client).await.expect("cancelled");
    assert_ne!(house.ask("jan", EVENING).await.expect("booked").id, first.id);
    let key = |body: &[u8]| Visit {
        key: Some((IdempotencyKey::parse("booking", "k-2").expect("a key"), Fingerprint::of(body))),
        ..Visit::default()
    };
    let again = house.bookings.request(&form("jan", EVENING), key(b"one")).await.expect("the same wish");
    house.pass(1);
    assert_eq!(house.bookings.request(&form("jan", EVENING), key(b"one")).await.expect("the same answer"), again);
}

async fn a_wish_for_what_one_holds_oneself_is_the_same_booking() {
    let house = House::in_memory().await;
    let held = house.ask("jan", EVENING).await.expect("booked");
    assert_eq!(house.ask("jan", EVENING).await.expect("the same"), held, "though nobody is free");
    for day in ["2027-05-01", "2027-05-08"] {
        house.ask("jan", day).await.expect("booked");
    }
    house.ask("piet", "2027-05-15").await.expect("booked");
    let another = house.ask("jan", "2027-05-15").await;
    assert!(
        matches!(another, Err(BookingError::Enough(3))),
        "what he has tells more than what others have: {another:?}"
    );
}

async fn rivals_for_one_evening_part_ways() {
    let house = House::in_memory().await;
    for n in 2..=9 {
        house.keep(&dj(&format!("dj-{n}"))).await;
    }
    let on = async |receipt| house.look(&receipt).await.takes[0].resource.clone();
    let calm = on(house.ask("jan", EVENING).await.expect("booked")).await;
    assert_eq!(calm, dj("dj-1").id);
    let mut rivals = Vec::new();
    for who in ["piet", "kees", "anna"] {
        rivals.push(on(house.ask(who, EVENING).await.expect("booked")).await);
    }
    assert_ne!(rivals, [dj("dj-2").id, dj("dj-3").id, dj("dj-4").id], "who comes in the same moment gets any");
    let free = (2..=9).map(|n| dj(&format!("dj-{n}")).id).find(|id| !rivals.contains(id)).expect("somebody is");
    house.pass(1);
    let later = house.ask("emma", EVENING).await.expect("booked");
    assert_eq!(on(later).await, free, "and later again the first who is free");
    let other = house.ask("noor", "2027-01-09").await.expect("booked");
    assert_eq!(on(other).await, dj("dj-1").id, "another evening has no rivals");
}

async fn many_copies_of_one_wish_are_one_booking() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = Sqlite::open(&Config::at(directory.path().join("mrdj.db"))).await.expect("a store");
    let house = House::on(store).await;
    house.keep(&dj("dj-2")).await;
    let visit = || Visit {
        key: Some((IdempotencyKey::parse("booking", "k-3").expect("a key"), Fingerprint::of(b"one"))),
        ..Visit::default()
    };
    let forms: Vec<_> =
        (0..16).map(|n| (form("jan", EVENING), if n % 2 == 0 { visit() } else { Visit::default() })).collect();
    let asked = forms.into_iter().map(|(form, visit)| {
        let bookings = house.bookings.clone();
        async move { bookings.request(&form, visit).await }
    });
    let receipts = join_all(asked).await.into_iter().collect::<Result<Vec<_>, _>>().expect("each is answered");
    assert!(receipts.iter().all(|receipt| receipt.id == receipts[0].id));
    let all = BookingBook::list(&*house.store, &BookingFilter::default(), 100).await.expect("a list");
    assert_eq!(all.len(), 1);
}

async fn one_person_keeps_three_evenings_and_no_more() {
    let house = House::in_memory().await;
    let mut receipts = Vec::new();
    for day in ["2027-05-01", "2027-05-08", "2027-05-15"] {
        receipts.push(house.ask("jan", day).await.expect("booked"));
    }
    assert!(matches!(house.ask("jan", "2027-05-22").await, Err(BookingError::Enough(3))));
    house.ask("piet", "2027-05-22").await.expect("others may");
    house.bookings.step(receipts[1].id, &Step::Agree, Party::Business).await.expect("agreed");
    house.ask("jan", "2027-05-29").await.expect("what is agreed does not count");
}

async fn a_wish_that_looks_like_junk_waits_for_a_person() {
    let house = House::in_memory().await;
    let junk = BookingForm { website: Loose::from("https://example.com"), ..form("robot", EVENING) };
    let junk = house.bookings.request(&junk, Visit::default()).await.expect("taken in");
    assert_eq!(junk.stage, Stage::Waiting);
    let owed = DeliveryDesk::list(&*house.store, &Filter::default(), 10, house.clock_now()).await.expect("a list");
    assert_eq!(owed.len(), 0, "nobody is written to in its name");
    assert_eq!(house.bookings.seat_line(house.clock_now()).await.expect("looked"), 0);
    let jan = house.ask("jan", EVENING).await.expect("it holds nothing");
    house.bookings.step(jan.id, &Step::Cancel { by: Party::Client }, Party::Client).await.expect("cancelled");
    assert_eq!(house.stage(&junk).await, "waiting", "and does not move up by itself");
    house.bookings.promote(junk.id, Party::Business).await.expect("a person believes it");
    assert_eq!((house.stage(&junk).await, house.look(&junk).await.is_believed()), ("held", true));
}

async fn a_line_has_an_end() {
    let house = House::in_memory().await;
    house.ask("jan", EVENING).await.expect("booked");
    for n in 0..5 {
        house.ask_behind(&format!("client-{n}"), EVENING).await.expect("in line");
    }
    assert!(matches!(house.ask_behind("late", EVENING).await, Err(BookingError::NotFree(_))));
    let junk = BookingForm { website: Loose::from("https://example.com"), ..form("robot", EVENING) };
    let junk = house.bookings.request(&junk, Visit::default()).await.expect("it finds no line too long");
    assert_eq!(junk.stage, Stage::Waiting);
}
