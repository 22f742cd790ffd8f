//! A lease outlives its worker, and the worker comes back.

use std::time::Duration;

use libtest_mimic::Trial;
use mrdj_adapters::sandbox::Mode;
use mrdj_harness::{rescued, until};

use crate::scene::{Scene, fault};

const PATIENCE: Duration = Duration::from_secs(60);
/// A partner takes what it is sent, and says so only when its worker is stopped.
const LATE: Mode = Mode::Slow { ms: 3_000 };
/// What a worker that sells postage waits for: "post" in ASCII.
const COUNTER: &str = "1886352244";

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        fault("leases::a_worker_that_settles_late_changes_nothing", settles_late),
        fault("leases::a_worker_that_slept_before_it_sent_sends_nothing", slept_before_it_sent),
    ]
}

async fn settles_late(scene: &mut Scene) {
    leave_one(scene).await;
    scene.partners.both(&LATE);
    let sent = scene.partners.postmark.sent_count();
    until("the partner has mails whose answer is late", PATIENCE, async || {
        scene.partners.postmark.sent_count() >= sent + 5
    })
    .await;
    scene.workers[0].signal("STOP");
    scene.partners.both(&Mode::Healthy);
    another_carries(scene).await;
    scene.workers[0].signal("CONT");
}

async fn slept_before_it_sent(scene: &mut Scene) {
    leave_one(scene).await;
    let mut line = scene.line().await;
    let lock = |verb| sqlx::AssertSqlSafe(format!("SELECT pg_advisory_{verb}({COUNTER})"));
    sqlx::query(lock("lock")).execute(&mut line).await.expect("a lock");
    until("confirmations wait for postage", PATIENCE, async || {
        scene.deliveries("state = 2 AND kind = 'lead.confirmation'").await > 0
    })
    .await;
    scene.workers[0].signal("STOP");
    // Its postage is paid while it sleeps; it hears so when it wakes.
    sqlx::query(lock("unlock")).execute(&mut line).await.expect("an unlock");
    another_carries(scene).await;
    scene.workers[0].signal("CONT");
}

/// Only one worker is left, so that it is known who holds what.
async fn leave_one(scene: &mut Scene) {
    let other = scene.workers.pop().expect("there are two");
    assert!(other.stop().await.status.success());
}

/// A worker comes and takes over what the first held when it was stopped.
async fn another_carries(scene: &mut Scene) {
    scene.workers.push(scene.work(1));
    until("leases are taken over", PATIENCE, async || rescued(&scene.workers[1].log()) > 0).await;
    until("what was taken over is settled", PATIENCE, async || {
        scene.deliveries("state = 2 AND at < (extract(epoch FROM now()) * 1000000)::bigint").await == 0
            && scene.deliveries("doubt AND state <> 4").await == 0
    })
    .await;
}
