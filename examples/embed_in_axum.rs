//! An app of one's own with mrdj inside: its routes nested under `/mrdj`, its crew beside them, one orderly stop.
//!
//! ```sh
//! cargo run --example embed_in_axum
//! ```
//!
//! Then, from another terminal:
//!
//! ```sh
//! curl http://127.0.0.1:3000/
//! curl -X POST http://127.0.0.1:3000/mrdj/contact -H 'Content-Type: application/json' -d '{
//!   "name": "Jan Jansen", "email": "jan@example.com", "phone": "0612345678", "eventType": "Bruiloft" }'
//! ```

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;

use axum::Router;
use axum::routing::get;
use mrdj_http::composition::{Crew, House, StandIns, init_logging, until_signalled};
use mrdj_http::settings::{Settings, Sources};
use tokio::net::TcpListener;

/// Where mrdj's routes lie in this app.
const MOUNTED_AT: &str = "/mrdj";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut settings = Settings::parse(&Sources::of_process(Some(Path::new(".env")))?)?;
    init_logging(&settings.log);
    let listener = TcpListener::bind(settings.listen).await?;

    // So that this runs on a fresh machine. Leave the stand-ins out, and a partner without a key has its deliveries held.
    let stand_ins = StandIns::start(&mut settings).await?;
    let mut built = House::open(settings).await?.build()?;
    built.app.rules.mounted_at = MOUNTED_AT.to_owned();

    let app = Router::new().route("/", get(front_page)).nest(MOUNTED_AT, built.router());
    let (crew, recording) = (built.crew.map(Crew::start), built.recorders.start());

    let url = format!("http://{}", listener.local_addr()?);
    println!("an app of one's own listens on {url}, mrdj on {url}{MOUNTED_AT}, its document on {url}{MOUNTED_AT}/docs");
    stand_ins.list().iter().for_each(|stand_in| println!("stand-in: {}", stand_in.description));

    // Limits and the operators' list go by the visitor's address, which only this kind of service tells.
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop()).await?;

    // The last answers are out. What pages told is recorded, what the crew has under way is settled, and the store goes last.
    recording.stop(built.shutdown_timeout).await;
    if let Some(crew) = crew {
        crew.stop(built.shutdown_timeout).await;
    }
    built.store.close().await;
    println!("stopped");
    Ok(())
}

async fn front_page() -> &'static str {
    "This page is the app's own.\n"
}

async fn stop() {
    if let Err(cause) = until_signalled().await {
        eprintln!("no signal can be heard ({cause}); stopping");
    }
}
