//! The store of record is away: what is answered meanwhile is kept, through kills and ends, and arrives once.

use std::env;
use std::fs;
use std::time::Duration;

use libtest_mimic::Trial;
use mrdj_adapters::sqlite::{Config, SqliteSpool};
use mrdj_adapters::system::SystemChance;
use mrdj_core::chance::Chance;
use mrdj_core::leads::Spool;
use mrdj_core::mocks::FakeChance;
use mrdj_harness::{Answer, Server, enquiry, post, trial, until};
use tokio::time::sleep;

use crate::harness::{House, Load, Tally};

const PATIENCE: Duration = Duration::from_secs(60);
/// So often the store goes away; each time waits for it to be slow to fail.
const ROUNDS: usize = 3;
/// So often the server is killed while it brings what a round left.
const KILLS: usize = 3;
/// So many enquiries one client sends in a round.
const POSTS: usize = 60;
/// A kill falls somewhere in here.
const WINDOW_MS: f64 = 200.0;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("spool::what_was_answered_while_the_store_is_away_arrives_once_whenever_the_server_is_killed", killed),
        trial("spool::a_server_told_to_end_while_the_store_is_away_keeps_what_it_answered", told_to_end),
        trial("spool::a_spool_that_cannot_be_opened_is_told_and_costs_nothing_while_the_store_is_there", no_spool),
    ]
}

async fn killed() {
    let number = |key| env::var(key).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{key} is no number")));
    let seed = number("MRDJ_SEED").unwrap_or_else(|| SystemChance.bits());
    println!("spool: MRDJ_SEED={seed} cargo test --test process spool -- --nocapture");
    let (house, chance) = (House::new().await, FakeChance::seeded(seed));
    let moment = || sleep(Duration::from_secs_f64(chance.dice() * WINDOW_MS / 1_000.0));
    let (mut answered, mut spooled, mut midway) = (Vec::new(), 0, 0);
    for round in 0..ROUNDS {
        let server = house.serve().await;
        let mut neighbour = house.neighbour().await;
        neighbour.run("BEGIN EXCLUSIVE").await;
        let load = Load::start(server.address, &format!("round-{round}"), POSTS);
        until("some are spooled", PATIENCE, async || load.spooled() > 20).await;
        moment().await;
        if round % 2 == 1 {
            // This one dies while it drains and takes in.
            neighbour.run("ROLLBACK").await;
            moment().await;
        }
        server.kill();
        // A neighbour that holds the file goes with its connection.
        drop(neighbour);
        spooled += load.spooled();
        answered.extend(load.end().await);
        for _ in 0..KILLS {
            let before = left(&house).await;
            let server = house.serve().await;
            moment().await;
            server.kill();
            let after = left(&house).await;
            midway += usize::from(0 < after && after < before);
        }
    }
    let server = house.serve().await;
    server.drained().await;
    let tally = Tally::after(&house, &answered, PATIENCE).await;
    let kills = ROUNDS * (1 + KILLS);
    println!("spool: {kills} kills, {midway} in the middle of a drain, {spooled} answered with 202: {tally}");
    assert!(tally.is_clean(), "MRDJ_SEED={seed}: {tally}");
    assert!(spooled > 0, "nothing was spooled, so nothing was proved");
    assert!(server.stop().await.status.success());
}

/// How many enquiries wait in the spool of a server that is gone.
async fn left(house: &House) -> u64 {
    let spool = SqliteSpool::open(&Config::at(house.path().join("data/spool.db"))).await.expect("a spool");
    let waiting = spool.figures().await.expect("figures").waiting;
    spool.close().await;
    waiting
}

async fn ask(server: &Server, who: &str) -> Answer {
    let form = enquiry(who).to_string();
    post(server.address, "/contact", "application/json", form.as_bytes()).await.expect("an answer")
}

async fn told_to_end() {
    let house = House::new().await;
    let server = house.serve().await;
    let mut neighbour = house.neighbour().await;
    neighbour.run("BEGIN EXCLUSIVE").await;
    let load = Load::start(server.address, "load", POSTS);
    until("the first is spooled", PATIENCE, async || load.spooled() > 0).await;
    let ended = server.stop().await;
    assert!(ended.status.success(), "{ended:?}");
    let ids = load.end().await;
    neighbour.run("ROLLBACK").await;
    assert_eq!((house.leads().await.len(), left(&house).await), (0, ids.len() as u64), "all of it waits");
    let server = house.serve().await;
    server.drained().await;
    let tally = Tally::after(&house, &ids, PATIENCE).await;
    assert!(tally.is_clean(), "{tally}");
    server.stop().await;
}

async fn no_spool() {
    let house = House::new().await;
    fs::create_dir(house.path().join("data")).expect("a directory");
    fs::write(house.path().join("data/spool.db"), "Dear diary, this is no spool.".repeat(200)).expect("a file");
    let server = house.serve().await;
    assert!(server.log().contains("the spool cannot be opened"), "{}", server.log());
    let spool = &server.get("/health").await.json()["dependencies"]["spool"];
    assert_eq!((&spool["condition"], &spool["required"]), (&"degraded".into(), &false.into()), "{spool}");
    assert_eq!(server.get("/readyz").await.status, 200);
    let ids = vec![ask(&server, "early").await.contact_id()];
    let mut neighbour = house.neighbour().await;
    neighbour.run("BEGIN EXCLUSIVE").await;
    let refused = ask(&server, "refused").await;
    assert!(refused.status == 503 && refused.is_problem(), "{refused:?}");
    neighbour.run("ROLLBACK").await;
    let tally = Tally::after(&house, &ids, PATIENCE).await;
    assert!(tally.is_clean(), "{tally}");
    server.stop().await;
}
