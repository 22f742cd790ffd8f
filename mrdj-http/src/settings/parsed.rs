//! The settings as types.

use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use mrdj_adapters::outbound::BaseUrl;
use mrdj_adapters::redis::{RedisUrl, Space};
use mrdj_core::contacts::EmailAddress;
use mrdj_core::delivery::{Backoff, BreakerRule};
use mrdj_core::experiments::Flag;
use mrdj_core::limits::Limit;
use mrdj_core::secret::Secret;

use super::reader::Reader;
use super::texts::{
    address, base_url, choice, filter, flags, label, line, mailbox, networks, origins, redis_url, region, switch, text,
    zone,
};
use super::webhooks::{senders, subscribers};
use super::{Database, Faults, ManagedFile, Origin, Senders, Sources, Subscribers};

/// Everything that can be set, parsed: holding one proves that nothing in it was malformed.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where files lie.
    pub data_dir: PathBuf,
    /// Where the store of record is.
    pub database: Database,
    /// The settings that the program itself writes.
    pub managed: ManagedFile,
    /// How long a stop may take.
    pub shutdown_timeout: SignedDuration,
    /// The Redis that processes share, where there is one.
    pub redis: Option<SharedRedis>,
    /// Who the business is.
    pub business: Business,
    /// The CRM.
    pub rentguy: Rentguy,
    /// Mail.
    pub mail: Mail,
    /// Who may send us signed events.
    pub senders: Senders,
    /// Who hears what happens here.
    pub subscribers: Subscribers,
    /// How many deliveries of one queue are under way at once; 0 carries nothing.
    pub workers: usize,
    /// When a partner counts as away.
    pub breaker: BreakerRule,
    /// How long what is done is kept; `None` keeps it for ever.
    pub keep_done: Option<SignedDuration>,
    /// The proxies whose word about a caller's address is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The sites whose pages may call.
    pub cors_origins: Vec<Origin>,
    /// How often somebody may call.
    pub limits: Limits,
    /// What opens the crew's calendar; none leaves it shut.
    pub calendar_tokens: Vec<Secret>,
    /// What tells people from programs, where it is set up.
    pub human_check: Option<HumanCheck>,
    /// The operator's pages.
    pub dashboard: Dashboard,
    /// The log.
    pub log: Log,
}

/// A Redis that processes share.
#[derive(Clone, Debug)]
pub struct SharedRedis {
    /// Which part of it is ours.
    pub space: Space,
    /// How it is reached.
    pub way: RedisWay,
}

/// The way to a Redis.
#[derive(Clone, Debug)]
pub enum RedisWay {
    /// Over sockets.
    Sockets(RedisUrl),
    /// Over Upstash's REST protocol.
    Rest {
        /// Where it answers.
        base: BaseUrl,
        /// The token that may write.
        token: Secret,
    },
}

/// Who the business is.
#[derive(Clone, Debug)]
pub struct Business {
    /// Its name.
    pub name: String,
    /// Its phone, as it is printed.
    pub phone: Option<String>,
    /// The country a phone number without a country code belongs to: two capitals.
    pub phone_region: String,
    /// Its civil time.
    pub zone: TimeZone,
    /// Where its site stands.
    pub base_url: Option<BaseUrl>,
    /// What signs the links of clients, where one is set; see [`ensure_link_secret`](super::ensure_link_secret).
    pub link_secret: Option<Secret>,
    /// Where stands what can be bought.
    pub packages: Option<PathBuf>,
    /// Where the folder stands with what visitors are shown.
    pub personalization: Option<PathBuf>,
    /// Where stand features of GrowthBook.
    pub features: Option<PathBuf>,
    /// Switches for the site.
    pub flags: Vec<Flag>,
    /// What the CRM is told about where enquiries come from.
    pub lead_source: String,
}

/// How to reach RentGuy.
#[derive(Clone, Debug)]
pub struct Rentguy {
    /// The full base.
    pub base_url: Option<BaseUrl>,
    /// The bearer token.
    pub api_key: Option<Secret>,
    /// The tenant.
    pub workspace: String,
    /// How long one call may take.
    pub timeout: SignedDuration,
    /// When a failed card is tried again.
    pub retry: Backoff,
    /// As what it takes bookings.
    pub bookings: CrmBookings,
}

/// As what the CRM takes bookings.
#[derive(Clone, Debug)]
pub enum CrmBookings {
    /// They stay here.
    Off,
    /// As bookings, where and with the key with which cards are put.
    Bookings,
    /// As projects of this account.
    Projects(CrmLogin),
}

/// Who keeps projects.
#[derive(Clone, Debug)]
pub struct CrmLogin {
    /// Their base, where it is another than that of cards.
    pub base_url: Option<BaseUrl>,
    /// The account.
    pub email: EmailAddress,
    /// Its password.
    pub password: Secret,
}

/// How to send mail.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The server token.
    pub api_key: Option<Secret>,
    /// Where the provider answers.
    pub base_url: BaseUrl,
    /// The sender.
    pub from: Option<EmailAddress>,
    /// Where answers go.
    pub reply_to: Option<EmailAddress>,
    /// Who in the business hears of a new enquiry.
    pub inbox: Option<EmailAddress>,
    /// The message stream.
    pub stream: String,
    /// Confirmations per hour, over all; 0 sets no ceiling.
    pub hourly_limit: u32,
    /// How long the provider's own search may lag behind.
    pub lookup_delay: SignedDuration,
    /// The password of the provider's own calls.
    pub webhook_password: Option<Secret>,
    /// When a failed mail is tried again.
    pub retry: Backoff,
}

/// How often somebody may call.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Any call.
    pub any: Limit,
    /// An enquiry.
    pub contact: Limit,
}

/// Who checks for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HumanCheckProvider {
    /// hCaptcha.
    Hcaptcha,
    /// Cloudflare Turnstile.
    Turnstile,
}

/// How to check for people.
#[derive(Clone, Debug)]
pub struct HumanCheck {
    /// By whom.
    pub provider: HumanCheckProvider,
    /// The secret half of the site's key.
    pub secret_key: Secret,
    /// Where the provider answers.
    pub base_url: BaseUrl,
}

/// Who the operator is.
#[derive(Clone, Debug)]
pub struct Dashboard {
    /// Whether the operator's pages and routes are served.
    pub enabled: bool,
    /// The operator's name.
    pub user: String,
    /// The password, where one is set; see [`ensure_operator_password`](super::ensure_operator_password).
    pub password: Option<Secret>,
    /// From where the operator may come.
    pub allowed: Vec<IpNet>,
}

/// What is written to the log.
#[derive(Clone, Debug)]
pub struct Log {
    /// A filter as `tracing-subscriber` reads it.
    pub filter: String,
    /// How a line looks; `None` leaves it to what standard error is.
    pub format: Option<LogFormat>,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Passwords that everybody tries first.
const WELL_KNOWN: &[&str] = &[
    "123456",
    "12345678",
    "admin",
    "admin123",
    "administrator",
    "changeme",
    "change-me",
    "default",
    "letmein",
    "mr-dj",
    "mrdj",
    "passw0rd",
    "password",
    "root",
    "secret",
    "test",
    "welcome",
    "welkom",
    "welkom01",
    "wachtwoord",
];

impl Settings {
    /// Reads every setting from `sources`, or tells all that is wrong at once.
    pub fn parse(sources: &Sources) -> Result<Self, Faults> {
        let mut reader = Reader::new(sources);
        let data_dir = PathBuf::from(reader.value("DATA_DIR", text));
        let settings = Self {
            listen: SocketAddr::new(reader.value("HOST", address), port(&mut reader)),
            database: Database::read(&mut reader, data_dir.join("mrdj.db")),
            managed: sources.managed.clone(),
            shutdown_timeout: reader.millis("SHUTDOWN_TIMEOUT_MS"),
            redis: redis(&mut reader),
            business: business(&mut reader),
            rentguy: rentguy(&mut reader),
            mail: mail(&mut reader),
            senders: senders(&mut reader),
            subscribers: subscribers(&mut reader),
            workers: reader.count("WORKERS") as usize,
            breaker: BreakerRule {
                failures: reader.count("CIRCUIT_FAILURES"),
                cooldown: reader.millis("CIRCUIT_COOLDOWN_MS"),
            },
            keep_done: reader.days("DELIVERY_KEEP_DAYS"),
            trusted_proxies: reader.given("TRUSTED_PROXIES", networks).unwrap_or_default(),
            cors_origins: reader.given("CORS_ORIGINS", origins).unwrap_or_default(),
            limits: Limits { any: reader.limit("RATE_LIMIT"), contact: reader.limit("CONTACT_RATE_LIMIT") },
            calendar_tokens: calendar_tokens(&mut reader),
            human_check: human_check(&mut reader),
            dashboard: dashboard(&mut reader),
            log: log(&mut reader),
            data_dir,
        };
        settings.refuse_well_known_password(&mut reader);
        reader.finish(settings)
    }

    fn refuse_well_known_password(&self, reader: &mut Reader<'_>) {
        let word = self.dashboard.password.as_ref().map(|password| password.reveal().to_ascii_lowercase());
        let known = word.is_some_and(|word| WELL_KNOWN.contains(&&*word) || word == self.dashboard.user);
        let local = self.listen.ip().is_loopback()
            && self.trusted_proxies.is_empty()
            && self.dashboard.allowed.iter().all(|net| net.network().is_loopback() && net.broadcast().is_loopback());
        if self.dashboard.enabled && known && !local {
            let what = "is a password that everybody tries first, and more than this machine can reach the dashboard";
            reader.fault("CONFIG_DASHBOARD_PASS", what);
        }
    }
}

fn port(reader: &mut Reader<'_>) -> u16 {
    u16::try_from(reader.number("PORT")).expect("the catalogue ends its range at 65535")
}

fn redis(reader: &mut Reader<'_>) -> Option<SharedRedis> {
    let (namespace, environment) = (reader.value("REDIS_NAMESPACE", label), reader.value("REDIS_ENVIRONMENT", label));
    let space = Space::new(&namespace, &environment).expect("each was read as one of its words");
    let sockets = reader.given("REDIS_URL", redis_url).map(RedisWay::Sockets);
    let rest = match (reader.given("UPSTASH_REDIS_REST_URL", base_url), reader.secret("UPSTASH_REDIS_REST_TOKEN")) {
        (Some(base), Some(token)) => Some(RedisWay::Rest { base, token }),
        (Some(_), None) if sockets.is_none() => {
            reader.fault("UPSTASH_REDIS_REST_TOKEN", "is not set, and UPSTASH_REDIS_REST_URL is");
            None
        }
        _ => None,
    };
    sockets.or(rest).map(|way| SharedRedis { space, way })
}

fn business(reader: &mut Reader<'_>) -> Business {
    Business {
        name: reader.value("BUSINESS_NAME", line),
        phone: reader.given("BUSINESS_PHONE", line),
        phone_region: reader.value("PHONE_REGION", region),
        zone: reader.value("TIME_ZONE", zone),
        base_url: reader.given("PUBLIC_BASE_URL", base_url),
        link_secret: reader.secret("CLIENT_LINK_SECRET"),
        packages: reader.given("PACKAGES_PATH", line).map(PathBuf::from),
        personalization: reader.given("PERSONALIZATION_PATH", line).map(PathBuf::from),
        features: reader.given("FEATURES_PATH", line).map(PathBuf::from),
        flags: reader.given("FEATURE_FLAGS", flags).unwrap_or_default(),
        lead_source: reader.word("LEAD_SOURCE"),
    }
}

fn rentguy(reader: &mut Reader<'_>) -> Rentguy {
    Rentguy {
        base_url: reader.given("RENTGUY_API_BASE_URL", base_url),
        api_key: reader.secret("RENTGUY_API_KEY"),
        workspace: reader.word("RENTGUY_WORKSPACE_ID"),
        timeout: reader.millis("RENTGUY_TIMEOUT_MS"),
        retry: reader.retry("RENTGUY"),
        bookings: crm_bookings(reader),
    }
}

fn crm_bookings(reader: &mut Reader<'_>) -> CrmBookings {
    let word = reader.given("RENTGUY_BOOKINGS", |text| choice("RENTGUY_BOOKINGS", text));
    let base_url = reader.given("RENTGUY_PROJECTS_BASE_URL", base_url);
    let email = reader.given("RENTGUY_LOGIN_EMAIL", mailbox);
    let login = match (email, reader.secret("RENTGUY_LOGIN_PASSWORD")) {
        (Some(email), Some(password)) => Some(CrmLogin { base_url, email, password }),
        (Some(_), None) => {
            reader.fault("RENTGUY_LOGIN_PASSWORD", "is not set, and RENTGUY_LOGIN_EMAIL is");
            return CrmBookings::Off;
        }
        (None, _) => None,
    };
    match (word, login) {
        (Some("bookings"), _) => CrmBookings::Bookings,
        (Some("projects") | None, Some(login)) => CrmBookings::Projects(login),
        (Some("projects"), None) => {
            reader.fault("RENTGUY_LOGIN_EMAIL", "is not set, and RENTGUY_BOOKINGS is projects");
            CrmBookings::Off
        }
        _ => CrmBookings::Off,
    }
}

fn mail(reader: &mut Reader<'_>) -> Mail {
    reader.value("MAIL_PROVIDER", |text| choice("MAIL_PROVIDER", text));
    let reply_to = reader.given("MAIL_REPLY_TO", mailbox);
    Mail {
        api_key: reader.secret("MAIL_API_KEY"),
        base_url: reader.value("MAIL_API_BASE_URL", base_url),
        from: reader.given("MAIL_FROM_ADDRESS", mailbox),
        inbox: reader.given("MAIL_INBOX_ADDRESS", mailbox).or_else(|| reply_to.clone()),
        reply_to,
        stream: reader.word("MAIL_STREAM"),
        hourly_limit: reader.count("MAIL_HOURLY_LIMIT"),
        lookup_delay: reader.millis("MAIL_LOOKUP_DELAY_MS"),
        webhook_password: reader.secret("MAIL_WEBHOOK_PASSWORD"),
        retry: reader.retry("MAIL"),
    }
}

/// The shortest token that nobody guesses, in characters.
const LEAST_TOKEN: usize = 20;

fn calendar_tokens(reader: &mut Reader<'_>) -> Vec<Secret> {
    let given = reader.secret("CALENDAR_FEED_TOKEN");
    let given = given.as_ref().map(Secret::reveal).unwrap_or_default();
    let tokens: Vec<_> = given.split(',').map(str::trim).filter(|token| !token.is_empty()).collect();
    if tokens.iter().any(|token| token.chars().count() < LEAST_TOKEN) {
        reader.fault("CALENDAR_FEED_TOKEN", format!("holds a token of fewer than {LEAST_TOKEN} characters"));
    }
    tokens.into_iter().map(|token| Secret::from(token.to_owned())).collect()
}

fn human_check(reader: &mut Reader<'_>) -> Option<HumanCheck> {
    let hcaptcha = (reader.secret("HCAPTCHA_SECRET_KEY"), reader.value("HCAPTCHA_BASE_URL", base_url));
    let turnstile = (reader.secret("TURNSTILE_SECRET_KEY"), reader.value("TURNSTILE_BASE_URL", base_url));
    let (provider, secret_key, base_url) = match (hcaptcha, turnstile) {
        ((Some(_), _), (Some(_), _)) => {
            reader.fault("TURNSTILE_SECRET_KEY", "is set beside HCAPTCHA_SECRET_KEY; a form shows one of the two");
            return None;
        }
        ((Some(key), base_url), _) => (HumanCheckProvider::Hcaptcha, key, base_url),
        (_, (Some(key), base_url)) => (HumanCheckProvider::Turnstile, key, base_url),
        _ => return None,
    };
    Some(HumanCheck { provider, secret_key, base_url })
}

fn dashboard(reader: &mut Reader<'_>) -> Dashboard {
    Dashboard {
        enabled: reader.value("CONFIG_DASHBOARD_ENABLED", switch),
        user: reader.word("CONFIG_DASHBOARD_USER"),
        password: reader.secret("CONFIG_DASHBOARD_PASS"),
        allowed: reader.value("CONFIG_DASHBOARD_ALLOWED_IPS", networks),
    }
}

fn log(reader: &mut Reader<'_>) -> Log {
    let format = reader.given("LOG_FORMAT", |text| choice("LOG_FORMAT", text));
    Log {
        filter: reader.value("LOG_LEVEL", filter),
        format: format.map(|word| if word == "json" { LogFormat::Json } else { LogFormat::Text }),
    }
}
