//! The port.

use async_trait::async_trait;
use jiff::Timestamp;
use mrdj_core::error::PortError;
use mrdj_core::webhooks::{InvalidSecret, OutgoingEvent, SigningKey, Subscriber, sign};

use super::{Config, error};
use crate::outbound::{self, Stranger};

/// One subscriber, told by Standard Webhooks.
#[derive(Debug)]
pub struct Hook {
    stranger: Stranger,
    key: SigningKey,
    former: Vec<SigningKey>,
}

impl Hook {
    /// The subscriber that `config` names; without a secret that can sign there is none.
    pub fn new(config: Config) -> Result<Self, InvalidSecret> {
        let mut keys = config.secrets.iter().map(SigningKey::standard).collect::<Result<Vec<_>, _>>()?.into_iter();
        let key = keys.next().ok_or(InvalidSecret::Empty)?;
        // What it answers says nothing to us; a few words are read so that the line can be used again.
        let limits =
            outbound::Config { timeout: config.timeout, max_answer_bytes: 64 * 1024, ..outbound::Config::default() };
        Ok(Self { stranger: Stranger::new(limits, config.url.0, config.rule), key, former: keys.collect() })
    }
}

#[async_trait]
impl Subscriber for Hook {
    async fn tell(&self, event: &OutgoingEvent, now: Timestamp) -> Result<(), PortError> {
        let body = event.body();
        let mut call = self.stranger.post().map_err(error::unanswered)?;
        for (name, value) in sign(&event.id, now, &body, &self.key, &self.former) {
            call = call.header(name, &value);
        }
        match call.body("application/json", body).send(now).await {
            Ok(answer) if answer.is_success() => Ok(()),
            Ok(answer) => Err(error::refused(&answer, now)),
            // The status alone says that it has it.
            Err(cut) if cut.status.is_some_and(|status| (200..300).contains(&status)) => Ok(()),
            Err(unanswered) => Err(error::unanswered(unanswered)),
        }
    }
}
