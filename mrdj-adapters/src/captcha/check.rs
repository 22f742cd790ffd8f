//! The port.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use mrdj_core::delivery::{Allowance, Breaker, BreakerRule};
use mrdj_core::leads::{HumanCheck, HumanVerdict};
use tracing::{error, warn};

use super::Config;
use super::wire::{Meaning, Question, Reply};
use crate::outbound::{self, Outbound};

/// hCaptcha or Turnstile in the role of the human check.
///
/// After three unanswered checks in a row it says at once that there is no answer, for a minute; then one check tries.
#[derive(Debug)]
pub struct Captcha {
    config: Config,
    outbound: Outbound,
    breaker: Mutex<Breaker>,
}

/// Three in a row, a minute.
const RULE: BreakerRule = BreakerRule { failures: 3, cooldown: SignedDuration::from_secs(60) };
/// A check is over in two seconds, so a probe is too.
const PROBE: SignedDuration = SignedDuration::from_secs(2);

impl Captcha {
    /// The check that `config` names; its time is bounded here, so it brings a client of its own.
    pub fn new(config: Config) -> Self {
        let timeout = config.timeout.min(Config::LONGEST);
        let outbound = Outbound::new(outbound::Config {
            timeout,
            connect_timeout: timeout.min(Duration::from_secs(1)),
            max_answer_bytes: 64 * 1024,
        });
        Self { config, outbound, breaker: Mutex::new(Breaker::default()) }
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a check may leave at `now`.
    fn may_ask(&self, now: Timestamp) -> bool {
        let mut breaker = self.breaker();
        match breaker.allowance(now) {
            Allowance::Everything => true,
            Allowance::Probe => {
                breaker.probing(now.checked_add(PROBE).unwrap_or(Timestamp::MAX));
                true
            }
            Allowance::Nothing => false,
        }
    }

    async fn ask(&self, token: &str, from: Option<IpAddr>, now: Timestamp) -> Result<Meaning, String> {
        let call = self.outbound.post(self.config.url()).form(&Question::of(token, from, &self.config));
        let answer = call.send(now).await.map_err(|error| error.to_string())?;
        if !answer.is_success() {
            return Err(answer.status.to_string());
        }
        let reply: Reply = serde_json::from_slice(&answer.body).map_err(|_| "an unreadable answer".to_owned())?;
        match reply.meaning() {
            Meaning::Trouble => Err("an error of its own".to_owned()),
            meaning => Ok(meaning),
        }
    }

    fn unanswered(&self, reason: &str, now: Timestamp) -> HumanVerdict {
        let vendor = self.config.vendor.word();
        warn!(captcha.vendor = vendor, captcha.reason = reason, "{vendor} gave no answer: {reason}");
        if self.breaker().outage(RULE, reason, now) {
            warn!(captcha.vendor = vendor, "{vendor} is not asked for a while");
        }
        HumanVerdict::NoAnswer
    }

    fn answered(&self, meaning: Meaning) -> HumanVerdict {
        self.breaker().answered();
        match meaning {
            Meaning::Human => HumanVerdict::Human,
            Meaning::BadToken => HumanVerdict::NotHuman,
            Meaning::BadSetting | Meaning::Trouble => {
                let vendor = self.config.vendor.word();
                error!(captcha.vendor = vendor, "{vendor} refuses our settings, so nobody is checked");
                HumanVerdict::NoAnswer
            }
        }
    }
}

#[async_trait]
impl HumanCheck for Captcha {
    async fn check(&self, token: String, from: Option<IpAddr>, now: Timestamp) -> HumanVerdict {
        let token = token.trim();
        if token.is_empty() || token.chars().count() > self.config.vendor.max_token_chars() {
            return HumanVerdict::NotHuman;
        }
        if !self.may_ask(now) {
            return HumanVerdict::NoAnswer;
        }
        match self.ask(token, from, now).await {
            Ok(meaning) => self.answered(meaning),
            Err(reason) => self.unanswered(&reason, now),
        }
    }
}
