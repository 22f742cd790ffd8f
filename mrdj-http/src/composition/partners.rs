//! The partners that have a key, each with its courier.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use mrdj_adapters::captcha::{self, Captcha, Vendor};
use mrdj_adapters::outbound::{Config as OutboundConfig, Outbound};
use mrdj_adapters::postmark::{self, Postmark};
use mrdj_adapters::rentguy::{self, RentGuy};
use mrdj_core::delivery::{Backoff, QueueRule};
use mrdj_core::leads::HumanCheck;
use mrdj_core::messages::{MailCourier, PostageRule};
use mrdj_core::partners::CrmCourier;

use super::house::{House, StartError};
use crate::settings::{HumanCheckProvider, Settings};
use crate::{MailboxNews, WebhookDoor};

/// A worker at work extends its leases every third of this, so that a short term only means that the deliveries of a
/// killed one go on soon: within 15 s, a poll and a turn included.
pub(super) const LEASE_TERM: SignedDuration = SignedDuration::from_secs(12);

/// Sets up a courier for every partner that has what it needs.
pub(super) fn set_up(house: House) -> Result<House, StartError> {
    let house = set_up_crm(house)?;
    super::events::set_up(set_up_mail(house)?)
}

fn set_up_crm(house: House) -> Result<House, StartError> {
    let rentguy = house.settings().rentguy.clone();
    let (Some(base), Some(key)) = (rentguy.base_url, rentguy.api_key) else { return Ok(house) };
    let workspace =
        rentguy.workspace.parse().map_err(|invalid| StartError::Setting(format!("RENTGUY_WORKSPACE_ID {invalid}")))?;
    let config = rentguy::Config::new(base, key, workspace);
    let crm = Arc::new(RentGuy::new(config, outbound(rentguy.timeout)));
    // One at a time, so that cards arrive in the order of the enquiries.
    let rule = QueueRule { concurrency: 1, ..rule(house.settings(), rentguy.retry, rentguy.timeout) };
    let courier = CrmCourier { crm, leads: house.leads() };
    Ok(house.with_courier(courier, rule))
}

fn set_up_mail(house: House) -> Result<House, StartError> {
    let settings = house.settings();
    let mail = settings.mail.clone();
    let (Some(token), Some(from)) = (mail.api_key, mail.from) else { return Ok(house) };
    let sender = format!("{} <{}>", settings.business.name, from.as_str());
    let from = sender
        .parse()
        .map_err(|invalid| StartError::Setting(format!("BUSINESS_NAME with MAIL_FROM_ADDRESS {invalid}")))?;
    let config = postmark::Config { base: mail.base_url, token, from, reply_to: mail.reply_to, stream: mail.stream };
    let timeout = OutboundConfig::default().timeout;
    let patience = SignedDuration::try_from(timeout).unwrap_or(SignedDuration::from_secs(10));
    let rule = QueueRule { ask_after: mail.lookup_delay, ..rule(settings, mail.retry, patience) };
    let courier = MailCourier {
        mailer: Arc::new(Postmark::new(config, outbound(patience))),
        post_office: house.ports().post_office.clone(),
        leads: house.leads(),
        postage: PostageRule { hourly: mail.hourly_limit, ..PostageRule::default() },
        house: mrdj_core::messages::House {
            name: settings.business.name.clone(),
            phone: settings.business.phone.clone(),
            inbox: mail.inbox,
            base_url: settings.business.base_url.as_ref().map(ToString::to_string),
        },
    };
    Ok(house.with_courier(courier, rule))
}

fn outbound(timeout: SignedDuration) -> Outbound {
    let timeout = Duration::try_from(timeout).unwrap_or(Duration::from_secs(10));
    Outbound::new(OutboundConfig { timeout, ..OutboundConfig::default() })
}

/// A delivery may take a look-up and two calls.
fn rule(settings: &Settings, retry: Backoff, timeout: SignedDuration) -> QueueRule {
    QueueRule {
        retry: Arc::new(retry),
        breaker: settings.breaker,
        concurrency: settings.workers.max(1),
        deadline: timeout.saturating_mul(3),
        lease_term: LEASE_TERM,
        ..QueueRule::default()
    }
}

/// Where Postmark reports, when a password for it is set.
pub(super) fn webhook_door(settings: &Settings) -> Option<WebhookDoor> {
    let password = settings.mail.webhook_password.clone()?;
    let stream = settings.mail.stream.clone();
    let read = move |body: &[u8]| match postmark::read_event(body, &stream).ok()? {
        postmark::MailboxNews::Suppress { mailbox, why } => Some(MailboxNews::Suppress { mailbox, why }),
        postmark::MailboxNews::Lift { mailbox } => Some(MailboxNews::Lift { mailbox }),
        postmark::MailboxNews::Ignore => None,
    };
    Some(WebhookDoor { password, read: Arc::new(read) })
}

/// What tells people from programs, where a key for it is set.
pub(super) fn human_check(settings: &Settings) -> Option<Arc<dyn HumanCheck>> {
    let check = settings.human_check.clone()?;
    let vendor = match check.provider {
        HumanCheckProvider::Hcaptcha => Vendor::HCaptcha,
        HumanCheckProvider::Turnstile => Vendor::Turnstile,
    };
    let config = captcha::Config { base: check.base_url, ..captcha::Config::new(vendor, check.secret_key) };
    Some(Arc::new(Captcha::new(config)))
}
