//! A real server process over real sockets: killed, starved, lied to.
//!
//! One program for all of it, so that it is linked once. `process::kill::…` takes MRDJ_KILL_ROUNDS and MRDJ_SEED.

mod faults;
mod funnel;
mod harness;
mod input;
mod journey;
mod kill;
mod naughty;
mod privacy;
mod redis;
mod spool;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let trials = [
        kill::trials(),
        faults::trials(),
        spool::trials(),
        input::trials(),
        journey::trials(),
        funnel::trials(),
        privacy::trials(),
        redis::trials(),
    ];
    let trials = trials.into_iter().flatten().collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
