//! Evenings on their way from wish to agreement, over real stores and a clock that the test turns.

mod crm;
mod holds;
mod house;
mod race;
mod requests;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let trials = [requests::trials(), holds::trials(), race::trials(), crm::trials()];
    libtest_mimic::run(&Arguments::from_args(), trials.into_iter().flatten().collect()).exit_code()
}
