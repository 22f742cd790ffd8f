//! The main job: a server on <http://127.0.0.1:3000> with an embedded store and stand-ins for partners without a key.
//!
//! ```sh
//! cargo run --release --example server
//! ```
//!
//! Every setting of `docs/configuration.md` works here too; a partner with a key is called for real.

use std::path::Path;

use mimalloc::MiMalloc;
use mrdj_http::composition::{Built, House, StandIns, init_logging, serve, until_signalled};
use mrdj_http::settings::{Settings, Sources};
use tokio::net::TcpListener;

/// As in the program `mrdj`.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() {
    let settings = match Sources::of_process(Some(Path::new(".env"))).and_then(|sources| Settings::parse(&sources)) {
        Ok(settings) => settings,
        Err(faults) => {
            eprintln!("{faults}");
            std::process::exit(2);
        }
    };
    if let Err(failure) = run(settings).await {
        eprintln!("{failure}");
        std::process::exit(1);
    }
}

async fn run(mut settings: Settings) -> Result<(), Box<dyn std::error::Error>> {
    init_logging(&settings.log);
    let listen = settings.listen;
    let listener = TcpListener::bind(listen).await.map_err(|cause| format!("cannot listen on {listen}: {cause}"))?;
    let stand_ins = StandIns::start(&mut settings).await?;
    let kept = settings.managed.path().display().to_string();
    let mut house = House::open(settings).await?;
    for stand_in in stand_ins.list() {
        house = house.with_stand_in(stand_in);
    }
    let built = house.build()?;
    print_banner(&built, &stand_ins, &format!("http://{}", listener.local_addr()?), &kept);
    serve(built, listener, async {
        if let Err(cause) = until_signalled().await {
            eprintln!("no signal can be heard ({cause}); stopping");
        }
    })
    .await?;
    Ok(())
}

fn print_banner(built: &Built, stand_ins: &StandIns, url: &str, kept: &str) {
    println!("mrdj listens on {url}");
    println!("  document   {url}/docs");
    println!("  queues     {url}/owner/queues");
    match &built.login {
        Some(login) if login.made => {
            println!("  operator   {} / {} (made now, kept in {kept})", login.user, login.password.reveal());
        }
        Some(login) => println!("  operator   {} / the password in {kept}, or CONFIG_DASHBOARD_PASS", login.user),
        None => println!("  operator   switched off"),
    }
    for stand_in in stand_ins.list() {
        println!("  stand-in   {}", stand_in.description);
    }
    println!(
        r#"
Try it:
  curl -X POST {url}/api/contact -H "Content-Type: application/json" -d '{{
    "name": "Test User", "email": "test@example.com", "phone": "0612345678",
    "eventType": "Bruiloft", "eventDate": "2025-12-31", "message": "Test bericht" }}'
"#
    );
}
