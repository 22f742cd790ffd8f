//! The bell between processes.

use std::time::Duration;

use futures_util::poll;
use libtest_mimic::Trial;
use mrdj_adapters::redis::RedisBell;
use mrdj_adapters::system::SystemChance;
use mrdj_core::delivery::Bell;
use mrdj_harness::{trial, until};
use mrdj_servers::RedisServer;
use tokio::time::timeout;

use crate::house::config;
use crate::questions::calls;

const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("bell::it_wakes_another_process", wakes_another),
        trial("bell::several_rings_are_one", several_are_one),
        trial("bell::it_wakes_its_own_process_while_redis_is_away", while_away),
        trial("bell::it_is_heard_elsewhere_again_when_redis_is_back", heard_again),
    ]
}

/// A bell that hears.
async fn hang_up(server: &RedisServer) -> RedisBell {
    let heard = listeners(server);
    let bell = RedisBell::connect(&config(server), &SystemChance).expect("an address without TLS");
    until("the bell hears", PATIENCE, async || listeners(server) > heard).await;
    // It rings once when its line stands.
    bell.wait().await;
    bell
}

fn listeners(server: &RedisServer) -> u32 {
    let told = server.run(&["PUBSUB", "NUMSUB", "mr-dj.bell:test"]);
    told.lines().last().and_then(|count| count.parse().ok()).expect("a number")
}

async fn hears(bell: &RedisBell) {
    timeout(PATIENCE, bell.wait()).await.expect("the bell is heard");
}

async fn wakes_another() {
    let server = RedisServer::start();
    let (one, other) = (hang_up(&server).await, hang_up(&server).await);
    for _ in 0..3 {
        one.ring();
        hears(&other).await;
        hears(&one).await;
    }
    other.ring();
    hears(&one).await;
}

async fn several_are_one() {
    let server = RedisServer::start();
    let (one, other) = (hang_up(&server).await, hang_up(&server).await);
    for _ in 0..1_000 {
        one.ring();
    }
    hears(&one).await;
    hears(&other).await;
    let said = calls(&server)["publish"];
    assert!(said < 1_000, "{said} words for a thousand rings");
    // Its own word does not come back to it: only another's ring wakes it now.
    let mut waiting = Box::pin(one.wait());
    assert!(poll!(&mut waiting).is_pending());
    other.ring();
    timeout(PATIENCE, waiting).await.expect("the bell is heard");
}

async fn while_away() {
    let mut server = RedisServer::start();
    let bell = hang_up(&server).await;
    server.stop();
    for _ in 0..3 {
        bell.ring();
        hears(&bell).await;
    }
}

async fn heard_again() {
    let mut server = RedisServer::start();
    let (one, other) = (hang_up(&server).await, hang_up(&server).await);
    server.restart();
    until("both hear again", PATIENCE, async || listeners(&server) == 2).await;
    hears(&other).await;
    until("the other hears a ring", PATIENCE, async || {
        one.ring();
        timeout(Duration::from_millis(200), other.wait()).await.is_ok()
    })
    .await;
}
