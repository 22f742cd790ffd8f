//! Redis goes away: everything goes on, and comes back by itself.

use std::time::Duration;

use jiff::Timestamp;
use libtest_mimic::Trial;
use mrdj_adapters::redis::{Config, Redis};
use mrdj_adapters::system::SystemChance;
use mrdj_core::auth::SessionId;
use mrdj_core::mocks::FakeLog;
use mrdj_core::observability::{Condition, Probe};
use mrdj_harness::{trial, until};
use mrdj_servers::RedisServer;
use tokio::time::timeout;
use tracing::Level;

use crate::house::{FIVE, HOUR, House, config, now};
use crate::questions::{Frozen, keys};

const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("outage::a_redis_that_is_killed_holds_up_nobody_and_is_told_once", killed),
        trial("outage::a_redis_that_says_nothing_holds_up_nobody", frozen),
        trial("outage::a_redis_that_was_never_there_holds_up_no_start", never_there),
        trial("outage::a_redis_that_is_back_is_used_again", restarted),
        trial("outage::what_was_to_be_forgotten_meanwhile_is_forgotten", forgotten),
        trial("outage::a_flush_fails_nobody", flushed),
        trial("outage::a_look_tells_what_is_wrong", looks),
    ]
}

/// A second before which each of many calls has its answer; two of them would wait for Redis otherwise.
async fn within_its_time<T>(call: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(1), call).await.expect("the answer comes within its time")
}

/// Uses everything once; whether a sixth of five passed.
async fn use_everything(house: &House, round: u32) -> bool {
    let (key, now) = (format!("round-{round}"), now());
    for taken in 0..5 {
        let ruling = within_its_time(house.limiter.take(&key, FIVE, now)).await.expect("a ruling");
        assert!(ruling.allowed, "the {taken}th of round {round}");
    }
    within_its_time(house.cache.put(&key, key.clone(), HOUR, now)).await.expect("kept");
    assert_eq!(within_its_time(house.cache.get(&key, now)).await.expect("readable"), Some(key.clone()));
    let id = SessionId::new(&SystemChance);
    within_its_time(house.sessions.save(&id, "{}".to_owned(), HOUR, now)).await.expect("kept");
    assert_eq!(within_its_time(house.sessions.load(&id, now)).await.expect("readable").as_deref(), Some("{}"));
    within_its_time(house.sessions.remove(&id)).await.expect("removed");
    assert_eq!(within_its_time(house.sessions.load(&id, now)).await.expect("readable"), None);
    assert!(within_its_time(house.replays.first_time("postmark", &key, HOUR, now)).await.expect("an answer"));
    assert!(!within_its_time(house.replays.first_time("postmark", &key, HOUR, now)).await.expect("an answer"));
    within_its_time(house.limiter.take(&key, FIVE, now)).await.expect("a ruling").allowed
}

async fn killed() {
    let log = FakeLog::from_level(Level::INFO);
    let _guard = tracing::subscriber::set_default(log.clone());
    let mut server = RedisServer::start();
    let house = House::on(&server);
    assert!(!use_everything(&house, 0).await);
    assert_eq!(log.lines(), [""; 0], "nothing is told of a Redis that is there");
    server.stop();
    for round in 1..30 {
        // Logins are among them: also on its own the process lets five through and no more.
        assert!(!use_everything(&house, round).await, "round {round}");
    }
    let told = log.lines();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].starts_with("WARN message=redis is away, so this process goes on by itself"), "{}", told[0]);
}

async fn frozen() {
    let server = RedisServer::start();
    let house = House::on(&server);
    use_everything(&house, 0).await;
    let frozen = Frozen::hold(&server);
    for round in 1..10 {
        assert!(!use_everything(&house, round).await, "round {round}");
    }
    drop(frozen);
    back_on(&house, &server).await;
}

async fn never_there() {
    let mut server = RedisServer::start();
    server.stop();
    let house = House::on(&server);
    assert!(!use_everything(&house, 1).await);
    server.restart();
    back_on(&house, &server).await;
}

async fn restarted() {
    let mut server = RedisServer::start();
    let house = House::on(&server);
    use_everything(&house, 0).await;
    for round in 1..3 {
        server.stop();
        use_everything(&house, round).await;
        server.restart();
        back_on(&house, &server).await;
    }
}

/// Waits until a limit is counted in Redis again.
async fn back_on(house: &House, server: &RedisServer) {
    until("a limit is counted in Redis", PATIENCE, async || {
        house.limiter.take("back", FIVE, now()).await.expect("a ruling");
        keys(server).iter().any(|key| key == "mr-dj.limits:test:back")
    })
    .await;
}

async fn forgotten() {
    let server = RedisServer::start();
    let house = House::on(&server);
    let put = async |key: &str, value: &str| house.cache.put(key, value.to_owned(), HOUR, now()).await.expect("kept");
    let get = async |key: &str| house.cache.get(key, now()).await.expect("readable");
    put("city:delft", "old").await;
    put("package:party", "old").await;
    let frozen = Frozen::hold(&server);
    house.cache.forget("city:").await.expect("forgotten, or owed");
    assert_eq!(get("city:delft").await, None, "it is not there while Redis is away");
    put("city:delft", "new").await;
    assert_eq!(get("city:delft").await.as_deref(), Some("new"));
    drop(frozen);
    until("Redis is read again", PATIENCE, async || get("package:party").await.is_some()).await;
    assert_eq!(get("city:delft").await, None, "Redis has forgotten it before it was read again");
}

async fn flushed() {
    let log = FakeLog::from_level(Level::INFO);
    let _guard = tracing::subscriber::set_default(log.clone());
    let server = RedisServer::start();
    let house = House::on(&server);
    use_everything(&house, 0).await;
    let id = SessionId::new(&SystemChance);
    house.sessions.save(&id, "{}".to_owned(), HOUR, now()).await.expect("kept");
    server.run(&["FLUSHALL"]);
    server.run(&["SCRIPT", "FLUSH"]);
    assert_eq!(house.sessions.load(&id, now()).await.expect("readable"), None, "who was logged in logs in again");
    let replayed = house.replays.first_time("postmark", "round-0", HOUR, now()).await.expect("an answer");
    assert!(!replayed, "what this process has heard it remembers");
    assert!(!use_everything(&house, 1).await);
    assert_eq!(log.lines(), [""; 0]);
}

async fn looks() {
    let mut server = RedisServer::start();
    server.run(&["CONFIG", "SET", "requirepass", "not-a-real-password"]);
    let given = config(&server);
    let with = |password: &str| {
        let url = server.url().replace("redis://", &format!("redis://:{password}@"));
        Config { url: url.parse().expect("an address of a Redis"), ..given.clone() }
    };
    let (right, wrong) = (with("not-a-real-password"), with("wrong"));
    let ours = "limits, cache and sessions are this process's own";
    let refused = (Condition::Degraded, format!("redis: Authentication Error; {ours}"));
    assert_eq!(look(&right).await, (Condition::Up, "redis".to_owned()));
    assert_eq!([look(&given).await, look(&wrong).await], [refused.clone(), refused]);
    server.stop();
    assert_eq!(look(&right).await, (Condition::Down, format!("redis: IO Error; {ours}")));
}

async fn look(config: &Config) -> (Condition, String) {
    let finding = Redis::connect(config).expect("an address without TLS").look(Timestamp::UNIX_EPOCH).await;
    (finding.condition, finding.note)
}
