//! The partners that have a key, each with its courier.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use mrdj_adapters::captcha::{self, Captcha, Vendor};
use mrdj_adapters::outbound::{BaseUrl, Config as OutboundConfig, Outbound};
use mrdj_adapters::postmark::{self, Postmark};
use mrdj_adapters::rentguy::{self, PostedBookings, Projects, RentGuy, ServiceAccount};
use mrdj_core::bookings::Booking;
use mrdj_core::delivery::{Backoff, QueueRule};
use mrdj_core::leads::HumanCheck;
use mrdj_core::messages::{ClientLinks, MailCourier, PostageRule};
use mrdj_core::partners::{BookingCrm, BookingForCrm, BookingLane, BookingWatch, CrmCourier, look_at_bookings};
use mrdj_core::webhooks::PartnerName;

use super::crm_news::ReadBack;
use super::house::{House, StartError};
use crate::settings::{CrmBookings, CrmLogin, HumanCheckProvider, Settings};
use crate::{MailboxNews, WebhookDoor};

/// A worker at work extends its leases every third of this, so that a short term only means that the deliveries of a
/// killed one go on soon: within 15 s, a poll and a turn included.
pub(super) const LEASE_TERM: SignedDuration = SignedDuration::from_secs(12);

/// Room for some ten thousand projects, of which RentGuy tells at once.
const LARGEST_LIST_BYTES: usize = 16 * 1024 * 1024;

/// Sets up a courier for every partner that has what it needs.
pub(super) fn set_up(house: House) -> Result<House, StartError> {
    let house = set_up_crm(house)?;
    super::events::set_up(set_up_mail(house)?)
}

fn set_up_crm(house: House) -> Result<House, StartError> {
    let rentguy = house.settings().rentguy.clone();
    let house = match rentguy.bookings {
        CrmBookings::Off => house,
        CrmBookings::Bookings | CrmBookings::Projects(_) => house.with_booking_owes(BookingForCrm),
    };
    let (Some(base), Some(key)) = (rentguy.base_url.clone(), rentguy.api_key.clone()) else { return Ok(house) };
    let workspace =
        rentguy.workspace.parse().map_err(|invalid| StartError::Setting(format!("RENTGUY_WORKSPACE_ID {invalid}")))?;
    let config = rentguy::Config::new(base.clone(), key, workspace);
    let outbound = lists_outbound(rentguy.timeout);
    let bookings = booking_lane(&house, &rentguy.bookings, &config, base, &outbound);
    let crm = Arc::new(RentGuy::new(config, outbound));
    // One at a time, so that cards arrive in the order of the enquiries.
    let rule = QueueRule { concurrency: 1, ..rule(house.settings(), rentguy.retry, rentguy.timeout) };
    let looks = bookings.as_ref().is_some_and(|lane| lane.watch.is_some());
    let house = if looks { house.with_schedule(look_at_bookings()) } else { house };
    let courier = CrmCourier { crm, leads: house.leads(), bookings };
    Ok(house.with_courier(courier, rule))
}

/// Where clients find their bookings, where the settings say where the site stands; its API lies below `/api`.
fn client_links(house: &House) -> Result<Option<ClientLinks>, StartError> {
    let business = &house.settings().business;
    let Some(base) = business.base_url.as_ref().map(ToString::to_string) else { return Ok(None) };
    let (links, base) = (house.links(), base.trim_end_matches('/').to_owned());
    Ok(Some(Arc::new(move |booking: &Booking, _| {
        let token = links.token(booking.id);
        Some(format!("{base}/api/my-booking/{}?token={token}", booking.id))
    })))
}

/// The way of bookings, in the dialect that the settings name.
fn booking_lane(
    house: &House,
    dialect: &CrmBookings,
    config: &rentguy::Config,
    base: BaseUrl,
    outbound: &Outbound,
) -> Option<BookingLane> {
    let (crm, watch): (Arc<dyn BookingCrm>, Option<Arc<dyn BookingWatch>>) = match dialect {
        CrmBookings::Off => return None,
        CrmBookings::Bookings => (Arc::new(PostedBookings::new(config.clone(), outbound.clone())), None),
        CrmBookings::Projects(login) => {
            let CrmLogin { base_url, email, password } = login.clone();
            let account = ServiceAccount { base: base_url.unwrap_or(base), email, password };
            let projects = Arc::new(Projects::new(account, outbound.clone()));
            (projects.clone(), Some(projects))
        }
    };
    let source = house.settings().business.lead_source.clone();
    let book = house.ports().bookings.clone();
    let (store, news) = (house.ports().store.clone(), house.ports().news.clone());
    let news = Arc::new(ReadBack { partner: PartnerName::new("rentguy"), store, news });
    Some(BookingLane { crm, watch, news, book, source })
}

fn set_up_mail(house: House) -> Result<House, StartError> {
    let settings = house.settings();
    let mail = settings.mail.clone();
    let (Some(token), Some(from)) = (mail.api_key, mail.from) else { return Ok(house) };
    let address = from;
    let sender = format!("{} <{}>", settings.business.name, address.as_str());
    let from = sender
        .parse()
        .map_err(|invalid| StartError::Setting(format!("BUSINESS_NAME with MAIL_FROM_ADDRESS {invalid}")))?;
    let mailbox = Some(mail.reply_to.clone().unwrap_or_else(|| address.clone()));
    let config = postmark::Config { base: mail.base_url, token, from, reply_to: mail.reply_to, stream: mail.stream };
    let timeout = OutboundConfig::default().timeout;
    let patience = SignedDuration::try_from(timeout).unwrap_or(SignedDuration::from_secs(10));
    let rule = QueueRule { ask_after: mail.lookup_delay, ..rule(settings, mail.retry, patience) };
    let courier = MailCourier {
        mailer: Arc::new(Postmark::new(config, outbound(patience))),
        post_office: house.ports().post_office.clone(),
        leads: house.leads(),
        bookings: house.ports().bookings.clone(),
        links: client_links(&house)?,
        postage: PostageRule { hourly: mail.hourly_limit, ..PostageRule::default() },
        house: mrdj_core::messages::House {
            name: settings.business.name.clone(),
            phone: settings.business.phone.clone(),
            inbox: mail.inbox,
            mailbox,
            zone: settings.business.zone.clone(),
            base_url: settings.business.base_url.as_ref().map(ToString::to_string),
        },
    };
    Ok(house.with_courier(courier, rule))
}

fn outbound(timeout: SignedDuration) -> Outbound {
    Outbound::new(calls(timeout))
}

/// The same for a partner that tells of everything at once.
fn lists_outbound(timeout: SignedDuration) -> Outbound {
    Outbound::new(OutboundConfig { max_answer_bytes: LARGEST_LIST_BYTES, ..calls(timeout) })
}

fn calls(timeout: SignedDuration) -> OutboundConfig {
    let timeout = Duration::try_from(timeout).unwrap_or(Duration::from_secs(10));
    OutboundConfig { timeout, ..OutboundConfig::default() }
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
