//! The program `mrdj`: takes enquiries in and carries what they owe.

use std::io::{IsTerminal, Write, stderr};
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;
use mrdj_adapters::system::SystemClock;
use mrdj_core::clock::Clock;
use mrdj_http::composition::{Built, House, Record, Steps, doctor, init_logging, serve, until_signalled, work};
use mrdj_http::settings::{Settings, Sources, report, strays};
use tokio::net::TcpListener;
use tracing::{info, warn};

/// An enquiry is allocated on one thread and freed on another, over and over; the allocator of glibc made that cost a third
/// of all posts per second.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

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
    /// Serves HTTP, and carries deliveries unless WORKERS is 0.
    Serve,
    /// Carries deliveries and serves nothing.
    Work,
    /// Brings the store's schema up to date.
    Migrate {
        /// Only looks; exits 1 when something is missing.
        #[arg(long)]
        check: bool,
    },
    /// Shows what each setting is and where it comes from, without a secret.
    CheckConfig,
    /// Looks at everything a start needs, and makes what a start makes; exits 1 when something required is missing.
    Doctor,
    /// Prints the OpenAPI document.
    Openapi,
}

/// What a malformed setting ends in.
const MALFORMED: u8 = 2;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Command::Openapi = cli.command {
        return print(&format!("{:#}\n", mrdj_http::openapi::document("")));
    }
    let sources = match Sources::of_process(Some(Path::new(".env"))) {
        Ok(sources) => sources,
        Err(faults) => return malformed(&faults),
    };
    if let Command::CheckConfig = cli.command {
        let printed = print(&report(&sources));
        return Settings::parse(&sources).map_or_else(|faults| malformed(&faults), |_| printed);
    }
    let settings = match Settings::parse(&sources) {
        Ok(settings) => settings,
        Err(faults) => return malformed(&faults),
    };
    init_logging(&settings.log);
    for stray in strays(&sources) {
        warn!("{stray}");
    }
    let ran = runtime().and_then(|runtime| runtime.block_on(run(cli.command, settings)));
    ran.unwrap_or_else(|failure| {
        eprintln!("mrdj: {}", told(&*failure));
        ExitCode::FAILURE
    })
}

/// A failure with what caused it, as far as that says more.
fn told(failure: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(failure.source(), |cause| cause.source());
    causes
        .map(ToString::to_string)
        .fold(failure.to_string(), |told, cause| if told.contains(&cause) { told } else { format!("{told}: {cause}") })
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

async fn run(command: Command, settings: Settings) -> Result<ExitCode, Failure> {
    match command {
        Command::Serve => {
            let listener = listen(&settings).await?;
            let built = House::open(settings).await?.build()?;
            tell(&built, &listener)?;
            serve(built, listener, stopped()).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Work => {
            // A process that is told to work does, whatever WORKERS says of those that serve.
            let settings = Settings { workers: settings.workers.max(1), ..settings };
            let built = House::open(settings).await?.build()?;
            info!("carrying deliveries");
            work(built, stopped()).await;
            Ok(ExitCode::SUCCESS)
        }
        Command::Migrate { check } => migrate(&settings, check).await,
        Command::Doctor => {
            let built = House::open(settings).await?.build()?;
            let diagnosis = doctor(&built, SystemClock.now()).await;
            tell_password(&built);
            built.store.close().await;
            let printed = print(&format!("{}\n", diagnosis.lines.join("\n")));
            Ok(if diagnosis.ready { printed } else { ExitCode::FAILURE })
        }
        Command::CheckConfig | Command::Openapi => Ok(ExitCode::SUCCESS),
    }
}

async fn listen(settings: &Settings) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(settings.listen).await;
    Ok(listener.map_err(|cause| format!("cannot listen on {}: {cause}; is another server there?", settings.listen))?)
}

fn tell(built: &Built, listener: &TcpListener) -> Result<(), Failure> {
    let address = listener.local_addr()?;
    info!(server.address = %address, "listening on http://{address}");
    tell_password(built);
    Ok(())
}

/// Tells a password that was just made, once, to whoever sits at a terminal; what is kept as a log is told where it lies.
fn tell_password(built: &Built) {
    let Some(login) = built.login.as_ref().filter(|login| login.made) else { return };
    if stderr().is_terminal() {
        eprintln!("operator: {} with the password {}", login.user, login.password.reveal());
    } else {
        eprintln!("operator: {}; the password is in {}", login.user, login.kept_in.display());
    }
}

async fn stopped() {
    if let Err(cause) = until_signalled().await {
        warn!(error = %cause, "no signal can be heard, so only kill -9 ends this process");
        std::future::pending::<()>().await;
    }
}

async fn migrate(settings: &Settings, check: bool) -> Result<ExitCode, Failure> {
    let Steps { applied, missing } = Record::migrate(settings, check).await?;
    let verb = if check { "missing" } else { "applied" };
    let mut lines: Vec<_> = missing.iter().map(|step| format!("{verb}  {step}\n")).collect();
    lines.push(format!("{} {verb}, {} there before\n", missing.len(), applied.len()));
    let printed = print(&lines.concat());
    Ok(if check && !missing.is_empty() { ExitCode::FAILURE } else { printed })
}

/// Prints to standard output; a reader that has gone, as `head` does, is no failure of ours.
fn print(text: &str) -> ExitCode {
    let written = std::io::stdout().write_all(text.as_bytes());
    if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn malformed(faults: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("{faults}");
    ExitCode::from(MALFORMED)
}
