//! Redis is stopped, flushed and restarted.

use std::time::Duration;

use libtest_mimic::Trial;
use mrdj_harness::{needs, trial, until};
use mrdj_servers::{RedisServer, has_redis};

use crate::scene::Scene;

const ROUNDS: usize = 3;
/// So long between two faults, on average.
const BETWEEN: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(60);
const NAME: &str = "redis::a_redis_that_is_stopped_flushed_and_restarted_costs_nothing";

pub(crate) fn trials() -> Vec<Trial> {
    vec![needs(trial(NAME, stopped_flushed_restarted), "redis-server", has_redis())]
}

async fn stopped_flushed_restarted() {
    let mut scene = Scene::empty(NAME).await;
    let mut redis = RedisServer::start();
    redis.stop();
    scene.redis = Some(redis);
    // It is away when everybody starts, too.
    scene.enter().await;
    for _ in 0..ROUNDS {
        tell(&mut scene, RedisServer::restart);
        until("servers are back on Redis", PATIENCE, async || all_say(&scene, "up").await).await;
        scene.about(BETWEEN).await;
        tell(&mut scene, |redis| assert_eq!(redis.run(&["FLUSHALL"]), "OK"));
        scene.about(BETWEEN).await;
        tell(&mut scene, RedisServer::stop);
        scene.visited(20).await;
        assert!(all_say(&scene, "down").await, "a server that asks Redis for each form knows that it is away");
    }
    tell(&mut scene, RedisServer::restart);
    scene.prove().await;
}

fn tell(scene: &mut Scene, order: impl FnOnce(&mut RedisServer)) {
    order(scene.redis.as_mut().expect("the scene has a Redis"));
}

/// Whether Redis is in this condition for every server; they take enquiries whatever it is.
async fn all_say(scene: &Scene, condition: &str) -> bool {
    for server in &scene.servers {
        let health = server.get("/health").await.json();
        assert_eq!(health["ready"], true, "it takes enquiries with or without Redis");
        if health["dependencies"]["redis"]["condition"] != condition {
            return false;
        }
    }
    true
}
