//! A partner stalls.

use std::time::Duration;

use libtest_mimic::Trial;
use mrdj_adapters::sandbox::Mode;
use mrdj_harness::until;

use crate::scene::{Scene, fault};

const PATIENCE: Duration = Duration::from_secs(60);
/// Mails that two workers have under way at once, and cards.
const SLOTS: i64 = 2 * 5 + 2;

pub(crate) fn trials() -> Vec<Trial> {
    vec![fault("partners::partners_that_stall_until_every_slot_hangs_cost_nothing", every_slot_hangs)]
}

async fn every_slot_hangs(scene: &mut Scene) {
    // A turn takes what is due at its begin: enough has to wait by then.
    for worker in scene.workers.drain(..) {
        assert!(worker.stop().await.status.success());
    }
    scene.visited(20).await;
    scene.partners.both(&Mode::Stall);
    scene.workers = vec![scene.work(0), scene.work(1)];
    until("every slot hangs", PATIENCE, async || scene.deliveries("state = 2").await == SLOTS).await;
    let held = |queue: &str| {
        let told = format!("queue {queue} is held");
        scene.workers.iter().any(|worker| worker.log().contains(&told))
    };
    until("both queues are held", PATIENCE, async || held("mail") && held("crm")).await;
    scene.visited(20).await;
    scene.partners.both(&Mode::Healthy);
}
