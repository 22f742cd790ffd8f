//! mrdj over HTTP: a router to mount in any axum app, with its OpenAPI document.
//!
//! Fill an [`App`] with services and ports of [`mrdj_core`], and mount [`router`]: at the root, nested under a path of
//! your own, or merged into your routes. Serve it with
//! [`into_make_service_with_connect_info`](axum::Router::into_make_service_with_connect_info), since limits and the
//! operators' list go by the visitor's address; without it, forms are not limited and no operator gets in unless every
//! address may.
//!
//! Every route answers with and without the prefix `/api`. [`openapi`](openapi::document) describes them all.
//!
//! With the feature `server` the crate also composes the whole system, and holds the binary `mrdj`. In an app of your own:
//!
//! ```no_run
//! # #[cfg(feature = "server")]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use std::net::SocketAddr;
//!
//! use axum::Router;
//! use mrdj_http::composition::{Crew, House};
//! use mrdj_http::settings::{Settings, Sources};
//!
//! let settings = Settings::parse(&Sources::of_process(None)?)?;
//! let listener = tokio::net::TcpListener::bind(settings.listen).await?;
//! let mut built = House::open(settings).await?.build()?;
//! built.app.rules.mounted_at = "/mrdj".to_owned();
//!
//! let app = Router::new().nest("/mrdj", built.router());
//! let (crew, recording) = (built.crew.map(Crew::start), built.recorders.start());
//! axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await?;
//! # Ok(()) }
//! ```
//!
//! `examples/embed_in_axum.rs` in the repository also stops in order.

mod app;
mod calendar;
#[cfg(feature = "server")]
pub mod composition;
mod extract;
mod lookout;
mod middleware;
pub mod openapi;
mod operators;
mod personalizer;
mod problem;
mod router;
mod routes;
#[cfg(feature = "server")]
pub mod settings;
mod variants;

pub use app::{App, CrmView, RenderMetrics, Rules};
pub use calendar::CalendarDoor;
pub use lookout::Lookout;
pub use operators::{Operators, UnusablePassword};
pub use personalizer::Personalizer;
pub use problem::{Detail, ProblemDocument};
pub use router::router;
pub use routes::{MailboxNews, ReadNews, SignedDoor, SignedDoors, WebhookDoor};
pub use variants::{Given, Variants};
