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
//! With the feature `server` the crate also composes the whole system, and holds the binary `mrdj`.

mod app;
#[cfg(feature = "server")]
pub mod composition;
mod extract;
mod middleware;
pub mod openapi;
mod operators;
mod problem;
mod router;
mod routes;
#[cfg(feature = "server")]
pub mod settings;

pub use app::{App, CrmView, RenderMetrics, Rules};
pub use operators::{Operators, UnusablePassword};
pub use problem::{Detail, ProblemDocument};
pub use router::router;
pub use routes::{MailboxNews, ReadNews, WebhookDoor};
