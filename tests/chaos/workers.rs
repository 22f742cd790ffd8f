//! A worker is killed.

use std::time::Duration;

use libtest_mimic::Trial;
use mrdj_adapters::sandbox::Mode;
use mrdj_core::chance::Chance;
use mrdj_harness::rescued;
use tokio::time::sleep;

use crate::scene::{Scene, fault};

const KILLS: usize = 15;
/// So long a partner takes for an answer: nearly every kill hits something under way.
const SLOW: Mode = Mode::Slow { ms: 30 };

pub(crate) fn trials() -> Vec<Trial> {
    vec![fault("workers::a_worker_that_is_killed_each_second_costs_nothing", killed_each_second)]
}

async fn killed_each_second(scene: &mut Scene) {
    scene.partners.both(&SLOW);
    let mut taken_back = 0;
    for _ in 0..KILLS {
        let moment = Duration::from_millis(scene.chance.bits() % 1_000);
        sleep(moment).await;
        let number = scene.chance.bits() as usize % scene.workers.len();
        taken_back += rescued(&scene.workers.remove(number).kill());
        scene.workers.insert(number, scene.work(number));
        sleep(Duration::from_secs(1) - moment).await;
    }
    scene.partners.both(&Mode::Healthy);
    taken_back += scene.workers.iter().map(|worker| rescued(&worker.log())).sum::<u64>();
    println!("{KILLS} kills, {taken_back} deliveries taken back so far");
}
