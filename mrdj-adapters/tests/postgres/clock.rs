//! One time for all who share a database.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use mrdj_core::clock::Clock;
use mrdj_core::contract::{Case, Outcome};
use mrdj_core::mocks::FakeClock;

use crate::given::{Given, number};

pub(crate) const CASES: &[Case<Given>] = mrdj_core::cases![a_machine_whose_clock_is_off_goes_by_the_database];

async fn a_machine_whose_clock_is_off_goes_by_the_database(given: Given) -> Outcome {
    let mut line = given.line().await;
    let mut database_s = async || {
        let query = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
        Timestamp::from_microsecond(number(&mut line, query).await).expect("a moment")
    };
    let off = database_s().await - SignedDuration::from_mins(10);
    let store = given.store();
    let clock = store.clock(Arc::new(FakeClock::at(off)));
    assert_eq!(clock.now(), off, "until the database was reached, the machine's clock is told");

    store.reached().await;
    // The database tells the time in the middle of a question, which takes a moment.
    let leeway = SignedDuration::from_secs(5);
    let (before, told, after) = (database_s().await, clock.now(), database_s().await);
    assert!(before - leeway <= told && told <= after + leeway, "{told} is not between {before} and {after}");
    assert!(clock.now() > told, "and it goes on");
    Ok(())
}
