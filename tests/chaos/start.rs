//! A start without anything that is shared.

use std::time::Duration;

use libtest_mimic::Trial;
use mrdj_harness::{trial, until};
use mrdj_servers::StopMode;

use crate::scene::Scene;

const PATIENCE: Duration = Duration::from_secs(60);
const NAME: &str = "start::servers_that_start_while_the_database_is_away_take_enquiries";

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial(NAME, everything_away)]
}

async fn everything_away() {
    let mut scene = Scene::empty(NAME).await;
    scene.postgres.stop(StopMode::Fast).expect("it stops");
    scene.workers = vec![scene.work(0), scene.work(1)];
    scene.open_doors().await;
    scene.visited(50).await;
    for server in &scene.servers {
        let ready = server.get("/readyz").await;
        assert_eq!((ready.status, &ready.json()["details"][0]["field"]), (503, &"store".into()));
    }
    scene.postgres.start_again().expect("it starts");
    for server in &scene.servers {
        until("the server is ready", PATIENCE, async || server.get("/readyz").await.status == 200).await;
    }
    scene.prove().await;
}
