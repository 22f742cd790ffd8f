//! Two servers and two workers on one database, while everything around them fails: nothing is lost, nothing comes twice,
//! and within a minute after the last fault everything has arrived.
//!
//! One program for all of it, so that it is linked once. Each trial prints its counts and takes MRDJ_SEED.

mod clocks;
mod database;
mod leases;
mod partners;
mod redis;
mod scene;
mod start;
mod tally;
mod visitors;
mod workers;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let trials = [
        workers::trials(),
        database::trials(),
        start::trials(),
        clocks::trials(),
        partners::trials(),
        redis::trials(),
        leases::trials(),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials.into_iter().flatten().collect()).exit_code()
}
