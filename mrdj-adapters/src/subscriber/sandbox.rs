//! A stand-in for a subscriber, speaking Standard Webhooks over real HTTP on loopback.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::routing::post;
use jiff::Timestamp;
use mrdj_core::clock::Clock;
use mrdj_core::secret::Secret;
use mrdj_core::webhooks::{InboundEvent, MessageId, Scheme, Verifier};

use super::HookUrl;
use crate::sandbox::{Knobs, Server};

/// What the stand-in was told.
#[derive(Clone, Debug, PartialEq)]
pub struct HeardEvent {
    /// Under which id.
    pub id: MessageId,
    /// When it was signed.
    pub signed_at: Option<Timestamp>,
    /// What was signed.
    pub event: InboundEvent,
}

/// A running stand-in for a subscriber; it goes away when it is dropped.
pub struct Sandbox {
    server: Server,
    state: Shared,
}

#[derive(Clone)]
struct Shared {
    verifier: Arc<Verifier>,
    clock: Arc<dyn Clock>,
    knobs: Knobs,
    heard: Arc<Mutex<Vec<HeardEvent>>>,
}

impl Shared {
    fn heard(&self) -> MutexGuard<'_, Vec<HeardEvent>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sandbox {
    /// The secret that it knows.
    pub const SECRET: &'static str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

    /// Starts on any free port of loopback; `clock` tells it which signatures are too old.
    pub async fn start(clock: Arc<dyn Clock>) -> io::Result<Self> {
        let secret = Secret::from(Self::SECRET.to_owned());
        let verifier = Verifier::new(Scheme::Standard, &[secret]).expect("a secret of ours");
        let state = Shared { verifier: Arc::new(verifier), clock, knobs: Knobs::default(), heard: Arc::default() };
        let hook = Router::new().route("/hook", post(hear)).with_state(state.clone());
        let router = state.knobs.over(hook).merge(state.knobs.routes());
        let server = Server::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), router).await?;
        Ok(Self { server, state })
    }

    /// Where it listens, without a slash at its end.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Where it hears events.
    pub fn hook(&self) -> HookUrl {
        format!("{}/hook", self.url()).parse().expect("an address that is listened on")
    }

    /// What it is told to do wrong.
    pub const fn knobs(&self) -> &Knobs {
        &self.state.knobs
    }

    /// Everything that it was told and believed, oldest first, repetitions too.
    pub fn heard(&self) -> Vec<HeardEvent> {
        self.state.heard().clone()
    }

    /// Goes away: the port is closed and every line is cut.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

async fn hear(State(state): State<Shared>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers.get(name).map(HeaderValue::as_bytes);
    let Ok(verified) = state.verifier.verify(header, &body, state.clock.now()) else {
        return StatusCode::UNAUTHORIZED;
    };
    let Ok(event) = InboundEvent::read(&body) else { return StatusCode::BAD_REQUEST };
    state.heard().push(HeardEvent { id: verified.message, signed_at: verified.at, event });
    StatusCode::NO_CONTENT
}
