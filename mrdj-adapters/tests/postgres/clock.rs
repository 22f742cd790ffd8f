//! One time for all who share a database.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use mrdj_core::clock::Clock;
use mrdj_core::contract::{Case, Outcome};
use mrdj_core::mocks::FakeClock;
use sqlx::PgConnection;
use tokio::time::sleep;

use crate::given::{Given, number};

pub(crate) const CASES: &[Case<Given>] = mrdj_core::cases![
    a_machine_whose_clock_is_off_goes_by_the_database,
    a_machine_that_slept_asks_the_database_at_once,
];

async fn database_now(line: &mut PgConnection) -> Timestamp {
    let query = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
    Timestamp::from_microsecond(number(line, query).await).expect("a moment")
}

async fn a_machine_whose_clock_is_off_goes_by_the_database(given: Given) -> Outcome {
    let mut line = given.line().await;
    let mut database_s = async || database_now(&mut line).await;
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

async fn a_machine_that_slept_asks_the_database_at_once(given: Given) -> Outcome {
    let mut line = given.line().await;
    let mut asked = async || {
        let query = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%clock_timestamp%'";
        number(&mut line, query).await
    };
    let store = given.reached(given.config()).await?;
    let machine = FakeClock::at(database_now(&mut given.line().await).await);
    let clock = store.clock(Arc::new(machine.clone()));
    clock.now();
    sleep(Duration::from_millis(300)).await;
    assert_eq!(asked().await, 0, "while both clocks of the machine go on together, it is asked once a minute");

    // The steady clock stood still meanwhile.
    machine.advance(SignedDuration::from_mins(10));
    clock.now();
    while asked().await == 0 {
        sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
