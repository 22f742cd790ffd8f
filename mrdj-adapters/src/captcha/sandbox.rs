//! A stand-in for both checkers: their dialects over real HTTP on loopback.
//!
//! | Route | What it does |
//! | --- | --- |
//! | `POST /siteverify` | checks a token as hCaptcha does |
//! | `POST /turnstile/v0/siteverify` | checks a token as Turnstile does |
//! | `GET /mode`, `POST /mode` | show and turn how it misbehaves ([`Mode`](crate::sandbox::Mode)) |
//!
//! It knows one key, and the tokens it gave out; each is good once.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;
use axum::{Json, Router};
use mrdj_core::secret::Secret;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{Config, Vendor};
use crate::sandbox::{Knobs, Server, Shared};

/// A running stand-in for hCaptcha and Turnstile; it goes away when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    server: Server,
    state: Shared<Desk>,
}

#[derive(Debug, Default)]
struct Desk {
    /// Each token given out, and whether it was used.
    tokens: HashMap<String, bool>,
    asked: u64,
    last: Vec<(String, String)>,
}

impl Sandbox {
    /// The key it knows.
    pub const SECRET: &str = "stand-in-captcha-secret";

    /// Starts on any free port of loopback.
    pub async fn start() -> io::Result<Self> {
        Self::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await
    }

    /// Starts on `address`.
    pub async fn start_at(address: SocketAddr) -> io::Result<Self> {
        let state = Shared::<Desk>::default();
        let server = Server::start(address, router(&state)).await?;
        Ok(Self { server, state })
    }

    /// How to reach it in the role of `vendor`.
    pub fn config(&self, vendor: Vendor) -> Config {
        let path = match vendor {
            Vendor::HCaptcha => "",
            Vendor::Turnstile => "/turnstile/v0",
        };
        let base = format!("{}{path}", self.server.url()).parse();
        let base = base.expect("an address that is listened on, with a path of ours, is a base");
        Config { base, ..Config::new(vendor, Secret::from(Self::SECRET.to_owned())) }
    }

    /// What it is told to do wrong.
    pub const fn knobs(&self) -> &Knobs {
        &self.state.knobs
    }

    /// Gives out a token that is good once.
    pub fn token(&self) -> String {
        let mut desk = self.state.book();
        let token = format!("stand-in-token-{}", desk.tokens.len() + 1);
        desk.tokens.insert(token.clone(), false);
        token
    }

    /// How many questions reached it while it behaved.
    pub fn asked(&self) -> u64 {
        self.state.book().asked
    }

    /// The fields of the last question, the key left out.
    pub fn last_question(&self) -> Vec<(String, String)> {
        self.state.book().last.clone()
    }

    /// Forgets everything and behaves.
    pub fn reset(&self) {
        self.state.reset();
    }

    /// Goes away: the port is closed and every line is cut.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

fn router(state: &Shared<Desk>) -> Router {
    let partner = Router::new()
        .route("/siteverify", post(hcaptcha))
        .route("/turnstile/v0/siteverify", post(turnstile))
        .with_state(state.clone());
    state.knobs.over(partner).merge(state.knobs.routes())
}

async fn hcaptcha(State(state): State<Shared<Desk>>, headers: HeaderMap, body: Bytes) -> Json<Value> {
    reply(state.check(&form(&headers, &body), "invalid-input-response", "already-seen-response"))
}

async fn turnstile(State(state): State<Shared<Desk>>, headers: HeaderMap, body: Bytes) -> Json<Value> {
    reply(state.check(&form(&headers, &body), "invalid-input-response", "timeout-or-duplicate"))
}

/// The fields of a form; what is none has none.
fn form(headers: &HeaderMap, body: &[u8]) -> Vec<(String, String)> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let body = if kind.starts_with("application/x-www-form-urlencoded") { body } else { b"" };
    form_urlencoded::parse(body).into_owned().collect()
}

impl Shared<Desk> {
    fn check(&self, fields: &[(String, String)], wrong: &'static str, used: &'static str) -> Result<(), &'static str> {
        let mut desk = self.book();
        desk.asked += 1;
        desk.last = fields.iter().filter(|(name, _)| name != "secret").cloned().collect();
        let field = |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        match field("secret") {
            "" => return Err("missing-input-secret"),
            Sandbox::SECRET => {}
            _ => return Err("invalid-input-secret"),
        }
        if field("response").is_empty() {
            return Err("missing-input-response");
        }
        match desk.tokens.get_mut(field("response")) {
            None => Err(wrong),
            Some(true) => Err(used),
            Some(fresh) => {
                *fresh = true;
                Ok(())
            }
        }
    }
}

fn reply(outcome: Result<(), &'static str>) -> Json<Value> {
    Json(match outcome {
        Ok(()) => json!({ "success": true, "challenge_ts": "2026-11-21T12:00:00Z", "hostname": "example.com" }),
        Err(code) => json!({ "success": false, "error-codes": [code] }),
    })
}
