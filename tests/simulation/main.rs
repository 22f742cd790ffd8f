//! The whole pipeline in one process, from a seed: memory store, turned clock, faults at every port, and partners, visitors,
//! workers and an operator who do what the seed says. The oracle then says what is lost, twice, or wrong.
//!
//! `MRDJ_SEED=4711` plays one seed and tells its story; `MRDJ_SEEDS` plays more or fewer than ten thousand, and
//! `MRDJ_SEED_BASE` others. How it is made: `docs/architecture.md`, "A seed".

mod alarms;
mod bell;
mod dice;
mod ended;
mod fault;
mod ledger;
mod mutant;
mod notebook;
mod oracle;
mod partners;
mod people;
mod play;
mod rules;
mod seeds;
mod shared_queue;
mod sky;
mod stage;
mod tally;
mod trials;
mod weather;
mod world;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    libtest_mimic::run(&Arguments::from_args(), trials::trials()).exit_code()
}
