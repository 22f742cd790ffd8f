//! kill −9 at random moments under load: whatever was answered is stored, and arrives once.

use std::env;
use std::time::Duration;

use libtest_mimic::Trial;
use mrdj_adapters::system::SystemChance;
use mrdj_core::chance::Chance;
use mrdj_core::mocks::FakeChance;
use mrdj_harness::{rescued, trial};
use tokio::time::sleep;

use crate::harness::{House, Load, Tally};

/// So many enquiries one client sends in a round; more would only lengthen the deliveries at the end.
const POSTS: usize = 6;
/// A kill falls somewhere in here, counted from the first request of its round.
const WINDOW_MS: f64 = 250.0;
/// The leases of the last kill run out, and what waits is delivered.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial("kill::what_was_answered_arrives_once_whenever_the_server_is_killed", run)]
}

async fn run() {
    let number = |key| env::var(key).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{key} is no number")));
    let rounds = number("MRDJ_KILL_ROUNDS").unwrap_or(50);
    let seed = number("MRDJ_SEED").unwrap_or_else(|| SystemChance.bits());
    println!("kill: MRDJ_SEED={seed} MRDJ_KILL_ROUNDS={rounds} cargo test --test process kill -- --nocapture");
    let (house, chance) = (House::new().await, FakeChance::seeded(seed));
    let (mut answered, mut interrupted) = (Vec::new(), 0);
    for round in 0..rounds {
        let server = house.serve().await;
        let load = Load::start(server.address, &format!("round-{round}"), POSTS);
        sleep(Duration::from_secs_f64(chance.dice() * WINDOW_MS / 1_000.0)).await;
        interrupted += rescued(&server.kill());
        answered.extend(load.end().await);
    }
    let server = house.serve().await;
    let tally = Tally::after(&house, &answered, PATIENCE).await;
    interrupted += rescued(&server.log());
    println!("kill: {rounds} rounds, {interrupted} deliveries interrupted: {tally}");
    assert!(tally.is_clean(), "MRDJ_SEED={seed} MRDJ_KILL_ROUNDS={rounds}: {tally}");
    assert!(rounds < 50 || interrupted > 0, "no kill hit anything under way, so nothing was proved");
    assert!(!answered.is_empty(), "no enquiry was answered, so nothing was proved");
    assert!(server.stop().await.status.success());
}
