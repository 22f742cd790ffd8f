//! The program `mrdj`: takes enquiries in and carries what they owe.

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use mrdj_http::settings::{Settings, Sources, report};

/// The back end of an event business.
///
/// Settings come from the environment, the managed file and `.env`; `docs/configuration.md` lists them.
#[derive(Debug, Parser)]
#[command(name = "mrdj", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Shows what each setting is and where it comes from, without a secret.
    CheckConfig,
}

/// What a malformed setting ends in.
const MALFORMED: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let sources = match Sources::of_process(Some(Path::new(".env"))) {
        Ok(sources) => sources,
        Err(faults) => return malformed(&faults),
    };
    match cli.command {
        Command::CheckConfig => {
            print!("{}", report(&sources));
            match Settings::parse(&sources) {
                Ok(_) => ExitCode::SUCCESS,
                Err(faults) => malformed(&faults),
            }
        }
    }
}

fn malformed(faults: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("{faults}");
    ExitCode::from(MALFORMED)
}
