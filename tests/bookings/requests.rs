//! A wish comes in.

use jiff::civil::date;
use libtest_mimic::Trial;
use mrdj_adapters::sqlite::{Config, Sqlite};
use mrdj_core::bookings::{BookingError, BookingForm, Clash, EventTime, ResourceId, Stage};
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
    let block = house.bookings.block("dj-1", date(2026, 12, 31), "on holiday").await.expect("blocked").expect("a DJ");
    let Err(BookingError::NotFree(free)) = house.ask("jan", EVENING).await else { panic!("it is blocked") };
    assert_eq!(free.performers[0].1, [Clash::Blocked("on holiday".to_owned())]);
    assert!(house.bookings.block("dj-9", date(2026, 12, 31), "?").await.expect("looked").is_none());
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
