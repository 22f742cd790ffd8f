//! A stand-in for Upstash: its protocol over real HTTP on loopback, its commands carried out by a real Redis.
//!
//! | Route | What it does |
//! | --- | --- |
//! | `POST /` | runs one command: a JSON array of words |
//! | `GET /mode`, `POST /mode` | show and turn how it misbehaves ([`Mode`](crate::sandbox::Mode)) |
//!
//! It knows one token, and the commands that are sent from here. Whatever else the service offers (pipelines, transactions,
//! paths as commands) it does not speak.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::secret::Secret;
use serde_json::{Value, json};

use super::Config;
use crate::redis::{Commands, Config as RedisConfig, Fault, Reply, Sockets, Space};
use crate::sandbox::{Knobs, Server};

/// The commands it takes.
const KNOWN: [&str; 8] = ["EVAL", "EVALSHA", "GET", "PING", "SCAN", "SCRIPT", "SET", "UNLINK"];

/// A running stand-in for Upstash; it goes away when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    server: Server,
    knobs: Knobs,
}

/// The stand-in cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    /// No port can be listened on.
    #[error("no port can be listened on")]
    Port(#[from] io::Error),
    /// The Redis behind it cannot be used.
    #[error(transparent)]
    Redis(#[from] PortError),
}

impl Sandbox {
    /// The token it knows.
    pub const TOKEN: &str = "stand-in-redis-token";

    /// Starts on any free port of loopback, before the Redis that `behind` names.
    pub async fn start(behind: &RedisConfig) -> Result<Self, NotStarted> {
        let (knobs, sockets) = (Knobs::default(), Arc::new(Sockets::open(behind)?));
        let protocol = Router::new().route("/", post(run)).with_state(sockets);
        let router = knobs.over(protocol).merge(knobs.routes());
        let server = Server::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), router).await?;
        Ok(Self { server, knobs })
    }

    /// How to reach it.
    pub fn config(&self, space: Space) -> Config {
        let base = self.server.url().parse().expect("an address that is listened on is a base");
        Config::new(base, Secret::from(Self::TOKEN.to_owned()), space)
    }

    /// What it is told to do wrong.
    pub const fn knobs(&self) -> &Knobs {
        &self.knobs
    }

    /// Goes away: the port is closed and every line is cut.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

type Answer = (StatusCode, Json<Value>);

async fn run(
    State(sockets): State<Arc<Sockets>>,
    headers: HeaderMap,
    words: Result<Json<Vec<String>>, JsonRejection>,
) -> Answer {
    let token = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    if token != Some(&format!("Bearer {}", Sandbox::TOKEN)) {
        return refused(StatusCode::UNAUTHORIZED, "Unauthorized");
    }
    let Ok(Json(mut words)) = words else {
        return refused(StatusCode::BAD_REQUEST, "ERR failed to parse command");
    };
    let command = (!words.is_empty()).then(|| words.remove(0).to_ascii_uppercase());
    let Some(command) = KNOWN.into_iter().find(|known| command.as_deref() == Some(*known)) else {
        return refused(StatusCode::BAD_REQUEST, "ERR Command is not available");
    };
    match sockets.run(command, words).await {
        Ok(reply) => (StatusCode::OK, Json(json!({ "result": value(reply) }))),
        Err(fault) => told(&fault),
    }
}

fn told(fault: &Fault) -> Answer {
    match fault.kind {
        ErrorKind::Unavailable => refused(StatusCode::SERVICE_UNAVAILABLE, "the database is away"),
        _ => refused(StatusCode::BAD_REQUEST, fault.summary()),
    }
}

fn refused(status: StatusCode, message: &str) -> Answer {
    (status, Json(json!({ "error": message })))
}

fn value(reply: Reply) -> Value {
    match reply {
        Reply::Nil => Value::Null,
        Reply::Integer(number) => number.into(),
        Reply::Text(text) => text.into(),
        Reply::List(parts) => parts.into_iter().map(value).collect(),
    }
}
