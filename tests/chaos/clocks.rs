//! The clock of one worker is ten minutes off.

use std::fs;
use std::mem::replace;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use libtest_mimic::Trial;
use mrdj_adapters::sandbox::Mode;
use mrdj_harness::{Process, needs, rescued, until};
use tokio::time::sleep;

use crate::scene::{Scene, fault};

/// So long a partner takes for an answer: leases run while the wrong clock looks at them.
const SLOW: Mode = Mode::Slow { ms: 200 };
/// For so long both workers carry.
const TOGETHER: Duration = Duration::from_secs(4);
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn trials() -> Vec<Trial> {
    let ahead = fault("clocks::a_worker_whose_clock_is_ten_minutes_ahead_does_no_harm", async |scene| {
        one_is_off(scene, "+600").await;
    });
    let behind = fault("clocks::a_worker_whose_clock_is_ten_minutes_behind_does_no_harm", async |scene| {
        one_is_off(scene, "-600").await;
    });
    [ahead, behind].map(|trial| needs(trial, "libfaketime, of the package faketime", library().is_some())).into()
}

/// What shows a process another time.
fn library() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let places = folders.chain(["/usr/lib".into(), "/usr/lib64".into()]);
    places.map(|place| place.join("faketime/libfaketimeMT.so.1")).find(|library| library.exists())
}

async fn one_is_off(scene: &mut Scene, seconds: &str) {
    scene.partners.both(&SLOW);
    let library = library().expect("it was there when the trials were listed").display().to_string();
    let wrong = [("LD_PRELOAD", &*library), ("FAKETIME", seconds), ("DONT_FAKE_MONOTONIC", "1")];
    let wrong = scene.work_with(1, &wrong);
    replace(&mut scene.workers[1], wrong).stop().await;
    until("the database is reached", PATIENCE, async || scene.workers[1].log().contains("listening for")).await;
    let off = began(&scene.workers[1]).duration_since(began(&scene.workers[0])).as_secs().abs();
    assert!((590..700).contains(&off), "the clocks are {off} s apart, so nothing would be proved");
    sleep(TOGETHER).await;
    let taken = scene.workers.iter().map(|worker| rescued(&worker.log())).sum::<u64>();
    assert_eq!(taken, 0, "one took from the other what it was carrying");
    // What the other holds is taken back when its lease has run out, and not ten minutes later.
    scene.workers.remove(0).kill();
    scene.partners.both(&Mode::Healthy);
}

/// When a process began, by its own clock.
fn began(process: &Process) -> Timestamp {
    let log = process.log();
    let first = log.split_whitespace().next().and_then(|moment| moment.parse().ok());
    first.unwrap_or_else(|| panic!("no moment begins this log: {log}"))
}
