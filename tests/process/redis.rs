//! Servers that share a Redis, and go on without it.

use std::time::Duration;

use libtest_mimic::Trial;
use mrdj_harness::{Answer, Server, enquiry, needs, post, request, talk, trial, until};
use mrdj_servers::{RedisServer, has_redis};

use crate::harness::{House, Load, Tally};

const PATIENCE: Duration = Duration::from_secs(40);

pub(crate) fn trials() -> Vec<Trial> {
    let there = has_redis();
    let trials = [
        trial("redis::a_redis_that_goes_away_under_load_costs_nobody_an_enquiry", goes_away),
        trial("redis::two_servers_count_a_visitor_together", count_together),
        trial("redis::a_redis_that_is_flushed_costs_nobody_an_enquiry", flushed),
    ];
    trials.into_iter().map(|trial| needs(trial, "redis-server", there)).collect()
}

async fn ask(server: &Server, who: &str) -> Answer {
    let form = enquiry(who).to_string();
    post(server.address, "/contact", "application/json", form.as_bytes()).await.expect("an answer")
}

/// What the server says of its Redis.
async fn condition(server: &Server) -> String {
    let answer = talk(server.address, &request("GET", "/health", "text/plain", b"")).await.expect("an answer");
    let health = answer.json();
    assert_eq!((answer.status, &health["ready"]), (200, &true.into()), "it takes enquiries with or without Redis");
    health["dependencies"]["redis"]["condition"].as_str().expect("a word").to_owned()
}

/// The settings of a server on `url` that lets a visitor send `most` enquiries.
fn settings<'a>(url: &'a str, most: &'a str) -> [(&'static str, &'a str); 2] {
    [("REDIS_URL", url), ("CONTACT_RATE_LIMIT_MAX", most)]
}

async fn goes_away() {
    let (house, mut redis) = (House::new().await, RedisServer::start());
    let server = house.serve_with(&settings(&redis.url(), "1000000"), None).await;
    assert_eq!(condition(&server).await, "up");
    let mut answered = Vec::new();
    for round in 0..3 {
        let load = Load::start(server.address, &format!("round-{round}"), 20);
        redis.stop();
        answered.extend(load.done().await);
        until("the server says so", PATIENCE, async || condition(&server).await == "down").await;
        redis.restart();
        until("the server is back on its Redis", PATIENCE, async || condition(&server).await == "up").await;
    }
    assert_eq!(answered.len(), 3 * Load::CLIENTS * 20, "every enquiry was answered");
    let tally = Tally::after(&house, &answered, PATIENCE).await;
    assert!(tally.is_clean(), "{tally}");
    let log = server.log();
    let told: Vec<_> = log.lines().filter(|line| line.contains("redis")).collect();
    assert!(told.len() <= 1, "{told:#?}");
    assert!(server.stop().await.status.success());
}

async fn count_together() {
    let (house, redis) = (House::new().await, RedisServer::start());
    let url = redis.url();
    let servers =
        [house.serve_with(&settings(&url, "5"), None).await, house.serve_with(&settings(&url, "5"), None).await];
    let mut taken_in = 0;
    for n in 0..5 {
        for (at, server) in servers.iter().enumerate() {
            let answer = ask(server, &format!("visitor-{n}-{at}")).await;
            assert!(matches!(answer.status, 200 | 429), "{answer:?}");
            assert_eq!(answer.header("x-ratelimit-limit"), Some("5"));
            taken_in += u32::from(answer.status == 200);
        }
    }
    assert_eq!(taken_in, 5);
    for server in servers {
        assert!(server.stop().await.status.success());
    }
}

async fn flushed() {
    let (house, redis) = (House::new().await, RedisServer::start());
    let server = house.serve_with(&settings(&redis.url(), "1000000"), None).await;
    let mut ids = Vec::new();
    for n in 0..10 {
        ids.push(ask(&server, &format!("visitor-{n}")).await.contact_id());
        redis.run(&["FLUSHALL"]);
        redis.run(&["SCRIPT", "FLUSH"]);
    }
    let tally = Tally::after(&house, &ids, PATIENCE).await;
    assert!(tally.is_clean(), "{tally}");
    assert_eq!(server.log().matches("redis is away").count(), 0);
    assert!(server.stop().await.status.success());
}
