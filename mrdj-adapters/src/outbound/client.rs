//! The calls.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use mrdj_core::secret::Secret;
use reqwest::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, RequestBuilder, Response};
use serde::Serialize;
use tracing::{debug, warn};
use url::Url;

use super::answer::retry_after;
use super::stranger::Guard;
use super::{Answer, OutboundError};

/// How much a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// For the whole call, from opening the line to the last byte of the answer.
    pub timeout: Duration,
    /// For opening the line, as far as `timeout` allows.
    pub connect_timeout: Duration,
    /// The largest answer that is read.
    pub max_answer_bytes: usize,
}

impl Default for Config {
    /// Ten seconds, three of them to open the line; one MiB.
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(3),
            max_answer_bytes: 1024 * 1024,
        }
    }
}

/// Calls partners over HTTP; clones share one set of open lines.
///
/// It follows no redirect, uses no proxy from the environment, compresses nothing, and keeps to its [`Config`].
#[derive(Clone, Debug)]
pub struct Outbound {
    client: Client,
    max_answer_bytes: usize,
}

impl Outbound {
    /// A client that keeps to `config`.
    pub fn new(config: Config) -> Self {
        Self::built(config, || builder(config))
    }

    /// The same, which connects to what `guard` finds and to nothing else.
    pub(super) fn resolving(config: Config, guard: Guard) -> Self {
        let guard = Arc::new(guard);
        Self::built(config, || builder(config).dns_resolver(Arc::clone(&guard)))
    }

    fn built(config: Config, builder: impl Fn() -> ClientBuilder) -> Self {
        let client = builder().build().unwrap_or_else(|error| {
            // Plain addresses, the stand-ins' among them, need no certificates: only https:// is lost.
            let error = error.without_url();
            warn!(error = %error, "no certificates on this machine, so no https address can be called");
            let without = builder().tls_certs_only([]).build();
            without.expect("a client that trusts nobody needs nothing of the machine")
        });
        Self { client, max_answer_bytes: config.max_answer_bytes }
    }

    /// Begins a `GET`.
    pub fn get(&self, url: Url) -> Call {
        self.call(self.client.get(url))
    }

    /// Begins a `POST`.
    pub fn post(&self, url: Url) -> Call {
        self.call(self.client.post(url))
    }

    /// Begins a `PUT`.
    pub fn put(&self, url: Url) -> Call {
        self.call(self.client.put(url))
    }

    fn call(&self, request: RequestBuilder) -> Call {
        Call { request, outbound: self.clone() }
    }

    async fn answer(&self, response: Response, now: Timestamp) -> Result<Answer, OutboundError> {
        let status = response.status().as_u16();
        let wait = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = wait.and_then(|value| retry_after(value, now));
        Ok(Answer { status, retry_after, body: self.read(response, status).await? })
    }

    async fn read(&self, mut response: Response, status: u16) -> Result<Vec<u8>, OutboundError> {
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|error| OutboundError::broken_off(status, error))? {
            if body.len() + part.len() > self.max_answer_bytes {
                return Err(OutboundError::too_large(status));
            }
            body.extend_from_slice(&part);
        }
        Ok(body)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the outbound client that the ban points to")]
fn builder(config: Config) -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("mrdj/", env!("CARGO_PKG_VERSION")))
        .timeout(config.timeout)
        // Only a line that fails before the whole call runs out proves that nothing was sent.
        .connect_timeout(config.connect_timeout.min(config.timeout))
        // A redirect would carry keys and persons to wherever it points.
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
}

/// A request that is being written.
#[must_use = "a call does nothing until it is sent"]
pub struct Call {
    request: RequestBuilder,
    outbound: Outbound,
}

impl Call {
    /// Adds a header.
    pub fn header(self, name: &'static str, value: &str) -> Self {
        Self { request: self.request.header(name, value), ..self }
    }

    /// Adds a header that no log may show.
    pub fn secret_header(self, name: &'static str, value: &Secret) -> Self {
        let request = match HeaderValue::try_from(value.reveal()) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.request.header(name, value)
            }
            // The request keeps the fault and tells it when it is sent.
            Err(_) => self.request.header(name, value.reveal()),
        };
        Self { request, ..self }
    }

    /// Adds `Authorization: Bearer`.
    pub fn bearer(self, key: &Secret) -> Self {
        Self { request: self.request.bearer_auth(key.reveal()), ..self }
    }

    /// Takes `body` along as JSON.
    pub fn json(self, body: &(impl Serialize + ?Sized)) -> Self {
        Self { request: self.request.json(body), ..self }
    }

    /// Takes `bytes` along as they are, which are of this media type.
    pub fn body(self, media_type: &'static str, bytes: Vec<u8>) -> Self {
        Self { request: self.request.header(CONTENT_TYPE, media_type).body(bytes), ..self }
    }

    /// Takes `fields` along as a form.
    pub fn form(self, fields: &(impl Serialize + ?Sized)) -> Self {
        Self { request: self.request.form(fields), ..self }
    }

    /// Sends it at `now`, and reads the whole answer.
    pub async fn send(self, now: Timestamp) -> Result<Answer, OutboundError> {
        let request = self.request.build().map_err(OutboundError::unsendable)?;
        let (method, url) = (request.method().clone(), request.url());
        let host = url.host_str().unwrap_or_default().to_owned();
        let outcome = match self.outbound.client.execute(request).await {
            Ok(response) => self.outbound.answer(response, now).await,
            Err(error) => Err(OutboundError::unanswered(error)),
        };
        match &outcome {
            Ok(answer) => debug!(http.host = host, http.status = answer.status, "{method} to {host} was answered"),
            Err(error) => debug!(http.host = host, error = %error, "{method} to {host} was not answered"),
        }
        outcome
    }
}
