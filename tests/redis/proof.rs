//! What Redis was told to do, by its own count.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Trial;
use mrdj_adapters::redis::{Redis, RedisBell};
use mrdj_adapters::system::{SystemChance, SystemClock};
use mrdj_core::auth::SessionId;
use mrdj_core::cache::{Cache, CacheKey, ReadThrough};
use mrdj_harness::{trial, until};
use mrdj_servers::RedisServer;

use crate::house::{FIVE, HOUR, House, config, now};
use crate::questions::{calls, keys};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("proof::each_check_and_each_look_is_one_round_trip", round_trips),
        trial("proof::forgetting_scans_and_never_asks_for_all_keys", no_keys),
        trial("proof::keys_have_their_parts_and_all_of_them_expire", parts),
        trial("proof::processes_share_what_they_count", shared),
        trial("proof::lines_end_with_their_adapter", lines),
    ]
}

/// What was called since `before`, but for the question itself, and what a line says of itself when it begins.
fn since(server: &RedisServer, before: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    const OWN: [&str; 3] = ["info", "client|id", "ping"];
    let calls = calls(server).into_iter().filter(|(name, _)| !OWN.contains(&&**name));
    let more = calls.map(|(name, calls)| (name.clone(), calls - before.get(&name).unwrap_or(&0)));
    more.filter(|(_, calls)| *calls > 0).collect()
}

fn only<const N: usize>(calls: [(&str, u64); N]) -> BTreeMap<String, u64> {
    calls.map(|(name, calls)| (name.to_owned(), calls)).into()
}

async fn round_trips() {
    let server = RedisServer::start();
    let house = House::on(&server);
    // The first takes the script along.
    house.limiter.take("first", FIVE, now()).await.expect("a ruling");
    let before = calls(&server);
    for _ in 0..10 {
        house.limiter.take("192.0.2.1", FIVE, now()).await.expect("a ruling");
    }
    // What the script does inside Redis is counted too: ten reads, and a write for each that may.
    assert_eq!(since(&server, &before), only([("evalsha", 10), ("get", 10), ("set", 5)]));
    let before = calls(&server);
    for _ in 0..10 {
        house.cache.get("leads:overview:1:ab", now()).await.expect("readable");
    }
    assert_eq!(since(&server, &before), only([("get", 10)]));
    let before = calls(&server);
    house.cache.put("leads:overview:1:ab", "7".to_owned(), HOUR, now()).await.expect("kept");
    let id = SessionId::new(&SystemChance);
    house.sessions.save(&id, "{}".to_owned(), HOUR, now()).await.expect("kept");
    house.sessions.load(&id, now()).await.expect("readable");
    house.sessions.remove(&id).await.expect("removed");
    assert_eq!(since(&server, &before), only([("set", 2), ("get", 1), ("unlink", 1)]));
}

async fn no_keys() {
    let server = RedisServer::start();
    let house = House::on(&server);
    for n in 0..3_000 {
        let key = format!("{}:{n}", if n % 3 == 0 { "city" } else { "package" });
        house.cache.put(&key, "x".to_owned(), HOUR, now()).await.expect("kept");
    }
    house.limiter.take("city:", FIVE, now()).await.expect("a ruling");
    let before = calls(&server);
    house.cache.forget("city:").await.expect("forgotten");
    let told = since(&server, &before);
    assert!(told["scan"] > 1 && told["unlink"] <= told["scan"], "pages, and a page at a time: {told:?}");
    assert_eq!(told.len(), 2, "{told:?}");
    let left = keys(&server);
    assert_eq!(left.len(), 2_001);
    assert!(left.iter().all(|key| key.starts_with("mr-dj:test:package:") || key == "mr-dj.limits:test:city:"));
    assert!(!calls(&server).contains_key("keys"));
}

async fn parts() {
    let server = RedisServer::start();
    let house = House::on(&server);
    let through = ReadThrough::new(Arc::clone(&house.cache), Arc::new(SystemClock));
    let key = CacheKey::new("leads", "overview", 1, &[("email", "jan@example.com")]);
    through.get_or_compute(&key, HOUR, async { Ok(7_u8) }).await.expect("a number");
    house.limiter.take("192.0.2.1", FIVE, now()).await.expect("a ruling");
    let id = SessionId::new(&SystemChance);
    house.sessions.save(&id, "{}".to_owned(), HOUR, now()).await.expect("kept");
    house.replays.first_time("postmark", "msg_1", HOUR, now()).await.expect("an answer");
    let mut keys = keys(&server);
    keys.sort_unstable();
    let expected = [
        format!("mr-dj.auth:test:{}", id.digest()),
        "mr-dj.limits:test:192.0.2.1".to_owned(),
        "mr-dj.webhooks:test:8:postmark:msg_1".to_owned(),
        format!("mr-dj:test:{key}"),
    ];
    assert_eq!(keys, expected);
    let hash = key.as_str().strip_prefix("leads:overview:1:").expect("room, name, version");
    assert!(hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
    for key in keys {
        let left_ms: i64 = server.run(&["PTTL", &key]).parse().expect("a number");
        assert!((3_600_000..=3_660_000).contains(&left_ms), "{key} expires in {left_ms} ms");
    }
}

async fn shared() {
    let server = RedisServer::start();
    let (one, other) = (House::on(&server), House::on(&server));
    let mut allowed = 0;
    for _ in 0..5 {
        for house in [&one, &other] {
            allowed += u32::from(house.limiter.take("192.0.2.1", FIVE, now()).await.expect("a ruling").allowed);
        }
    }
    assert_eq!(allowed, 5);
    assert!(one.replays.first_time("postmark", "msg_1", HOUR, now()).await.expect("an answer"));
    assert!(!other.replays.first_time("postmark", "msg_1", HOUR, now()).await.expect("an answer"));
    let id = SessionId::new(&SystemChance);
    one.sessions.save(&id, "{}".to_owned(), HOUR, now()).await.expect("kept");
    assert_eq!(other.sessions.load(&id, now()).await.expect("readable").as_deref(), Some("{}"));
}

async fn lines() {
    let server = RedisServer::start();
    let lines = || server.run(&["CLIENT", "LIST"]).lines().count();
    let config = config(&server);
    let redis = Redis::connect(&config).expect("an address without TLS");
    let bell = RedisBell::connect(&config, &SystemChance).expect("an address without TLS");
    redis.get("key", now()).await.expect("readable");
    let patience = Duration::from_secs(20);
    // Two of the adapter, two of the bell, and the one that asks.
    until("every line stands", patience, async || lines() == 5).await;
    drop((redis, bell));
    until("no line is left", patience, async || lines() == 1).await;
}
