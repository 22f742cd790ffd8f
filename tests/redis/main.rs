//! A Redis of the test's own: stopped, frozen, restarted, flushed, and asked what it was told to do.
//!
//! Each test starts the installed `redis-server` on a free port of loopback; where there is none, it is shown as ignored.

mod bell;
mod house;
mod outage;
mod proof;
mod questions;

use std::process::ExitCode;

use libtest_mimic::Arguments;
use mrdj_harness::needs;
use mrdj_servers::has_redis;

fn main() -> ExitCode {
    let trials = [outage::trials(), proof::trials(), bell::trials()].into_iter().flatten();
    let there = has_redis();
    let trials = trials.map(|trial| needs(trial, "redis-server", there)).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
